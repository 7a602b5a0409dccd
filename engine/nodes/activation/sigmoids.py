"""Curves between two levels, and the step that they smooth."""

from __future__ import annotations

import math

from engine.catalog import Call, In, Inputs, function
from engine.errors import ParamError
from engine.nodes.activation.bend import Activation, sigmoid, softplus
from engine.nodes.rules import changed, disorder
from engine.spec import param


class Sigmoid(Activation):
    """Squeezes each number between 0 and 1.

    Shapes:
        in: any
        out: the same
    Source:
        Verhulst 1838; torch.sigmoid.
    """

    id, title, target = "sigmoid", "Sigmoid", "torch.sigmoid"
    basic = True
    icon = "mdi6.chart-bell-curve-cumulative"
    aliases = ("logistic", "probability")
    equation = "y = 1 / (1 + e^−x)"
    gives = "chances"

    def curve(self, x: float) -> float:
        """The equation."""
        return sigmoid(x)


class HardSigmoid(Activation):
    """A sigmoid made of straight lines: 0 up to −3, 1 from 3 on.

    Shapes:
        in: any
        out: the same
    Source:
        Courbariaux, Bengio and David 2015; torch.nn.functional.hardsigmoid.
    """

    id, title, target = "hard_sigmoid", "Hard sigmoid", "torch.nn.functional.hardsigmoid"
    icon = "mdi6.chart-bell-curve-cumulative"
    aliases = ("hardsigmoid", "piecewise linear", "mobile")
    equation = "y = min(max(0, x / 6 + 1/2), 1)"

    def curve(self, x: float) -> float:
        """The equation."""
        return min(max(0.0, x / 6 + 0.5), 1.0)


class LogSigmoid(Activation):
    """The logarithm of the sigmoid: log-probabilities that never overflow.

    Shapes:
        in: any
        out: the same
    Source:
        torch.nn.functional.logsigmoid.
    """

    id, title, target = "log_sigmoid", "Log sigmoid", "torch.nn.functional.logsigmoid"
    icon = "mdi6.chart-bell-curve-cumulative"
    aliases = ("logsigmoid", "log probability")
    equation = "y = −ln(1 + e^−x)"

    def curve(self, x: float) -> float:
        """The equation."""
        return -softplus(-x)


class Tanh(Activation):
    """Squeezes each number between −1 and 1.

    Shapes:
        in: any
        out: the same
    Source:
        LeCun et al. 1998; torch.tanh.
    """

    id, title, target = "tanh", "Tanh", "torch.tanh"
    basic = True
    icon = "mdi6.chart-bell-curve-cumulative"
    aliases = ("hyperbolic tangent",)
    equation = "y = (e^x − e^−x) / (e^x + e^−x)"

    def curve(self, x: float) -> float:
        """The equation."""
        return math.tanh(x)


class HardTanh(Activation):
    """Cuts each number off at two levels.

    Shapes:
        in: any
        out: the same
    Source:
        Collobert 2004; torch.nn.functional.hardtanh.
    """

    id, title, target = "hard_tanh", "Hard tanh", "torch.nn.functional.hardtanh"
    icon = "mdi6.chart-bell-curve-cumulative"
    aliases = ("hardtanh", "saturating linear", "satlins", "clip")
    equation = "y = min(max(min_val, x), max_val)"

    min_val: float = param(-1.0, "Lower level.", low=-1e6, high=1e6)
    max_val: float = param(1.0, "Upper level.", low=-1e6, high=1e6)

    def conflicts(self) -> list[ParamError]:
        """The levels have an order."""
        return disorder(self, "min_val", "max_val")

    def curve(self, x: float) -> float:
        """The equation."""
        return min(max(self.min_val, x), self.max_val)


class Softsign(Activation):
    """Squeezes each number between −1 and 1, more slowly than tanh.

    Shapes:
        in: any
        out: the same
    Source:
        Bergstra, Desjardins, Lamblin and Bengio 2009; torch.nn.functional.softsign.
    """

    id, title, target = "softsign", "Softsign", "torch.nn.functional.softsign"
    icon = "mdi6.chart-bell-curve-cumulative"
    aliases = ("elliott",)
    equation = "y = x / (1 + |x|)"

    def curve(self, x: float) -> float:
        """The equation."""
        return x / (1 + abs(x))


class Step(Activation):
    """1 for positive numbers, 0 for negative ones: a neuron that fires or not.

    Shapes:
        in: any
        out: the same
    Source:
        McCulloch and Pitts 1943; straight-through gradient: Bengio, Léonard and Courville 2013.
    """

    id, title, target = "step", "Step", "engine.torchside.layers.activation.step"
    icon = "mdi6.stairs"
    aliases = ("heaviside", "binary step", "hard threshold", "perceptron", "straight through", "binary")
    equation = "y = 1 if x > 0, 0 if x < 0"

    at_zero: float = param(1.0, "Output at exactly 0.", low=0.0, high=1.0)
    straight_through: bool = param(
        True, "Learn as if the step were the line y = x between −1 and 1; its own slope is 0."
    )

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """A function of ours: torch's heaviside has no gradient."""
        return function(self.target, In(), **changed(self, "at_zero", "straight_through"))

    def curve(self, x: float) -> float:
        """The equation."""
        return self.at_zero if x == 0 else float(x > 0)

    def slope(self, x: float) -> float:
        """What training takes for the slope."""
        return float(self.straight_through and abs(x) < 1)
