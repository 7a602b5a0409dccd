"""Schedules: the course of the learning rate, as formulas that need no torch."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from engine.spec import Declaration, Registry, family, param

Count = Literal["epoch", "step"]
Memory = tuple[float, ...]
"""What a schedule that reacts to losses remembers of them."""


class Schedule(Declaration):
    """How the learning rate goes on: the rate at any time is the optimizer's times a factor."""

    equation: ClassVar[str] = ""
    target: ClassVar[str] = ""
    """Torch's scheduler of the same course, empty where it has none."""

    reacts: ClassVar[bool] = False
    """Whether the course depends on losses, so that it cannot be known before."""

    chains: ClassVar[bool] = True
    """Whether torch's scheduler multiplies the rate it finds, so that others can work beside it."""

    moves: ClassVar[bool] = True
    """Whether it ever changes the rate."""

    @property
    def counts(self) -> Count:
        """Whether `factor` is asked with epochs or with steps."""
        return "epoch"

    def factor(self, count: int, total: int, memory: Memory = ()) -> float:
        """The factor after `count` of `total` epochs or steps."""
        raise NotImplementedError(f"{type(self).__name__} must define factor")

    def arguments(self, rate: float, total: int) -> dict[str, Any]:  # noqa: ARG002 - some need neither
        """Keyword arguments of torch's scheduler for an optimizer of that rate."""
        return self.values()

    def begin(self) -> Memory:
        """What is remembered before the first epoch."""
        return ()

    def after_epoch(self, loss: float, memory: Memory) -> Memory:  # noqa: ARG002 - only some react
        """What is remembered after an epoch with that loss."""
        return memory


class Counted(Schedule):
    """A schedule that can go by epochs or by steps."""

    every: Count = param("epoch", "What moves it on: each epoch, or each step.")

    @property
    def counts(self) -> Count:
        """As chosen."""
        return self.every

    def arguments(self, rate: float, total: int) -> dict[str, Any]:  # noqa: ARG002
        """All but what moves it on."""
        return {name: value for name, value in self.values().items() if name != "every"}


@family("schedule")
def all_schedules() -> Registry[Schedule]:
    """Every schedule, by id."""
    from engine.recipe import schedules as folder

    return Registry(Schedule, "schedule").discover(folder)


def warm(step: int, warmup: int) -> float:
    """The factor of a linear warm-up over so many steps, at a step counted from 0."""
    return min(1.0, (step + 1) / (warmup + 1)) if warmup else 1.0


def factor_at(
    schedule: Schedule, warmup: int, step: int, epoch: int, steps: int, epochs: int, memory: Memory
) -> float:
    """The factor of the step that comes after so many steps and epochs, of so many in all."""
    count, total = (step, steps) if schedule.counts == "step" else (epoch, epochs)
    return warm(step, warmup) * schedule.factor(count, total, memory)
