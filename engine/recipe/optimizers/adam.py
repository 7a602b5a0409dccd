"""Adam."""

from __future__ import annotations

from typing import Any

from engine.recipe.optimizer import Optimizer
from engine.spec import param


class Adam(Optimizer):
    """Steps scaled by running moments of the gradient.

    Source:
        Kingma and Ba 2015; torch.optim.Adam.
    """

    id, title, target = "adam", "Adam", "torch.optim.Adam"
    equation = "θ ← θ − lr·m̂ / (√v̂ + ε)"

    lr: float = param(0.001, "Learning rate: how far one step goes.", low=0.0, high=100.0)
    beta1: float = param(0.9, "Decay of the mean of gradients.", low=0.0, high=0.999999)
    beta2: float = param(0.999, "Decay of the mean of squared gradients.", low=0.0, high=0.999999)
    eps: float = param(1e-8, "Keeps the division finite.", low=1e-16, high=1.0)
    weight_decay: float = param(0.0, "L2 pull of the weights towards 0.", low=0.0)

    def arguments(self) -> dict[str, Any]:
        """Torch takes both decays as one pair."""
        return {
            "lr": self.lr,
            "betas": (self.beta1, self.beta2),
            "eps": self.eps,
            "weight_decay": self.weight_decay,
        }
