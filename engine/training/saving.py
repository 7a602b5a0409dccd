"""Writing checkpoints beside the training."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from engine.training import checkpoint
from engine.training.capture import capture
from engine.training.checkpoint import Best, Checkpoint
from engine.training.hooks import Hook
from engine.training.loop import Loop
from engine.training.stop import StopReason

SHARE: Final = 0.02
"""Of the time that writing checkpoints may take; epochs shorter than that have fewer of them."""


class SavingHook(Hook):
    """Keeps the newest checkpoints and the best weights.

    A copy is made between two steps, a thread writes it. A disk that refuses is no reason to stop: the
    next checkpoint tries again, and `trouble` says so. `flush` brings what was recorded so far to disk.
    """

    def __init__(
        self, folder: Path, threads: int, flush: Callable[[], object], kept: int = checkpoint.KEPT
    ) -> None:
        self.trouble = ""
        self._kept = kept
        self._folder, self._threads, self._flush = folder, threads, flush
        self._best: tuple[Best, dict[str, Tensor]] | None = None
        self._thread: threading.Thread | None = None
        self._epoch = self._saved_step = 0
        self._next = 0.0

    def on_fault(self, loop: Loop) -> None:  # noqa: ARG002 - the thread knows
        """Be done with writing: someone may want to go back."""
        self._join()

    def on_back(self, loop: Loop) -> None:
        """Here it is saved already; what came after is void."""
        self._best = None
        self._epoch, self._saved_step = loop.epoch, loop.step

    def on_epoch(self, loop: Loop) -> None:
        """Remember the best; write when it is time."""
        if loop.improved and loop.best is not None:
            self._best = loop.best, _weights(loop)
        due = loop.epoch - self._epoch >= loop.setup.recipe.checkpoint_every
        if due and time.monotonic() >= self._next and not self._busy() and loop.epoch < loop.setup.recipe.epochs:
            self._epoch = loop.epoch
            captured = self._capture(loop)
            self._thread = threading.Thread(target=self._write, args=(captured, self._best), name="checkpoint")
            self._thread.start()

    def on_end(self, loop: Loop, reason: StopReason) -> None:
        """The last one, unless the weights are spoilt or nothing was done since; then the best, if wanted."""
        self._join()
        if reason in (StopReason.NOT_FINITE, StopReason.FAILED):
            return
        loop.scene.readback.drain()
        sound = loop.scores.bad_step is None and loop.setup.forward.is_finite()
        if sound and loop.step != self._saved_step:
            self._write(self._capture(loop), self._best)
        if loop.setup.recipe.restore_best and reason in (StopReason.FINISHED, StopReason.EARLY):
            self._restore_best(loop)

    def _restore_best(self, loop: Loop) -> None:
        """What is shown from now on is the best; the last checkpoint keeps what a training goes on from."""
        best = loop.best
        if best is None:
            return
        try:
            found = load_file(self._folder / str(best.step) / checkpoint.WEIGHTS)
        except (OSError, SafetensorError) as error:
            self.trouble = f"The best weights, of epoch {best.epoch}, could not be read ({error})."
            return
        checkpoint.load_weights(loop.setup.forward.compiled, found)

    def _join(self) -> None:
        if self._thread is not None:
            self._thread.join()

    def _busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _capture(self, loop: Loop) -> Checkpoint:
        return capture(loop.setup, loop.place(), self._threads)

    def _write(self, captured: Checkpoint, best: tuple[Best, dict[str, Tensor]] | None) -> None:
        start = time.monotonic()
        self._flush()  # whoever goes on from this checkpoint finds the curves up to it
        try:
            checkpoint.save(self._folder, captured)
            if best is not None:
                checkpoint.save_best(self._folder, *best)
            kept = captured.state.place.best
            checkpoint.tidy(self._folder, kept.step if kept is not None else -1, self._kept)
            self._saved_step = captured.state.place.step
            self.trouble = ""
        except OSError as error:
            self.trouble = f"The checkpoint could not be written ({error}). Training goes on; it is tried again."
        self._next = start + (time.monotonic() - start) / SHARE


def _weights(loop: Loop) -> dict[str, Tensor]:
    """Weights as they were judged: the averaged ones where the recipe wants them."""
    average = loop.setup.average
    with average.applied() if average is not None else contextlib.nullcontext():
        return checkpoint.weights_of(loop.setup.forward.compiled)
