"""Activations: each number bent by a fixed curve."""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.catalog import Call, Expr, In, Inputs, NodeKind, Shapes, function
from engine.nodes.rules import changed, need_axis, need_floats
from engine.spec import param


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


class Sigmoid(Activation):
    """Squeezes each number between 0 and 1.

    Shapes:
        in: any
        out: the same
    Source:
        Verhulst 1838; torch.sigmoid.
    """

    id, title, target = "sigmoid", "Sigmoid", "torch.sigmoid"
    icon = "mdi6.chart-bell-curve-cumulative"
    aliases = ("logistic", "probability")
    equation = "y = 1 / (1 + e^−x)"


class Tanh(Activation):
    """Squeezes each number between −1 and 1.

    Shapes:
        in: any
        out: the same
    Source:
        LeCun et al. 1998; torch.tanh.
    """

    id, title, target = "tanh", "Tanh", "torch.tanh"
    icon = "mdi6.chart-bell-curve-cumulative"
    aliases = ("hyperbolic tangent",)
    equation = "y = (e^x − e^−x) / (e^x + e^−x)"


class ReLU(Activation):
    """Keeps positive numbers, sets negative ones to 0.

    Shapes:
        in: any
        out: the same
    Source:
        Nair and Hinton 2010; torch.relu.
    """

    id, title, target = "relu", "ReLU", "torch.relu"
    icon = "mdi6.trending-up"
    aliases = ("rectifier", "rectified linear", "ramp")
    equation = "y = max(0, x)"


class LeakyReLU(Activation):
    """Keeps positive numbers, lets a little of negative ones through.

    Shapes:
        in: any
        out: the same
    Source:
        Maas, Hannun and Ng 2013; torch.nn.functional.leaky_relu.
    """

    id, title, target = "leaky_relu", "Leaky ReLU", "torch.nn.functional.leaky_relu"
    icon = "mdi6.trending-up"
    aliases = ("lrelu", "rectifier")
    equation = "y = max(0, x) + negative_slope·min(0, x)"

    negative_slope: float = param(0.01, "Slope left of 0.", low=-10.0, high=10.0, card=True)


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


class GELU(Activation):
    """Weighs each number by the chance that a normal one is smaller.

    Shapes:
        in: any
        out: the same
    Source:
        Hendrycks and Gimpel 2016; torch.nn.functional.gelu.
    """

    id, title, target = "gelu", "GELU", "torch.nn.functional.gelu"
    icon = "mdi6.trending-up"
    aliases = ("gaussian error linear", "transformer")
    equation = "y = x·Φ(x)"

    approximate: Literal["none", "tanh"] = param("none", "Exact, or by a formula with tanh.")


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


class Softmax(Activation):
    """Turns scores along an axis into shares that sum to 1.

    Shapes:
        in: (N, …, K, …)
        out: the same
    Source:
        Bridle 1990; torch.softmax.
    """

    id, title, target = "softmax", "Softmax", "torch.softmax"
    icon = "mdi6.percent-outline"
    aliases = ("probabilities", "classes", "normalized exponential")
    equation = "y[k] = e^x[k] / Σ_j e^x[j]"

    dim: int = param(-1, "Axis whose shares sum to 1; -1 is the last.", low=-16, high=16)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        found = super().shapes(inputs)
        need_axis(self, inputs["in"], self.dim)
        return found

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.softmax."""
        return function(self.target, In(), dim=self.dim)


class Identity(NodeKind):
    """Passes everything on unchanged: a joint for wires.

    Shapes:
        in: any
        out: the same
    Source:
        torch.nn.Identity.
    """

    id, title, category = "identity", "Identity", "Activation"
    icon = "mdi6.equal"
    aliases = ("linear activation", "pass", "skip", "bypass", "reroute")
    equation = "y = x"

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def calls(self, inputs: Inputs) -> dict[str, Expr]:  # noqa: ARG002
        """What comes in."""
        return {"out": In()}
