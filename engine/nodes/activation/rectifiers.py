"""Rectifiers: straight lines with a kink."""

from __future__ import annotations

from engine.catalog import Call, Expr, In, Inputs, NodeKind, Shapes, Weighted, Weights, function, layer
from engine.errors import ParamError
from engine.nodes.activation.bend import Activation
from engine.nodes.rules import changed, disorder, need_axes, need_floats
from engine.spec import param


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
    aliases = ("linear activation", "linear", "none", "pass", "skip", "bypass", "reroute")
    equation = "y = x"

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def calls(self, inputs: Inputs) -> dict[str, Expr]:  # noqa: ARG002
        """What comes in."""
        return {"out": In()}

    def curve(self, x: float) -> float:
        """The number itself."""
        return x


class ReLU(Activation):
    """Keeps positive numbers, sets negative ones to 0.

    Shapes:
        in: any
        out: the same
    Source:
        Nair and Hinton 2010; torch.relu.
    """

    id, title, target = "relu", "ReLU", "torch.relu"
    basic = True
    icon = "mdi6.trending-up"
    aliases = ("rectifier", "rectified linear", "ramp")
    equation = "y = max(0, x)"

    def curve(self, x: float) -> float:
        """The equation."""
        return max(0.0, x)


class ReLU6(Activation):
    """Keeps numbers from 0 to 6, cuts off what lies outside.

    Shapes:
        in: any
        out: the same
    Source:
        Krizhevsky 2010; torch.nn.functional.relu6.
    """

    id, title, target = "relu6", "ReLU6", "torch.nn.functional.relu6"
    icon = "mdi6.trending-up"
    aliases = ("rectifier", "capped relu", "mobile")
    equation = "y = min(max(0, x), 6)"

    def curve(self, x: float) -> float:
        """The equation."""
        return min(max(0.0, x), 6.0)


class LeakyReLU(Activation):
    """Keeps positive numbers, lets a little of negative ones through.

    Shapes:
        in: any
        out: the same
    Source:
        Maas, Hannun and Ng 2013; torch.nn.functional.leaky_relu.
    """

    id, title, target = "leaky_relu", "Leaky ReLU", "torch.nn.functional.leaky_relu"
    basic = True
    icon = "mdi6.trending-up"
    aliases = ("lrelu", "rectifier")
    equation = "y = max(0, x) + negative_slope·min(0, x)"

    negative_slope: float = param(0.01, "Slope left of 0.", low=-10.0, high=10.0, card=True)

    def curve(self, x: float) -> float:
        """The equation."""
        return max(0.0, x) + self.negative_slope * min(0.0, x)


class PReLU(Weighted):
    """Keeps positive numbers; the slope for negative ones is learnt.

    Shapes:
        in: any, or (N, C, …) for a slope per channel
        out: the same
    Source:
        He, Zhang, Ren and Sun 2015; torch.nn.PReLU.
    """

    id, title, category = "prelu", "PReLU", "Activation"
    icon = "mdi6.trending-up"
    aliases = ("parametric relu", "learnt slope", "rectifier")
    equation = "y = max(0, x) + w·min(0, x)"

    channels: bool = param(False, "Learn a slope for each channel (axis 1), not one for all.")
    init: float = param(0.25, "Slope to start from.", low=-10.0, high=10.0)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        if self.channels:
            need_axes(self, shape, 2)
        return {"out": shape}

    def _slopes(self, inputs: Inputs) -> int:
        return inputs["in"].size(1) if self.channels else 1

    def weights(self, inputs: Inputs) -> Weights:
        """The slopes."""
        return {"weight": (self._slopes(inputs),)}

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.PReLU."""
        return layer("torch.nn.PReLU", num_parameters=self._slopes(inputs), **changed(self, "init"))

    def curve(self, x: float) -> float:
        """The equation with the first slope."""
        return max(0.0, x) + self.init * min(0.0, x)


class RReLU(Activation):
    """Keeps positive numbers; the slope for negative ones is random while training.

    Shapes:
        in: any
        out: the same
    Source:
        Xu, Wang, Chen and Li 2015; torch.nn.RReLU.
    """

    id, title, target = "rrelu", "RReLU", "torch.nn.RReLU"
    icon = "mdi6.trending-up"
    aliases = ("randomized leaky relu", "random slope", "rectifier")
    equation = "y = max(0, x) + a·min(0, x), a ~ U(lower, upper); its mean in evaluation"

    lower: float = param(0.125, "Smallest slope left of 0.", low=0.0, high=10.0)
    upper: float = param(1 / 3, "Largest slope left of 0.", low=0.0, high=10.0)

    def conflicts(self) -> list[ParamError]:
        """The slopes have an order."""
        return disorder(self, "lower", "upper")

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.RReLU: a layer, because it rests while evaluating."""
        return layer(self.target, **changed(self, "lower", "upper"))

    def curve(self, x: float) -> float:
        """The equation in evaluation."""
        return max(0.0, x) + (self.lower + self.upper) / 2 * min(0.0, x)


class Threshold(Activation):
    """Keeps numbers above a threshold, replaces the others by a fixed value.

    Shapes:
        in: any
        out: the same
    Source:
        Konda, Memisevic and Krueger 2014; torch.nn.functional.threshold.
    """

    id, title, target = "threshold", "Threshold", "torch.nn.functional.threshold"
    icon = "mdi6.trending-up"
    aliases = ("thresholded relu", "cut")
    equation = "y = x if x > threshold else value"

    threshold: float = param(1.0, "Numbers up to this are replaced.", low=-1e6, high=1e6, card=True)
    value: float = param(0.0, "What replaces them.", low=-1e6, high=1e6)

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.threshold."""
        return function(self.target, In(), threshold=self.threshold, value=self.value)

    def curve(self, x: float) -> float:
        """The equation."""
        return x if x > self.threshold else self.value
