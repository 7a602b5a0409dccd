"""NAdam."""

from __future__ import annotations

from typing import Any

from engine.recipe.optimizers.adam import Adam
from engine.spec import param


class NAdam(Adam):
    """Adam that looks ahead along its momentum.

    Source:
        Dozat 2016; torch.optim.NAdam.
    """

    id, title, target = "nadam", "NAdam", "torch.optim.NAdam"
    equation = "θ ← θ − lr·(μ′·m + (1 − μ)·g)^ / (√v̂ + ε)"

    lr: float = param(0.002, "Learning rate: how far one step goes.", low=0.0, high=100.0)
    momentum_decay: float = param(0.004, "How fast the momentum warms up.", low=0.0, high=1.0)
    decoupled_weight_decay: bool = param(False, "Decay the weights apart from the gradient, as AdamW does.")

    def arguments(self) -> dict[str, Any]:
        """Adam's, and its own."""
        return {
            **super().arguments(),
            "momentum_decay": self.momentum_decay,
            "decoupled_weight_decay": self.decoupled_weight_decay,
        }
