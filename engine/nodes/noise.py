"""Regularization by noise while training."""

from __future__ import annotations

from engine.catalog import Call, Inputs, NodeKind, Shapes, layer
from engine.nodes.dropout import Dropping
from engine.nodes.rules import need_floats
from engine.spec import param


class GaussianNoise(NodeKind):
    """Adds normal noise while training, so that small changes do not matter.

    Shapes:
        in: any
        out: the same
    Source:
        Bishop 1995; keras.layers.GaussianNoise.
    """

    id, title, category = "gaussian_noise", "Gaussian noise", "Regularization"
    icon = "mdi6.grain"
    aliases = ("jitter", "additive noise", "denoising", "regularize")
    equation = "y = x + e, e ~ N(0, stddev²)"

    stddev: float = param(0.1, "Standard deviation of the noise.", low=0.0, high=1e4, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        return {"out": shape}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """A layer of ours: torch has none."""
        return layer("engine.torchside.layers.regularization.GaussianNoise", stddev=self.stddev)


class GaussianDropout(Dropping):
    """Multiplies by normal noise of mean 1 while training: a dropout that leaves nothing out.

    Shapes:
        in: any
        out: the same
    Source:
        Srivastava et al. 2014, section 10; keras.layers.GaussianDropout.
    """

    id, title = "gaussian_dropout", "Gaussian dropout"
    target = "engine.torchside.layers.regularization.GaussianDropout"
    icon = "mdi6.grain"
    aliases = ("multiplicative noise", "regularize")
    equation = "y = x·m, m ~ N(1, p / (1 − p))"

    p: float = param(0.5, "Chance of the dropout whose variance the noise has.", low=0.0, high=0.99, card=True)
