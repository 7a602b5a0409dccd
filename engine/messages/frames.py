"""Frames: what probes record of a run and plots show. One class a type; `app.plots` has a plot for each."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

import msgspec


class _Frame(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """`step` counts batches from 1 over the whole run; `time` is seconds since the epoch (Unix)."""

    step: int
    time: float = 0.0

    # Whether only the newest frame of a key matters to a viewer that lags behind.
    latest_only: ClassVar[bool] = True

    @property
    def key(self) -> str:
        """What a newer frame of this type must share to replace it."""
        return ""


class Scalars(_Frame, frozen=True):
    """Values of series at a step: `train/loss`, `val/accuracy`, …

    `epoch` is the epoch (from 1, a fraction within it) that the step belongs to.
    """

    epoch: float
    values: dict[str, float]
    latest_only: ClassVar[bool] = False


class LayerNorms(_Frame, frozen=True):
    """L2 norms by node that has weights, in order of depth.

    `gradients`: norm of all gradients of the node; `ratios`: norm of the last update over norm of the weights.
    """

    nodes: list[str]
    gradients: list[float]
    ratios: list[float]
    latest_only: ClassVar[bool] = False


class FeatureMaps(_Frame, frozen=True):
    """What one node gives for one validation sample, as pictures.

    `pixels` holds `count` maps of `height` × `width` bytes, 0 at `low` and 255 at `high`; a vector is one
    map of height 1. `shape` is the node's whole output for the sample, `shown` < channels when cut.
    `size` says whether these are the small pictures of the canvas or the large ones of the panel.
    """

    node: str
    sample: int
    shape: tuple[int, ...]
    count: int
    height: int
    width: int
    low: float
    high: float
    pixels: bytes
    size: str = "small"

    @property
    def key(self) -> str:
        return f"{self.size}/{self.node}"


class Samples(_Frame, frozen=True):
    """The validation samples that feature maps are taken of: a picture and the label of each.

    `pixels` holds the sample as `height` × `width` × `channels` bytes; 1 or 3 channels.
    """

    index: int
    total: int
    height: int
    width: int
    channels: int
    pixels: bytes
    label: str = ""
    prediction: str = ""


class ConfusionMatrix(_Frame, frozen=True):
    """Which class a metric's node found taken for which, over all samples of a part in one epoch.

    `part` is "train" or "val"; `counts` holds a row for each true class, a column for each found one, in the
    order of `labels`, row by row.
    """

    node: str
    part: str
    epoch: int
    labels: list[str]
    counts: list[int]

    @property
    def key(self) -> str:
        return f"{self.part}/{self.node}"


class Progress(_Frame, frozen=True):
    """How far a run is. `eta` is seconds left, 0 where unknown; `rate` samples per second."""

    status: str
    epoch: int
    epochs: int
    batch: int
    batches: int
    steps: int
    rate: float
    eta: float
    device: str
    message: str = ""


Frame: TypeAlias = Scalars | LayerNorms | FeatureMaps | Samples | ConfusionMatrix | Progress

encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Frame).decode
