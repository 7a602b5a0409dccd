"""Training a document into a run folder: the one entry that commands and the service call."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import torch

from engine.errors import NeuroloomError, RunError
from engine.graph import Document
from engine.probes import DeviceScores, HostScores, Observer, Scene, Scores, all_probes, readback_for
from engine.runs import RunFolder, RunWriter, default_folder
from engine.training import checkpoint, diagnose, memory, threads
from engine.training.capture import restore
from engine.training.checkpoint import Checkpoint, Place
from engine.training.control import ControlHook
from engine.training.data import Batch
from engine.training.determinism import only_deterministic
from engine.training.hooks import Hook
from engine.training.loop import ComputingError, Loop
from engine.training.rehearsal import rehearsing
from engine.training.report import OnProgress, ReportHook
from engine.training.resuming import reopen
from engine.training.saving import SavingHook
from engine.training.scheduling import RatesHook
from engine.training.setup import Setup, build, start_again
from engine.training.stop import StopReason
from engine.training.stopping import PatienceHook

log = logging.getLogger(__name__)


class Summary(msgspec.Struct, frozen=True):
    """How a training went; `to_builtins` of it is what `train --json` prints.

    `train`, `val` and `best` hold means over samples by name ("loss", then the metrics by node).
    """

    run: str
    status: str
    reason: str
    message: str
    epochs: int
    steps: int
    seconds: float
    device: str
    train: dict[str, float | None]
    val: dict[str, float | None]
    best: dict[str, Any]


def train_document(
    document: Document | None,
    *,
    folder: Path | None = None,
    name: str = "",
    overrides: Mapping[str, Any] | None = None,
    resume: Path | None = None,
    on_progress: OnProgress | None = None,
    thread_count: int | None = None,
) -> Summary:
    """Train a document in a new run inside `folder` (the usual one unless given), or go on with a run.

    `overrides` are fields of the recipe for this run only. With `resume` the run's own design is trained;
    `document`, if given too, must have the same graph. `on_progress` is called some times a second.

    Raises:
        NeuroloomError: the document, the recipe, the data or the folder is at fault; a run that was made
            says so too.
    """
    if resume is not None:
        run = RunFolder.open(resume)
        reopen(run, overrides, document)
        return train_run(run, resume=True, on_progress=on_progress, thread_count=thread_count)
    if document is None:
        raise RunError("There is nothing to train: give a document, or a run to go on with.")
    run = RunFolder.create(folder or default_folder(), document, overrides=overrides, name=name)
    return train_run(run, on_progress=on_progress, thread_count=thread_count)


def train_run(
    run: RunFolder,
    *,
    resume: bool = False,
    on_progress: OnProgress | None = None,
    thread_count: int | None = None,
    attended: bool = False,
) -> Summary:
    """Train in a run folder that is there: from the start, or from its newest checkpoint.

    `thread_count` is measured unless given; a run that goes on keeps its own. `attended`: someone can
    steer it, so values that are not finite pause the run; otherwise they end it.

    Raises:
        NeuroloomError: as `train_document`.
    """
    memory.tune()
    before = torch.get_num_threads()
    with RunWriter(run) as writer:
        if writer.state.step and not resume:
            raise RunError(f"{run.path.name} has been trained already. Go on with it by resuming.")
        try:
            return _train(run, writer, resume, on_progress, thread_count, attended)
        except NeuroloomError as error:
            _failed(writer, str(error))
            raise
        except Exception as error:
            writer.log(traceback.format_exc())
            _failed(writer, f"{type(error).__name__}: {error}")
            raise
        finally:
            torch.set_num_threads(before)


def _train(
    run: RunFolder,
    writer: RunWriter,
    resume: bool,
    on_progress: OnProgress | None,
    thread_count: int | None,
    attended: bool,
) -> Summary:
    if resume:
        writer.tell(status="starting", reason="")
    held = checkpoint.load_newest(run.checkpoints) if resume else None
    setup = build(run.document())
    count = _choose_threads(setup, held.state.threads if held else thread_count)
    loop = _loop(setup, writer, count, on_progress, attended)
    if resume:
        _go_back(loop, held)
    writer.tell(status="running", reason="")
    writer.describe(device=setup.device_name, threads=count)
    for line in (setup.where, *setup.notes):
        writer.log(line)
    with _signals(loop), only_deterministic(setup.recipe.deterministic):
        reason = _guarded(loop)
    message = _words(loop, reason)
    writer.log(f"Step {loop.step}: {message}")
    loop.scene.message = message
    loop.observer.now("progress")
    writer.tell(status=reason.status, reason=reason.value, message=message, step=loop.step, epoch=loop.epoch)
    if not writer.flush():
        log.warning("%s", writer.trouble)
    return summary(run, loop, reason, message)


def _loop(setup: Setup, writer: RunWriter, count: int, on_progress: OnProgress | None, attended: bool) -> Loop:
    recipe = setup.recipe
    saving = SavingHook(writer.run.checkpoints, count, writer.flush, recipe.keep_checkpoints)
    report = ReportHook(writer, saving, " ".join((setup.where, *setup.notes)), on_progress)
    shown = setup.data.val if setup.data.val.count else setup.data.train
    readback = readback_for(setup.device)

    def sample(index: int) -> Batch:
        return shown.between(index, index + 1)

    scene = Scene(
        compiled=setup.forward.compiled,
        readback=readback,
        record=report.record,
        sample=sample,
        samples=shown.count,
        classes=setup.data.classes,
        note=writer.log,
        device=setup.device_name,
        computing=setup.forward.computing,
    )
    observer = Observer([kind() for kind in all_probes()], scene)
    names, recorded = setup.forward.names, setup.forward.recorded
    scores: Scores
    if setup.device.type == "cpu":
        scores = HostScores(names, recorded, writer.point)
    else:
        scores = DeviceScores(names, recorded, writer.point, readback, setup.device)
    patience = [PatienceHook(recipe)] if recipe.patience else []
    control = ControlHook(_to_step if attended else None)
    hooks: list[Hook] = [RatesHook(setup.learners), *patience, saving, report, control]
    return Loop(setup, writer, scene, observer, scores, hooks)


def _to_step(loop: Loop, step: int) -> None:
    _go_back(loop, checkpoint.load(loop.writer.run.checkpoints / str(step)) if step else None)


def _go_back(loop: Loop, held: Checkpoint | None) -> None:
    """Set a run back to a checkpoint, or to its start where there is none."""
    setup, place = loop.setup, held.state.place if held else Place()
    loop.writer.rewind(place.step)
    checkpoint.forget_after(loop.writer.run.checkpoints, place.step)
    if held is not None:
        restore(held, setup)
    else:
        start_again(setup)
    loop.go_on_from(place)
    loop.writer.log(f"Going on from {f'the checkpoint of step {place.step}' if held else 'the start'}.")


def _choose_threads(setup: Setup, given: int | None) -> int:
    if given is not None:
        torch.set_num_threads(given)
        return given
    if setup.device.type != "cpu":
        return torch.get_num_threads()
    start, end = setup.bounds[0]
    with rehearsing(setup.forward, setup.data.train.between(start, end)) as step:
        try:
            return threads.choose(step, os.cpu_count() or 1)
        except (RuntimeError, IndexError, ValueError):
            return torch.get_num_threads()  # the first real step will say what is wrong


def _guarded(loop: Loop) -> StopReason:
    """Run the loop; what torch raises becomes a sentence with the node at fault."""
    try:
        return loop.run()
    except ComputingError as error:
        cause = error.__cause__ or error
        loop.writer.log("".join(traceback.format_exception(cause)))
        full = isinstance(cause, torch.OutOfMemoryError)
        raise RunError(_out_of_memory(loop, str(cause)) if full else _failure(loop, cause)) from cause


def _failure(loop: Loop, error: BaseException) -> str:
    node = diagnose.failing_node(loop.setup.forward, loop.data) if loop.data else ""
    place = f' in the node "{node}"' if node else ""
    reason = str(error).strip().partition("\n")[0]
    return f"Torch refused step {loop.step + 1}{place}: {reason}"


def _out_of_memory(loop: Loop, error: str) -> str:
    free, total = torch.cuda.mem_get_info(loop.setup.device)
    return (
        f"The device's memory is full at step {loop.step + 1}: "
        f"{free / 2**30:.1f} of {total / 2**30:.1f} GiB are free. Halve batch_size (now "
        f"{loop.setup.recipe.batch_size}), or set precision to mixed. {error.partition('. ')[0]}."
    )


def _words(loop: Loop, reason: StopReason) -> str:
    if not loop.fault:
        return reason.words
    if reason is not StopReason.NOT_FINITE:
        return f"{reason.words} {loop.fault}"
    saved = checkpoint.steps(loop.writer.run.checkpoints)
    return loop.fault + (f" Resuming goes back to step {saved[-1]}." if saved else "")


def _failed(writer: RunWriter, message: str) -> None:
    writer.log(message)
    writer.tell(status="failed", reason=StopReason.FAILED.value, message=message)


@contextlib.contextmanager
def _signals(loop: Loop) -> Iterator[None]:
    """Inside, the first Ctrl+C or terminate ends the training after the step in hand; the second at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    old = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def asked(number: int, _frame: object) -> None:
        loop.stop(StopReason.USER if number == signal.SIGINT else StopReason.SIGNAL)
        signal.signal(number, old[signal.Signals(number)])

    for number in old:
        signal.signal(number, asked)
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


def summary(run: RunFolder, loop: Loop, reason: StopReason, message: str) -> Summary:
    """What to tell of a training that ended."""
    best = loop.best
    return Summary(
        run=str(run.path),
        status=reason.status,
        reason=reason.value,
        message=message,
        epochs=loop.epoch,
        steps=loop.step,
        seconds=round(loop.seconds, 3),
        device=loop.setup.device_name,
        train=_below("train/", loop.last),
        val=_below("val/", loop.last),
        best={"epoch": best.epoch, "val": _below("val/", best.values)} if best else {},
    )


def _below(prefix: str, values: Mapping[str, float | None]) -> dict[str, float | None]:
    return {
        name.removeprefix(prefix): value if value is not None and value - value == 0 else None
        for name, value in values.items()
        if name.startswith(prefix)
    }
