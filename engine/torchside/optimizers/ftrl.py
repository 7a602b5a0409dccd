"""FTRL-Proximal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor


class Ftrl(torch.optim.Optimizer):
    """Follow the regularized leader, a rate for each weight.

    Where it begins, and where the rate has changed, z is chosen so that weights stay where they are.

    Source:
        McMahan et al. 2013, algorithm 1.
    """

    def __init__(
        self, params: Iterable[Tensor], lr: float = 0.05, beta: float = 1.0, l1: float = 0.0, l2: float = 0.0
    ) -> None:
        super().__init__(params, {"lr": lr, "beta": beta, "l1": l1, "l2": l2})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """One step; `closure` computes the loss anew."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._move(weight, weight.grad, group)
        return loss

    def _move(self, weight: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        rate, beta, l1, l2 = group["lr"], group["beta"], group["l1"], group["l2"]
        if not rate:
            return
        state = self.state[weight]
        if not state:
            state["n"], state["z"] = torch.zeros_like(weight), torch.zeros_like(weight)
        n, z = state["n"], state["z"]
        if state.get("rate") != rate:
            anchored = -(weight * ((beta + n.sqrt()) / rate + l2) + weight.sign() * l1)
            z.copy_(torch.where(weight == 0, z, anchored))
            state["rate"] = rate
        grown = n + gradient.square()
        z.add_(gradient).sub_(weight * (grown.sqrt() - n.sqrt()) / rate)
        n.copy_(grown)
        moved = -(z - z.sign() * l1) / ((beta + n.sqrt()) / rate + l2)
        weight.copy_(torch.where(z.abs() <= l1, 0.0, moved))
