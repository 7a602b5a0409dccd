"""RMSprop."""

from __future__ import annotations

from engine.recipe.optimizer import Optimizer
from engine.spec import param


class RMSprop(Optimizer):
    """Steps scaled by the recent size of the gradient.

    Source:
        Tieleman and Hinton 2012; torch.optim.RMSprop.
    """

    id, title, target = "rmsprop", "RMSprop", "torch.optim.RMSprop"
    equation = "v ← α·v + (1 − α)·g²;  θ ← θ − lr·g / (√v + ε)"

    lr: float = param(0.01, "Learning rate: how far one step goes.", low=0.0, high=100.0)
    alpha: float = param(0.99, "Decay of the mean of squared gradients.", low=0.0, high=1.0)
    momentum: float = param(0.0, "Share of the last step that goes on.", low=0.0, high=1.0)
    centered: bool = param(False, "Divide by the deviation of the gradient instead of its size.")
    eps: float = param(1e-8, "Keeps the division finite.", low=1e-16, high=1.0)
    weight_decay: float = param(0.0, "L2 pull of the weights towards 0.", low=0.0)
