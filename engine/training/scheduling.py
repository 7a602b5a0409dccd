"""The learning rate on its course, and its curve."""

from __future__ import annotations

from engine.training.hooks import Hook
from engine.training.learner import Learner
from engine.training.loop import Loop


class RatesHook(Hook):
    """Sets the rates of each step by their schedules, and records those in force where they have changed."""

    def __init__(self, learners: tuple[Learner, ...]) -> None:
        self._learners = learners
        self._optimizers = [(place, learner.optimizer) for place, learner in enumerate(learners)]
        self._by_step = [learner for learner in learners if learner.by_step]
        self._moving = [learner for learner in learners if not learner.steady]

    def on_start(self, loop: Loop) -> None:
        """The first rates."""
        _follow(self._moving, loop)

    def on_step(self, loop: Loop) -> None:
        """Record the rates of the step done, and take those of the next."""
        noted = loop.noted
        for place, optimizer in self._optimizers:
            if optimizer.param_groups[0]["lr"] != noted[place]:
                self._note(loop, place)
        if self._by_step:
            _follow(self._by_step, loop)

    def _note(self, loop: Loop, place: int) -> None:
        learner = self._learners[place]
        loop.noted[place] = rate = learner.rate
        loop.writer.point(loop.step, loop.epoch + loop.batch / loop.batches, {learner.series: rate})

    def on_epoch(self, loop: Loop) -> None:
        """Let schedules react to the loss."""
        loss = loop.last.get("val/loss", loop.last["train/loss"])
        for learner in self._moving:
            learner.memory = learner.schedule.after_epoch(loss, learner.memory)
        _follow(self._moving, loop)

    def on_back(self, loop: Loop) -> None:
        """The rates of then."""
        _follow(self._moving, loop)


def _follow(learners: list[Learner], loop: Loop) -> None:
    epochs = loop.setup.recipe.epochs
    for learner in learners:
        learner.follow(loop.step, loop.epoch, epochs * loop.batches, epochs)
