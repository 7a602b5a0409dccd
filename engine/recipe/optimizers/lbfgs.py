"""L-BFGS."""

from __future__ import annotations

from typing import Any, Literal

from engine.recipe.optimizer import Optimizer
from engine.spec import param


class LBFGS(Optimizer):
    """Steps along the curvature guessed from the last gradients; for small nets and whole batches.

    Each step computes the loss several times over the same batch.

    Source:
        Liu and Nocedal 1989; torch.optim.LBFGS.
    """

    id, title, target = "lbfgs", "L-BFGS", "torch.optim.LBFGS"
    equation = "θ ← θ − lr·H·g, with H from the last steps"

    searches = True

    lr: float = param(1.0, "Learning rate: how far one step goes.", low=0.0, high=100.0)
    max_iter: int = param(20, "Inner steps on one batch.", low=1, high=10_000)
    tolerance_grad: float = param(1e-7, "Gradient at which a step is done.", low=0.0)
    tolerance_change: float = param(1e-9, "Change at which a step is done.", low=0.0)
    history_size: int = param(100, "Gradients that are remembered.", low=1, high=10_000)
    line_search: Literal["none", "strong_wolfe"] = param("none", "How the length of a step is searched.")

    def arguments(self) -> dict[str, Any]:
        """Torch names the search, or takes None."""
        values = self.values()
        search = values.pop("line_search")
        return {**values, "line_search_fn": None if search == "none" else search}
