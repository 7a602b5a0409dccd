"""Schedules that rise first."""

from __future__ import annotations

import math
from typing import Any, Literal

from engine.recipe.schedule import Count, Memory, Schedule
from engine.spec import param


class OneCycle(Schedule):
    """The rate rises to the optimizer's own, then falls far below its start; each step counts.

    Source:
        Smith and Topin 2019; torch.optim.lr_scheduler.OneCycleLR, without its cycle of momentum.
    """

    id, title = "one_cycle", "One cycle"
    target, equation = "torch.optim.lr_scheduler.OneCycleLR", "lr/d → lr → lr/(d·f)"

    chains = False

    pct_start: float = param(0.3, "Share of the steps that rise.", low=0.0, high=1.0)
    anneal_strategy: Literal["cos", "linear"] = param("cos", "Along a cosine, or in lines.")
    div_factor: float = param(25.0, "The first rate is the highest divided by this (d).", low=1.0, high=1e9)
    final_div_factor: float = param(1e4, "The last rate is the first divided by this (f).", low=1.0, high=1e12)

    @property
    def counts(self) -> Count:
        """Steps."""
        return "step"

    def factor(self, count: int, total: int, memory: Memory = ()) -> float:  # noqa: ARG002
        """Between the phases' ends."""
        first, last = 1 / self.div_factor, 1 / (self.div_factor * self.final_div_factor)
        peak, end = self.pct_start * total - 1, total - 1
        if count <= peak:
            return self._between(first, 1.0, count / peak if peak > 0 else 1.0)
        return self._between(1.0, last, min(1.0, (count - peak) / (end - peak)) if end > peak else 1.0)

    def arguments(self, rate: float, total: int) -> dict[str, Any]:
        """Torch is told the highest rate and the number of steps."""
        return {"max_lr": rate, "total_steps": total, "cycle_momentum": False, **self.values()}

    def _between(self, start: float, end: float, share: float) -> float:
        if self.anneal_strategy == "linear":
            return start + (end - start) * share
        return end + (start - end) / 2 * (1 + math.cos(math.pi * share))


class InverseSqrt(Schedule):
    """The rate rises in a line, then falls as 1/√step: the course of the first transformers.

    The optimizer's rate is the highest; each step counts.

    Source:
        Vaswani et al. 2017, equation 3, scaled to 1 at its highest.
    """

    id, title, equation = "inverse_sqrt", "Inverse square root (Noam)", "lr·min(t/w, √(w/t))"

    steps: int = param(4000, "Steps that rise (w).", low=1, high=10**9)

    @property
    def counts(self) -> Count:
        """Steps."""
        return "step"

    def factor(self, count: int, total: int, memory: Memory = ()) -> float:  # noqa: ARG002
        """The lower of rise and fall."""
        return min((count + 1) / self.steps, math.sqrt(self.steps / (count + 1)))
