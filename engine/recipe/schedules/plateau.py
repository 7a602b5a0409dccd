"""A schedule that reacts to the loss."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from engine.recipe.schedule import Memory, Schedule
from engine.spec import param


class Plateau(Schedule):
    """The rate falls when the loss on held-out samples falls no more.

    Source:
        torch.optim.lr_scheduler.ReduceLROnPlateau.
    """

    id, title = "plateau", "Plateau"
    target, equation = "torch.optim.lr_scheduler.ReduceLROnPlateau", "lr·γ after p epochs without a better loss"
    reacts: ClassVar[bool] = True

    gamma: float = param(0.1, "Factor of each fall.", low=0.0, high=0.999999)
    patience: int = param(10, "Epochs without a better loss that are allowed.", low=0, unit="epochs")
    threshold: float = param(1e-4, "Share by which a loss must be lower to be better.", low=0.0, high=1.0)
    cooldown: int = param(0, "Epochs after a fall that do not count.", low=0, unit="epochs")
    end: float = param(0.0, "Share of the rate below which it never falls.", low=0.0, high=1.0)

    def begin(self) -> Memory:
        """Factor, best loss (none yet: a number no loss reaches), bad epochs, epochs to cool down."""
        return 1.0, _NONE, 0.0, 0.0

    def factor(self, count: int, total: int, memory: Memory = ()) -> float:  # noqa: ARG002
        """As remembered."""
        return memory[0] if memory else 1.0

    def after_epoch(self, loss: float, memory: Memory) -> Memory:
        """Count, and fall where patience is over."""
        factor, best, bad, cooling = memory or self.begin()
        if math.isfinite(loss) and loss < best * (1 - self.threshold):
            best, bad = loss, 0.0
        else:
            bad += 1
        if cooling:
            cooling, bad = cooling - 1, 0.0
        if bad > self.patience:
            factor, bad, cooling = max(factor * self.gamma, self.end), 0.0, float(self.cooldown)
        return factor, best, bad, cooling

    def arguments(self, rate: float, total: int) -> dict[str, Any]:  # noqa: ARG002
        """Torch calls the factor `factor`, and takes the end as a rate."""
        values = self.values()
        return {
            "factor": values.pop("gamma"),
            "min_lr": rate * values.pop("end"),
            **values,
            "eps": 0.0,
        }


_NONE = 1e308
