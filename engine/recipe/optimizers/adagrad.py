"""Adagrad."""

from __future__ import annotations

from engine.recipe.optimizer import Optimizer
from engine.spec import param


class Adagrad(Optimizer):
    """Steps that shrink with all the gradients a weight has seen.

    Source:
        Duchi et al. 2011; torch.optim.Adagrad.
    """

    id, title, target = "adagrad", "Adagrad", "torch.optim.Adagrad"
    equation = "G ← G + g²;  θ ← θ − lr·g / (√G + ε)"

    lr: float = param(0.01, "Learning rate: how far one step goes.", low=0.0, high=100.0)
    lr_decay: float = param(0.0, "The rate is divided by 1 + this for each step done.", low=0.0)
    initial_accumulator_value: float = param(0.0, "Start of the sums of squared gradients.", low=0.0)
    eps: float = param(1e-10, "Keeps the division finite.", low=1e-16, high=1.0)
    weight_decay: float = param(0.0, "L2 pull of the weights towards 0.", low=0.0)
