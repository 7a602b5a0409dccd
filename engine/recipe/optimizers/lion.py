"""Lion."""

from __future__ import annotations

from typing import Any

from engine.recipe.optimizer import Optimizer
from engine.spec import param


class Lion(Optimizer):
    """Steps of one size: only the sign of the momentum counts.

    Wants a rate 3 to 10 times smaller than Adam's.

    Source:
        Chen et al. 2023, algorithm 2.
    """

    id, title, target = "lion", "Lion", "engine.torchside.optimizers.lion.Lion"
    equation = "θ ← θ − lr·(sign(β₁·m + (1 − β₁)·g) + λ·θ);  m ← β₂·m + (1 − β₂)·g"

    lr: float = param(0.0001, "Learning rate: how far one step goes.", low=0.0, high=100.0)
    beta1: float = param(0.9, "Share of the momentum in a step.", low=0.0, high=1.0)
    beta2: float = param(0.99, "Decay of the momentum.", low=0.0, high=1.0)
    weight_decay: float = param(0.0, "Pull of the weights towards 0 (λ).", low=0.0)

    def arguments(self) -> dict[str, Any]:
        """Both decays are one pair, as in torch's optimizers."""
        return {"lr": self.lr, "betas": (self.beta1, self.beta2), "weight_decay": self.weight_decay}
