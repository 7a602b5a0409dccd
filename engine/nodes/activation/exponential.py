"""Rectifiers whose kink is smoothed by an exponential."""

from __future__ import annotations

import math
from typing import Final

from engine.nodes.activation.bend import Activation, softplus
from engine.spec import param

SELU_ALPHA: Final = 1.6732632423543772
SELU_SCALE: Final = 1.0507009873554805


class ELU(Activation):
    """Keeps positive numbers, bends negative ones smoothly towards −alpha.

    Shapes:
        in: any
        out: the same
    Source:
        Clevert, Unterthiner and Hochreiter 2015; torch.nn.functional.elu.
    """

    id, title, target = "elu", "ELU", "torch.nn.functional.elu"
    icon = "mdi6.trending-up"
    aliases = ("exponential linear",)
    equation = "y = x if x > 0 else alpha·(e^x − 1)"

    alpha: float = param(1.0, "Depth that negative numbers tend to.", low=0.0, high=100.0, card=True)

    def curve(self, x: float) -> float:
        """The equation."""
        return x if x > 0 else self.alpha * math.expm1(x)


class SELU(Activation):
    """An ELU scaled so that mean 0 and variance 1 keep through many dense layers.

    Shapes:
        in: any
        out: the same
    Source:
        Klambauer, Unterthiner, Mayr and Hochreiter 2017; torch.selu.
    """

    id, title, target = "selu", "SELU", "torch.selu"
    icon = "mdi6.trending-up"
    aliases = ("scaled exponential linear", "self normalizing", "snn")
    equation = "y = 1.0507·(x if x > 0 else 1.6733·(e^x − 1))"

    def curve(self, x: float) -> float:
        """The equation."""
        return SELU_SCALE * (x if x > 0 else SELU_ALPHA * math.expm1(x))


class CELU(Activation):
    """An ELU without a kink, whatever its alpha is.

    Shapes:
        in: any
        out: the same
    Source:
        Barron 2017; torch.celu.
    """

    id, title, target = "celu", "CELU", "torch.celu"
    icon = "mdi6.trending-up"
    aliases = ("continuously differentiable elu", "exponential linear")
    equation = "y = x if x > 0 else alpha·(e^(x / alpha) − 1)"

    alpha: float = param(1.0, "Depth that negative numbers tend to.", low=0.01, high=100.0, card=True)

    def curve(self, x: float) -> float:
        """The equation."""
        return x if x > 0 else self.alpha * math.expm1(x / self.alpha)


class Softplus(Activation):
    """A smooth ReLU: always positive.

    Shapes:
        in: any
        out: the same
    Source:
        Dugas, Bengio, Bélisle, Nadeau and Garcia 2001; torch.nn.functional.softplus.
    """

    id, title, target = "softplus", "Softplus", "torch.nn.functional.softplus"
    icon = "mdi6.trending-up"
    aliases = ("smooth relu", "positive")
    equation = "y = ln(1 + e^(beta·x)) / beta"

    beta: float = param(1.0, "How sharp the bend is.", low=0.01, high=100.0, card=True)
    threshold: float = param(20.0, "From beta·x = this on, y = x is computed instead.", low=0.0, high=1e3)

    def curve(self, x: float) -> float:
        """The equation."""
        return x if self.beta * x > self.threshold else softplus(self.beta * x) / self.beta
