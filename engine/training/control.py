"""Steering a run between two steps."""

from __future__ import annotations

import math
import time
from typing import Final

from engine.messages.control import Pause, Resume, Set, Step, Stop, Watch
from engine.training import optimizing
from engine.training.hooks import Hook
from engine.training.loop import Loop
from engine.training.stop import StopReason

WAIT: Final = 0.5
"""Seconds between two looks around while paused; a control ends the wait at once."""


class ControlHook(Hook):
    """Takes controls from the run's folder: pause, resume, stop, one step, learning rate, what to watch."""

    def __init__(self) -> None:
        self._paused = False
        self._left = 0
        self._rate: float | None = None

    def on_start(self, loop: Loop) -> None:
        """Controls may have come before the first step."""
        self._rate = optimizing.rate(loop.setup.optimizer) if loop.step else None
        self._obey(loop)
        self._note_rate(loop)

    def on_step(self, loop: Loop) -> None:
        """Obey what has come; while paused, wait for more."""
        if self._paused:
            self._left -= 1
        if loop.writer.has_controls or self._paused:
            self._obey(loop)
            self._note_rate(loop)

    def _obey(self, loop: Loop) -> None:
        self._take(loop)
        if not self._paused or self._left > 0 or loop.stopping:
            return
        start = time.perf_counter()
        self._show(loop, "paused")
        while self._paused and self._left <= 0 and not loop.stopping:
            loop.writer.wait(WAIT)
            self._take(loop)
        loop.pass_over(time.perf_counter() - start)
        self._note_rate(loop)
        self._show(loop, "running")

    def _take(self, loop: Loop) -> None:
        for control in loop.writer.controls():
            match control:
                case Pause():
                    self._paused, self._left = True, 0
                case Resume():
                    self._paused = False
                case Stop():
                    loop.stop(StopReason.USER)
                case Step():
                    self._left = self._left + 1 if self._paused else 1
                    self._paused = True
                case Set(values):
                    self._set(values, loop)
                case Watch():
                    loop.scene.watch = control
                    loop.observer.now("feature_maps", "samples")

    def _show(self, loop: Loop, status: str) -> None:
        loop.scene.readback.drain()
        loop.scene.status = status
        loop.tell()
        loop.observer.now("progress")

    def _set(self, values: dict[str, float], loop: Loop) -> None:
        """Change knobs; what is none, or has no sound value, is noted in the log."""
        for name, value in values.items():
            if name == "lr" and math.isfinite(value) and value >= 0:
                optimizing.set_rate(loop.setup.optimizer, value)
                loop.writer.log(f"Step {loop.step}: the learning rate is now {value:g}.")
            else:
                loop.writer.log(
                    f"Step {loop.step}: {name} = {value:g} was not taken; lr can be set, to 0 or more."
                )

    def _note_rate(self, loop: Loop) -> None:
        """Record the learning rate with the first step that it holds for."""
        rate = optimizing.rate(loop.setup.optimizer)
        if rate != self._rate:
            self._rate = rate
            epoch = loop.epoch + (loop.batch + 1) / loop.batches
            loop.writer.point(loop.step + 1, epoch, {"lr": rate})
