"""Schedules along a cosine."""

from __future__ import annotations

import math
from typing import Any

from engine.recipe.schedule import Counted, Memory
from engine.spec import param


class Cosine(Counted):
    """The rate falls along half a cosine.

    Source:
        Loshchilov and Hutter 2017; torch.optim.lr_scheduler.CosineAnnealingLR.
    """

    id, title = "cosine", "Cosine"
    target, equation = "torch.optim.lr_scheduler.CosineAnnealingLR", "lr·(e + (1 − e)·(1 + cos πt/T)/2)"

    T_max: int = param(0, "Epochs or steps of the fall; 0 takes all.", low=0)
    end: float = param(0.0, "Share of the rate that is left at the end (e).", low=0.0, high=1.0)

    def factor(self, count: int, total: int, memory: Memory = ()) -> float:  # noqa: ARG002
        """The cosine between 1 and the end."""
        return _fall(count / (self.T_max or max(1, total)), self.end)

    def arguments(self, rate: float, total: int) -> dict[str, Any]:
        """Torch takes the end as a rate."""
        return {"T_max": self.T_max or max(1, total), "eta_min": rate * self.end}


class CosineWarmRestarts(Counted):
    """The rate falls along half a cosine, and starts over.

    Source:
        Loshchilov and Hutter 2017; torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.
    """

    id, title = "cosine_restarts", "Cosine with warm restarts"
    target, equation = (
        "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts",
        "lr·(e + (1 − e)·(1 + cos πtᵢ/Tᵢ)/2)",
    )

    chains = False

    T_0: int = param(10, "Epochs or steps of the first fall.", low=1)
    T_mult: int = param(1, "Each fall is so many times as long as the one before.", low=1, high=100)
    end: float = param(0.0, "Share of the rate that is left at the end of a fall (e).", low=0.0, high=1.0)

    def factor(self, count: int, total: int, memory: Memory = ()) -> float:  # noqa: ARG002
        """The cosine of the fall that the count lies in."""
        length = self.T_0
        while self.T_mult > 1 and count >= length:
            count, length = count - length, length * self.T_mult
        return _fall((count % length) / length, self.end)

    def arguments(self, rate: float, total: int) -> dict[str, Any]:  # noqa: ARG002
        """Torch takes the end as a rate."""
        return {"T_0": self.T_0, "T_mult": self.T_mult, "eta_min": rate * self.end}


def _fall(share: float, end: float) -> float:
    return end + (1 - end) * (1 + math.cos(math.pi * share)) / 2
