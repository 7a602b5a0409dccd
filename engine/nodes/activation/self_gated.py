"""Curves that weigh each number by a share of its own: x times something between 0 and 1."""

from __future__ import annotations

import math
from typing import Literal

from engine.nodes.activation.bend import Activation, sigmoid, softplus
from engine.spec import param


class GELU(Activation):
    """Weighs each number by the chance that a normal one is smaller.

    Shapes:
        in: any
        out: the same
    Source:
        Hendrycks and Gimpel 2016; torch.nn.functional.gelu.
    """

    id, title, target = "gelu", "GELU", "torch.nn.functional.gelu"
    basic = True
    icon = "mdi6.trending-up"
    aliases = ("gaussian error linear", "transformer")
    equation = "y = x·Φ(x)"

    approximate: Literal["none", "tanh"] = param("none", "Exact, or by a formula with tanh.")

    def curve(self, x: float) -> float:
        """The equation, or its approximation."""
        if self.approximate == "tanh":
            return x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        return x / 2 * math.erfc(-x / math.sqrt(2))


class SiLU(Activation):
    """Weighs each number by its own sigmoid.

    Shapes:
        in: any
        out: the same
    Source:
        Ramachandran, Zoph and Le 2017; torch.nn.functional.silu.
    """

    id, title, target = "silu", "SiLU", "torch.nn.functional.silu"
    icon = "mdi6.trending-up"
    aliases = ("swish",)
    equation = "y = x / (1 + e^−x)"

    def curve(self, x: float) -> float:
        """The equation."""
        return x * sigmoid(x)


class HardSwish(Activation):
    """SiLU made of straight lines and a parabola: cheap to compute.

    Shapes:
        in: any
        out: the same
    Source:
        Howard et al. 2019; torch.nn.functional.hardswish.
    """

    id, title, target = "hard_swish", "Hard swish", "torch.nn.functional.hardswish"
    icon = "mdi6.trending-up"
    aliases = ("hardswish", "hard silu", "mobile")
    equation = "y = x·min(max(0, x + 3), 6) / 6"

    def curve(self, x: float) -> float:
        """The equation."""
        return x * min(max(0.0, x + 3), 6.0) / 6


class Mish(Activation):
    """Weighs each number by the tanh of its softplus.

    Shapes:
        in: any
        out: the same
    Source:
        Misra 2019; torch.nn.functional.mish.
    """

    id, title, target = "mish", "Mish", "torch.nn.functional.mish"
    icon = "mdi6.trending-up"
    aliases = ("smooth", "yolo")
    equation = "y = x·tanh(ln(1 + e^x))"

    def curve(self, x: float) -> float:
        """The equation."""
        return x * math.tanh(softplus(x))
