"""Losses without a target: a number, or a tensor's size, becomes something to make small."""

from __future__ import annotations

from typing import Literal

from engine.catalog import Call, In, Inputs, Port, function
from engine.nodes.losses.loss import Loss
from engine.nodes.rules import need_axes, need_floats
from engine.spec import param

LAYERS = "engine.torchside.layers.losses"


class NumberLoss(Loss):
    """Makes any number small: a divergence, a load-balancing term, an energy, a critic's score.

    A tensor is averaged or summed to one number first. A negative scale makes the number large.

    Shapes:
        in: a single number, or (N, …)
        out: a single number
    Source:
        torch.mean.
    """

    id, title = "number_loss", "Number as loss"
    icon = "mdi6.numeric"
    aliases = ("custom loss", "kl term", "auxiliary loss", "energy", "regularizer", "wasserstein", "minimize")
    equation = "L = scale · x"
    inputs = (Port("in", "What to make small."),)

    reduction: Literal["mean", "sum"] = param("mean", "Mean or sum over all numbers that come in.")
    scale: float = param(1.0, "Weight; below 0 the number is made large.", low=-1e6, high=1e6, card=True)

    def check(self, inputs: Inputs) -> None:
        """Decimal numbers."""
        need_floats(self, inputs["in"])

    def loss(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The number."""
        return function(f"torch.{self.reduction}")


class ActivityPenalty(Loss):
    """Keeps what a layer gives small or sparse, as sparse autoencoders do.

    Shapes:
        in: (N, …)
        out: a single number
    Source:
        Ng 2011, Sparse autoencoder, with the L1 norm; torch.linalg.vector_norm.
    """

    id, title = "activity_penalty", "Activity penalty"
    icon = "mdi6.feather"
    aliases = ("activity regularization", "sparsity", "l1 penalty", "l2 penalty", "sparse autoencoder")
    equation = "L = scale · mean Σ|x|, or Σx²"
    inputs = (Port("in", "What to keep small."),)

    norm: Literal["l1", "l2"] = param("l1", "l1 sums absolute numbers, l2 squares.", card=True)
    scale: float = param(1e-3, "Weight of this loss in the total.", low=-1e6, high=1e6, card=True)

    def check(self, inputs: Inputs) -> None:
        """A batch of decimal numbers."""
        need_floats(self, inputs["in"])
        need_axes(self, inputs["in"], 1)

    def loss(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """Summed over each sample, then averaged or summed over the batch."""
        return function(f"{LAYERS}.activity", In(), self.norm, self.reduction)
