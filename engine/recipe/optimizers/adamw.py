"""AdamW."""

from __future__ import annotations

from engine.recipe.optimizers.adam import Adam
from engine.spec import param


class AdamW(Adam):
    """Adam with weight decay apart from the gradient.

    Source:
        Loshchilov and Hutter 2019; torch.optim.AdamW.
    """

    id, title, target = "adamw", "AdamW", "torch.optim.AdamW"
    equation = "θ ← θ − lr·(m̂ / (√v̂ + ε) + λ·θ)"

    weight_decay: float = param(0.01, "Pull of the weights towards 0 (λ).", low=0.0)
