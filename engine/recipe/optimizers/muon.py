"""Muon."""

from __future__ import annotations

from typing import Any

from engine.recipe.optimizer import Optimizer
from engine.spec import param


class Muon(Optimizer):
    """Momentum whose matrices are made orthogonal; weights that are no matrix follow AdamW.

    Only weights of two axes have rows and columns; biases, norms and filters are AdamW's, with the same
    rate and decay. Steps have the size that AdamW's have.

    Source:
        Jordan et al. 2024; Liu et al. 2025 for the size of steps; torch.optim.Muon and torch.optim.AdamW.
    """

    id, title, target = "muon", "Muon", "engine.torchside.optimizers.muon.MuonAdamW"
    equation = "M ← μ·M + g;  θ ← θ − lr·(0.2·√max(rows, columns)·(M·Mᵀ)^(−½)·M + λ·θ)"

    lr: float = param(0.001, "Learning rate: how far one step goes.", low=0.0, high=100.0)
    momentum: float = param(0.95, "Share of the last direction that goes on.", low=0.0, high=1.0)
    nesterov: bool = param(True, "Look ahead along the momentum.")
    ns_steps: int = param(5, "Steps of Newton and Schulz towards an orthogonal matrix.", low=1, high=99)
    beta1: float = param(0.9, "AdamW's decay of the mean of gradients.", low=0.0, high=0.999999)
    beta2: float = param(0.999, "AdamW's decay of the mean of squared gradients.", low=0.0, high=0.999999)
    weight_decay: float = param(0.01, "Pull of the weights towards 0 (λ).", low=0.0)

    def arguments(self) -> dict[str, Any]:
        """AdamW's decays are one pair."""
        values = self.values()
        betas = values.pop("beta1"), values.pop("beta2")
        return {**values, "betas": betas}
