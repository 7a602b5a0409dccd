"""Adamax."""

from __future__ import annotations

from engine.recipe.optimizers.adam import Adam
from engine.spec import param


class Adamax(Adam):
    """Adam with the largest recent gradient in the place of its mean square.

    Source:
        Kingma and Ba 2015, section 7.1; torch.optim.Adamax.
    """

    id, title, target = "adamax", "Adamax", "torch.optim.Adamax"
    equation = "u ← max(β₂·u, |g| + ε);  θ ← θ − lr·m̂ / u"

    lr: float = param(0.002, "Learning rate: how far one step goes.", low=0.0, high=100.0)
