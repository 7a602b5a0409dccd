"""What the service does for each request."""

from __future__ import annotations

import functools
import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from engine.analysis import Analysis, analyse, training_problems
from engine.data import all_sources
from engine.errors import BuildError, NeuroloomError, RunError
from engine.graph import Document, text
from engine.messages import control
from engine.messages.protocol import (
    ControlRun,
    DataDescription,
    DeleteRun,
    DescribeData,
    Done,
    EngineTrouble,
    Failed,
    ListRuns,
    PreviewTransforms,
    Reply,
    Request,
    RunChanged,
    Runs,
    Started,
    StartRun,
    TransformedSamples,
    UnwatchRun,
    WatchRun,
)
from engine.nodes import standard_catalog
from engine.runs import (
    RunFolder,
    RunReader,
    RunWriter,
    default_folder,
    delete,
    is_training,
    list_runs,
    with_recipe,
)
from engine.service.followed import FollowedRuns
from engine.service.launcher import Job, Launcher
from engine.service.streams import Outbox

log = logging.getLogger(__name__)

SHOWN: Final = 3
PREVIEW_SECONDS: Final = 120.0


class Desk:
    """Carries out requests; `reply` is called on the service's thread only."""

    def __init__(self, outbox: Outbox, launcher: Launcher, spare_taken: Callable[[], None]) -> None:
        self._outbox, self._launcher, self._spare_taken = outbox, launcher, spare_taken
        self.runs = FollowedRuns(outbox)

    def reply(self, request: Request) -> Reply | None:
        """The reply to a request; None where it comes later.

        Raises:
            NeuroloomError: the request cannot be carried out.
        """
        return _reply(request, self)

    def close(self) -> None:
        """Let go of all run folders."""
        self.runs.close()

    def start(self, request: StartRun) -> str:
        """Make a run's folder and hand it to a process; returns the folder.

        Raises:
            NeuroloomError: the design is no document, cannot be trained, or the folder cannot be made.
        """
        run = self._resumed(request) if request.resume else _created(request)
        try:
            overrides = request.overrides if request.resume else {}
            self._launcher.start(Job(str(run.path), bool(request.resume), overrides))
        except OSError as error:
            _mark_failed(run, f"No process could be started: {error}.")
            raise RunError(f"No process could be started for the run: {error}.") from None
        self._spare_taken()
        self._outbox.send(RunChanged(self.runs.expect(run.path)))
        return str(run.path)

    def _resumed(self, request: StartRun) -> RunFolder:
        run = RunFolder.open(Path(request.resume))
        if is_training(run) or self.runs.is_expected(run.path):
            raise RunError(f"{run.path.name} is running already.")
        with_recipe(run.document(), request.overrides)
        return run

    def describe(self, request: DescribeData) -> None:
        """Load a source on a thread of its own, then reply: a large file must not keep others waiting."""

        def work() -> None:
            try:
                self._outbox.send(_description(request))
            except NeuroloomError as error:
                self._outbox.send(Failed(request.id, str(error)))
            except Exception as error:
                log.exception("describing %s failed", request.source)
                self._outbox.send(Failed(request.id, f"The data cannot be read: {type(error).__name__}: {error}."))

        threading.Thread(target=work, name="data", daemon=True).start()

    def preview(self, request: PreviewTransforms) -> None:
        """Let a process of its own, which may load torch, transform some samples; then reply."""

        def work() -> None:
            try:
                self._outbox.send(_previewed(request))
            except (OSError, subprocess.SubprocessError, msgspec.MsgspecError) as error:
                log.exception("the preview failed")
                self._outbox.send(Failed(request.id, f"The preview could not be made: {error}"))

        threading.Thread(target=work, name="preview", daemon=True).start()

    def run_ended(self, path: Path, code: int) -> None:
        """The process of a run that was started here is gone."""
        if self._launcher.trains(path):
            return  # it goes on already, in another process
        began = not self.runs.is_expected(path)
        self.runs.ended(path)
        try:
            run = RunFolder.open(path)
            with RunReader(run) as reader:
                status = reader.state().status
            if status == "starting":
                _mark_failed(run, f"The process ended before training began (code {code}). {_last_words(run)}")
            elif code and not began:
                self._outbox.send(EngineTrouble(f"{path.name} does not go on. {_last_words(run)}"))
        except RunError as error:
            log.info("%s", error)
        self.runs.poll()


