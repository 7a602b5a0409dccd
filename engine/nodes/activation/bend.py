"""The base of activations, and the two curves of which many others are made."""

from __future__ import annotations

import math
from typing import ClassVar

from engine.catalog import Call, In, Inputs, NodeKind, Shapes, function
from engine.nodes.rules import changed, need_floats


class Activation(NodeKind):
    """A function of each number alone; its parameters are keyword arguments of `target`."""

    category = "Activation"
    target: ClassVar[str] = ""

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        if shape.dtype != "float32":
            need_floats(self, shape)
        return {"out": shape}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The torch function of the same name."""
        return function(self.target, In(), **changed(self, *self.params))


def sigmoid(x: float) -> float:
    """1 / (1 + e^−x), without overflow."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    power = math.exp(x)
    return power / (1 + power)


def softplus(x: float) -> float:
    """ln(1 + e^x), without overflow."""
    return max(0.0, x) + math.log1p(math.exp(-abs(x)))
