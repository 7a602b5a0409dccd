"""RAdam."""

from __future__ import annotations

from typing import Any

from engine.recipe.optimizers.adam import Adam
from engine.spec import param


class RAdam(Adam):
    """Adam that goes without scaling until its moments are sure.

    Source:
        Liu et al. 2020; torch.optim.RAdam.
    """

    id, title, target = "radam", "RAdam", "torch.optim.RAdam"
    equation = "θ ← θ − lr·r·m̂ / (√v̂ + ε), or − lr·m̂ while r is unknown"

    lr: float = param(0.001, "Learning rate: how far one step goes.", low=0.0, high=100.0)
    decoupled_weight_decay: bool = param(False, "Decay the weights apart from the gradient, as AdamW does.")

    def arguments(self) -> dict[str, Any]:
        """Adam's, and its own."""
        return {
            **super().arguments(),
            "decoupled_weight_decay": self.decoupled_weight_decay,
        }
