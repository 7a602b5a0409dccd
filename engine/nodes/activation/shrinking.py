"""Curves that pull small numbers to zero."""

from __future__ import annotations

import math

from engine.nodes.activation.bend import Activation
from engine.spec import param


class Softshrink(Activation):
    """Moves each number towards 0 by lambd; small ones become 0.

    Shapes:
        in: any
        out: the same
    Source:
        Donoho 1995; torch.nn.functional.softshrink.
    """

    id, title, target = "softshrink", "Softshrink", "torch.nn.functional.softshrink"
    icon = "mdi6.arrow-collapse-vertical"
    aliases = ("soft threshold", "shrinkage", "sparse coding", "denoising")
    equation = "y = sign(x)·max(0, |x| − lambd)"

    lambd: float = param(0.5, "How far numbers are moved.", low=0.0, high=1e6, card=True)

    def curve(self, x: float) -> float:
        """The equation."""
        return math.copysign(max(0.0, abs(x) - self.lambd), x)


class Hardshrink(Activation):
    """Sets numbers of a size up to lambd to 0, keeps the others.

    Shapes:
        in: any
        out: the same
    Source:
        Donoho and Johnstone 1994; torch.nn.functional.hardshrink.
    """

    id, title, target = "hardshrink", "Hardshrink", "torch.nn.functional.hardshrink"
    icon = "mdi6.arrow-collapse-vertical"
    aliases = ("hard threshold", "shrinkage", "sparse coding", "denoising")
    equation = "y = x if |x| > lambd else 0"

    lambd: float = param(0.5, "Numbers up to this size become 0.", low=0.0, high=1e6, card=True)

    def curve(self, x: float) -> float:
        """The equation."""
        return x if abs(x) > self.lambd else 0.0


class Tanhshrink(Activation):
    """What tanh cuts off: small numbers vanish smoothly.

    Shapes:
        in: any
        out: the same
    Source:
        torch.nn.functional.tanhshrink.
    """

    id, title, target = "tanhshrink", "Tanhshrink", "torch.nn.functional.tanhshrink"
    icon = "mdi6.arrow-collapse-vertical"
    aliases = ("shrinkage", "sparse coding")
    equation = "y = x − tanh(x)"

    def curve(self, x: float) -> float:
        """The equation."""
        return x - math.tanh(x)
