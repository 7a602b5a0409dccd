"""Schedules that only fall: by a factor, in stairs, in a line, as a power."""

from __future__ import annotations

import math
from typing import Any, Final

from engine.recipe.schedule import Counted, Memory
from engine.spec import Sizes, param

HIGHEST: Final = 1e30
"""A rate that grows ends here: above, powers of it are no numbers."""


class Exponential(Counted):
    """The rate falls by one factor each time.

    Source:
        torch.optim.lr_scheduler.ExponentialLR.
    """

    id, title = "exponential", "Exponential"
    target, equation = "torch.optim.lr_scheduler.ExponentialLR", "lr·γᵗ"

    gamma: float = param(0.95, "Factor of each epoch or step.", low=0.0, high=10.0)

    def factor(self, count: int, total: int, memory: Memory = ()) -> float:  # noqa: ARG002
        """γ to the power of the count."""
        return _power(self.gamma, count)


class StepDown(Counted):
    """The rate falls by one factor at even distances.

    Source:
        torch.optim.lr_scheduler.StepLR.
    """

    id, title = "step", "Step"
    target, equation = "torch.optim.lr_scheduler.StepLR", "lr·γ^⌊t/s⌋"

    step_size: int = param(10, "Epochs or steps between two falls.", low=1)
    gamma: float = param(0.1, "Factor of each fall.", low=0.0, high=10.0)

    def factor(self, count: int, total: int, memory: Memory = ()) -> float:  # noqa: ARG002
        """γ for each whole stair."""
        return _power(self.gamma, count // self.step_size)


class MultiStep(Counted):
    """The rate falls by one factor at chosen times.

    Source:
        torch.optim.lr_scheduler.MultiStepLR.
    """

    id, title = "multi_step", "Multi-step"
    target, equation = "torch.optim.lr_scheduler.MultiStepLR", "lr·γ^(milestones passed)"

    milestones: Sizes = param((30, 60, 80), "When it falls, in epochs or steps.", low=0)
    gamma: float = param(0.1, "Factor of each fall.", low=0.0, high=10.0)

    def factor(self, count: int, total: int, memory: Memory = ()) -> float:  # noqa: ARG002
        """γ for each milestone reached."""
        return _power(self.gamma, sum(milestone <= count for milestone in self.milestones))


class Polynomial(Counted):
    """The rate falls to 0 as a power of the time left.

    Source:
        torch.optim.lr_scheduler.PolynomialLR.
    """

    id, title = "polynomial", "Polynomial"
    target, equation = "torch.optim.lr_scheduler.PolynomialLR", "lr·(1 − t/T)ᵖ"

    total_iters: int = param(0, "Epochs or steps until it is 0; 0 takes all.", low=0)
    power: float = param(1.0, "Power: more than 1 falls early.", low=0.0, high=100.0)

    def factor(self, count: int, total: int, memory: Memory = ()) -> float:  # noqa: ARG002
        """The share of the time left, to the power."""
        length = self.total_iters or max(1, total)
        return float((1 - min(count, length) / length) ** self.power)

    def arguments(self, rate: float, total: int) -> dict[str, Any]:
        """With the length in numbers."""
        return {**super().arguments(rate, total), "total_iters": self.total_iters or max(1, total)}


class Linear(Counted):
    """The rate goes in a line from one factor to another.

    Source:
        torch.optim.lr_scheduler.LinearLR.
    """

    id, title = "linear", "Linear"
    target, equation = "torch.optim.lr_scheduler.LinearLR", "lr·(a + (b − a)·t/T)"

    start_factor: float = param(1.0, "Factor at the start.", low=1e-9, high=1.0)
    end_factor: float = param(0.0, "Factor at the end.", low=0.0, high=1.0)
    total_iters: int = param(0, "Epochs or steps between both; 0 takes all.", low=0)

    def factor(self, count: int, total: int, memory: Memory = ()) -> float:  # noqa: ARG002
        """The point of the line."""
        length = self.total_iters or max(1, total)
        return self.start_factor + (self.end_factor - self.start_factor) * min(count, length) / length

    def arguments(self, rate: float, total: int) -> dict[str, Any]:
        """With the length in numbers."""
        return {**super().arguments(rate, total), "total_iters": self.total_iters or max(1, total)}


def _power(base: float, count: int) -> float:
    """A factor taken so often, up to the highest."""
    if base > 1 and count * math.log(base) > math.log(HIGHEST):
        return HIGHEST
    return float(base**count)
