"""Stochastic gradient descent."""

from __future__ import annotations

from engine.recipe.optimizer import Optimizer
from engine.spec import param


class SGD(Optimizer):
    """Step against the gradient, with momentum if wanted.

    Source:
        Robbins and Monro 1951; Sutskever et al. 2013; torch.optim.SGD.
    """

    id, title, target = "sgd", "SGD", "torch.optim.SGD"
    equation = "v ← μ·v + g;  θ ← θ − lr·v"

    lr: float = param(0.01, "Learning rate: how far one step goes.", low=0.0, high=100.0)
    momentum: float = param(0.0, "Share of the last step that goes on.", low=0.0, high=1.0)
    nesterov: bool = param(False, "Look ahead along the momentum; needs momentum above 0.")
    weight_decay: float = param(0.0, "L2 pull of the weights towards 0.", low=0.0)
