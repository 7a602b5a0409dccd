"""Requests, replies and events between the editor and an engine."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from engine.messages.frames import Frame

VERSION = 1


class _Message(msgspec.Struct, frozen=True, tag=True):
    pass


# Requests: the editor asks. `id` comes back in the reply.


class Hello(_Message, frozen=True):
    """First message; the engine answers `Welcome`."""

    id: int
    version: int = VERSION


class ListRuns(_Message, frozen=True):
    """Ask for the runs of a folder (empty: the usual one); answered by `Runs`."""

    id: int
    folder: str = ""


class StartRun(_Message, frozen=True):
    """Train a document; answered by `Started`, or `Failed` with diagnostics in words.

    `design` is the text of a `.loom` file; `overrides` are fields of the recipe for this run only;
    `resume` names a run folder to go on from.
    """

    id: int
    design: str
    name: str = ""
    folder: str = ""
    overrides: dict[str, Any] = {}
    resume: str = ""


class ControlRun(_Message, frozen=True):
    """Steer a run: `action` is one of `Control`'s; answered by `Done`."""

    id: int
    run: str
    action: str
    values: dict[str, Any] = {}


class WatchRun(_Message, frozen=True):
    """Send a run's frames from now on, its history first; answered by `Done`, then `FrameEvents`."""

    id: int
    run: str
    history: bool = True


class UnwatchRun(_Message, frozen=True):
    """Send a run's frames no more; answered by `Done`."""

    id: int
    run: str


class DeleteRun(_Message, frozen=True):
    """Delete a run that is not running; answered by `Done`."""

    id: int
    run: str


class DescribeData(_Message, frozen=True):
    """Ask what a data source gives; answered by `DataDescription`."""

    id: int
    source: str
    params: dict[str, Any] = {}


class PreviewTransforms(_Message, frozen=True):
    """Ask what a design's transforms make of some training samples; answered by `TransformedSamples`.

    `draw` numbers the chance: another number gives another draw.
    """

    id: int
    design: str
    count: int = 6
    draw: int = 0


class Shutdown(_Message, frozen=True):
    """End the engine; runs go on."""

    id: int


# Replies.


class Welcome(_Message, frozen=True):
    """The engine is there; `devices` are those usable, best first, `version` of Neuroloom."""

    id: int
    version: str
    pid: int


class RunInfo(msgspec.Struct, frozen=True):
    """One run. `status`: starting, running, paused, finished, stopped, failed or dead (its process is gone).

    `watched` is the value by which it is judged: what its recipe monitors, or else its first metric.
    """

    run: str
    name: str
    status: str
    created: float
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    device: str = ""
    message: str = ""
    last: dict[str, float] = {}
    best: dict[str, float] = {}
    watched: str = ""


class Runs(_Message, frozen=True):
    """The runs of a folder, newest first."""

    id: int
    runs: list[RunInfo]


class Started(_Message, frozen=True):
    """A run has started; `run` is its folder."""

    id: int
    run: str


class DataDescription(_Message, frozen=True):
    """Fields of a source: name → (sample sizes, dtype, class names), and how many samples."""

    id: int
    fields: dict[str, tuple[list[int], str, list[str]]]
    count: int
    notes: list[str] = []


class Picture(msgspec.Struct, frozen=True):
    """A picture: `height` × `width` × `channels` bytes; 1 or 3 channels."""

    height: int
    width: int
    channels: int
    pixels: bytes


class TransformedSamples(_Message, frozen=True):
    """Samples of the first input, before and after the transforms."""

    id: int
    before: list[Picture]
    after: list[Picture]


class Done(_Message, frozen=True):
    """The request was carried out."""

    id: int


class Failed(_Message, frozen=True):
    """The request could not be carried out; `message` is a sentence for the user."""

    id: int
    message: str
    node: str = ""


# Events: the engine tells without being asked.


class EngineReady(_Message, frozen=True):
    """torch is loaded; `devices` are names such as `cuda:0 NVIDIA H200`, best first; `reason` says why that."""

    torch: str
    devices: list[str]
    reason: str


class FrameEvents(_Message, frozen=True):
    """Frames of a watched run, in order. `reset` comes first where the history is sent again."""

    run: str
    frames: list[Frame]
    reset: bool = False


class RunChanged(_Message, frozen=True):
    """A run's status changed."""

    info: RunInfo


class EngineTrouble(_Message, frozen=True):
    """Something the user should know that no request caused."""

    message: str


Request: TypeAlias = (
    Hello
    | ListRuns
    | StartRun
    | ControlRun
    | WatchRun
    | UnwatchRun
    | DeleteRun
    | DescribeData
    | PreviewTransforms
    | Shutdown
)
Reply: TypeAlias = Welcome | Runs | Started | DataDescription | TransformedSamples | Done | Failed
Event: TypeAlias = EngineReady | FrameEvents | RunChanged | EngineTrouble
