"""FTRL-Proximal."""

from __future__ import annotations

from engine.recipe.optimizer import Optimizer
from engine.spec import param


class Ftrl(Optimizer):
    """Follow the regularized leader: an L1 part puts weights to exactly 0.

    A weight is found anew at each step from the sum of all gradients, so the first values of weights
    count through the first steps only.

    Source:
        McMahan et al. 2013, algorithm 1.
    """

    id, title, target = "ftrl", "FTRL", "engine.torchside.optimizers.ftrl.Ftrl"
    equation = "z ← z + g − (√(n + g²) − √n)/lr·θ;  θ ← 0 if |z| ≤ λ₁ else −(z − sign z·λ₁) / ((β + √n)/lr + λ₂)"

    lr: float = param(0.05, "Learning rate (α).", low=1e-12, high=100.0)
    beta: float = param(1.0, "Calms the first steps.", low=0.0, high=1e6)
    l1: float = param(0.0, "Strength of the pull to exactly 0 (λ₁).", low=0.0, high=1e6)
    l2: float = param(0.0, "Strength of the pull towards 0 (λ₂).", low=0.0, high=1e6)
