"""Adadelta."""

from __future__ import annotations

from engine.recipe.optimizer import Optimizer
from engine.spec import param


class Adadelta(Optimizer):
    """Steps as large as recent steps were, with no rate to choose.

    Source:
        Zeiler 2012; torch.optim.Adadelta.
    """

    id, title, target = "adadelta", "Adadelta", "torch.optim.Adadelta"
    equation = "Δ ← √(u + ε) / √(v + ε) · g;  θ ← θ − lr·Δ"

    lr: float = param(1.0, "Learning rate: how far one step goes.", low=0.0, high=100.0)
    rho: float = param(0.9, "Decay of the means of squared gradients and squared steps.", low=0.0, high=1.0)
    eps: float = param(1e-6, "Keeps the division finite, and the first steps above 0.", low=1e-16, high=1.0)
    weight_decay: float = param(0.0, "L2 pull of the weights towards 0.", low=0.0)
