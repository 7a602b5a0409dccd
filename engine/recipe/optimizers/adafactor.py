"""Adafactor."""

from __future__ import annotations

from typing import Any

from engine.recipe.optimizer import Optimizer
from engine.spec import param


class Adafactor(Optimizer):
    """Adam-like steps that keep a row and a column of moments instead of a whole matrix.

    Steps follow the size of the weights; there is no momentum.

    Source:
        Shazeer and Stern 2018; torch.optim.Adafactor.
    """

    id, title, target = "adafactor", "Adafactor", "torch.optim.Adafactor"
    equation = "v̂ = r·cᵀ / mean r;  θ ← θ − max(ε₂, rms θ)·ρ·clip(g / √v̂)"

    lr: float = param(0.01, "Largest relative step.", low=0.0, high=100.0)
    beta2_decay: float = param(-0.8, "Power with which the decay nears 1.", low=-10.0, high=0.0)
    eps: float = param(0.001, "Smallest size of weights that steps follow.", low=1e-16, high=1.0)
    d: float = param(1.0, "Root mean square that a step is clipped to.", low=1.0, high=1e6)
    weight_decay: float = param(0.0, "Pull of the weights towards 0.", low=0.0)

    def arguments(self) -> dict[str, Any]:
        """Torch takes two epsilons; the first is that of the number type."""
        return {**self.values(), "eps": (None, self.eps)}
