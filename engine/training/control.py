"""Steering a run between two steps."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

from engine.messages.control import Pause, Resume, Set, Step, Stop, Watch
from engine.training import checkpoint
from engine.training.hooks import Hook
from engine.training.loop import Loop
from engine.training.stop import StopReason

WAIT: Final = 0.5
"""Seconds between two looks around while paused; a control ends the wait at once."""


class ControlHook(Hook):
    """Takes controls from the run's folder: pause, resume, stop, one step, learning rate, what to watch.

    With `go_back`, which sets a loop back to the checkpoint of a step, values that are not finite pause the
    training instead of ending it: resuming goes back and keeps the learning rate that was set last. Where a
    checkpoint has led there before, it goes back further.
    """

    def __init__(self, go_back: Callable[[Loop, int], None] | None = None) -> None:
        self._go_back = go_back
        self._tried = 0
        self._paused = False
        self._left = 0

    def on_start(self, loop: Loop) -> None:
        """Controls may have come before the first step."""
        self._obey(loop)

    def on_step(self, loop: Loop) -> None:
        """Obey what has come; while paused, wait for more."""
        if self._paused:
            self._left -= 1
        if loop.writer.has_controls or self._paused:
            self._obey(loop)

    def on_fault(self, loop: Loop) -> None:
        """Wait for the user, then go back."""
        if self._go_back is None:
            return
        saved = [0, *checkpoint.steps(loop.writer.run.checkpoints)]
        step = saved[-2] if saved[-1] == self._tried > 0 else saved[-1]
        place = f"step {step}" if step else "the start"
        loop.scene.message = f"{loop.fault} Paused; resuming goes back to {place}."
        self._paused, self._left = True, 0
        if not self._wait(loop):
            return
        learners = loop.setup.learners
        bases = [learner.base for learner in learners]
        self._tried = step
        self._go_back(loop, step)
        for learner, base in zip(learners, bases, strict=True):
            learner.set_base(base)
        rates = ", ".join(f"{learner.rate:g}" for learner in learners)
        loop.scene.message = f"Went back to {place}; the learning rate is {rates}."
        self._show(loop, "running")

    def _obey(self, loop: Loop) -> None:
        self._take(loop)
        if not self._paused or self._left > 0 or loop.stopping:
            return
        self._wait(loop)
        self._show(loop, "running")

    def _wait(self, loop: Loop) -> bool:
        """Be paused until told to go on; False where the training ends instead."""
        start = time.perf_counter()
        self._show(loop, "paused")
        while self._paused and self._left <= 0 and not loop.stopping:
            loop.writer.wait(WAIT)
            self._take(loop)
        loop.pass_over(time.perf_counter() - start)
        return not loop.stopping

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
        knobs = {learner.series: learner for learner in loop.setup.learners}
        for name, value in values.items():
            if name in knobs and math.isfinite(value) and value >= 0:
                knobs[name].turn(value)
                loop.writer.log(f"Step {loop.step}: {_words(name)} is now {value:g}.")
            else:
                known = ", ".join(knobs)
                loop.writer.log(
                    f"Step {loop.step}: {name} = {value:g} was not taken; {known} can be set, to 0 or more."
                )


def _words(knob: str) -> str:
    _, _, objective = knob.partition("/")
    return f"the learning rate of {objective}" if objective else "the learning rate"