@functools.singledispatch
def _reply(request: Any, desk: Desk) -> Reply | None:  # noqa: ARG001 - the registered ones use it
    raise NeuroloomError(f"{type(request).__name__} is no request that is known here.")


@_reply.register
def _list_runs(request: ListRuns, desk: Desk) -> Reply:
    found = list_runs(Path(request.folder) if request.folder else None)
    desk.runs.follow(found)
    return Runs(request.id, found)


@_reply.register
def _start_run(request: StartRun, desk: Desk) -> Reply:
    return Started(request.id, desk.start(request))


@_reply.register
def _control_run(request: ControlRun, desk: Desk) -> Reply:  # noqa: ARG001 - the run's folder carries it
    try:
        said = control.control(request.action, request.values)
    except msgspec.ValidationError as error:
        actions = ", ".join(map(str, control.ACTIONS))
        raise NeuroloomError(f"This is nothing to say to a run: {error}. Known are: {actions}.") from None
    with RunReader(Path(request.run)) as reader:
        reader.send(said)
    return Done(request.id)


@_reply.register
def _watch_run(request: WatchRun, desk: Desk) -> Reply:
    desk.runs.watch(Path(request.run), history=request.history)
    return Done(request.id)


@_reply.register
def _unwatch_run(request: UnwatchRun, desk: Desk) -> Reply:
    desk.runs.unwatch(Path(request.run))
    return Done(request.id)


@_reply.register
def _delete_run(request: DeleteRun, desk: Desk) -> Reply:
    run = RunFolder.open(Path(request.run))
    if run.is_held() or desk.runs.is_expected(run.path):
        raise RunError(f"{run.path.name} is running; stop it first.")
    desk.runs.forget(run.path)
    delete(run)
    return Done(request.id)


@_reply.register
def _describe_data(request: DescribeData, desk: Desk) -> None:
    desk.describe(request)


@_reply.register
def _preview_transforms(request: PreviewTransforms, desk: Desk) -> None:
    desk.preview(request)


def _previewed(request: PreviewTransforms) -> Reply:
    command = (sys.executable, "-m", "engine.training.preview")
    done = subprocess.run(
        command, input=msgspec.json.encode(request), capture_output=True, timeout=PREVIEW_SECONDS, check=True
    )
    found: Reply = msgspec.msgpack.decode(done.stdout, type=TransformedSamples | Failed)
    return found


def _created(request: StartRun) -> RunFolder:
    document = text.loads(request.design)
    _refuse_broken(document, analyse(with_recipe(document, request.overrides), standard_catalog()))
    folder = Path(request.folder) if request.folder else default_folder()
    return RunFolder.create(folder, document, overrides=request.overrides, name=request.name)


def _refuse_broken(document: Document, analysis: Analysis) -> None:
    """Raise BuildError where it cannot be trained, with what is wrong in words and the first node at fault."""
    errors = [found for found in training_problems(document, analysis) if found.severity == "error"]
    if not errors:
        return
    words = [f"{found.node}: {found.message}" if found.node else found.message for found in errors[:SHOWN]]
    more = [f"{len(errors) - SHOWN} more problems."] if len(errors) > SHOWN else []
    failure = BuildError(" ".join([*words, *more]))
    failure.node = errors[0].node
    raise failure


def _description(request: DescribeData) -> DataDescription:
    samples = all_sources()[request.source].parse(request.params).load()
    fields: dict[str, tuple[list[int], str, list[str]]] = {
        field.name: (
            [int(size) for size in samples.arrays[field.name].shape[1:]],
            field.shape.dtype,
            list(field.classes),
        )
        for field in samples.fields
    }
    return DataDescription(request.id, fields, len(samples), list(samples.notes))


def _mark_failed(run: RunFolder, message: str) -> None:
    with RunWriter(run) as writer:
        writer.tell(status="failed", message=message)


def _last_words(run: RunFolder) -> str:
    """The last line of a run's log."""
    try:
        return run.log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
    except OSError:
        return ""
