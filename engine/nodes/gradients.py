"""Nodes that leave what flows forward as it is and change what flows back."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, NodeKind, Port, Shapes, function
from engine.nodes.comparing import need_alike
from engine.nodes.rules import need_floats
from engine.spec import param

LAYERS = "engine.torchside.layers.gradients"


class GradientNode(NodeKind):
    """Passes decimals on unchanged."""

    category = "Math"

    def shapes(self, inputs: Inputs) -> Shapes:
        """As it comes in."""
        need_floats(self, inputs["in"])
        return {"out": inputs["in"]}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed forward."""
        return 0


class Detach(GradientNode):
    """Stops the gradient: what lies before it learns nothing from what comes after.

    Shapes:
        in: (N, …)
        out: the same
    Source:
        torch.Tensor.detach.
    """

    id, title = "detach", "Detach"
    icon = "mdi6.link-off"
    aliases = ("stop gradient", "stop_gradient", "no gradient", "freeze", "target network")
    equation = "y = x, ∂y/∂x = 0"

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.Tensor.detach."""
        return function("torch.Tensor.detach")


class GradientReversal(GradientNode):
    """Turns the gradient round, so that what lies before it makes worse what comes after.

    Shapes:
        in: (N, …)
        out: the same
    Source:
        Ganin and Lempitsky 2015.
    """

    id, title = "gradient_reversal", "Gradient reversal"
    icon = "mdi6.rotate-left"
    aliases = ("domain adaptation", "adversarial", "grl", "reverse gradient", "dann")
    equation = "y = x, ∂y/∂x = −λ"

    lambd: float = param(1.0, "How strongly the gradient comes back, λ.", low=0.0, high=1e6, card=True)

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The gradient times −λ."""
        return function(f"{LAYERS}.scale_gradient", In(), -self.lambd)


class GradientScale(GradientNode):
    """Multiplies the gradient by a number, so that what lies before it learns slower or faster.

    Shapes:
        in: (N, …)
        out: the same
    Source:
        Jaderberg et al. 2016, where losses of several heads meet.
    """

    id, title = "gradient_scale", "Gradient scale"
    icon = "mdi6.tune-vertical"
    aliases = ("scale gradient", "multiply gradient", "learning speed", "slow down")
    equation = "y = x, ∂y/∂x = s"

    scale: float = param(0.1, "What the gradient is multiplied by.", low=-1e6, high=1e6, card=True)

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The gradient times the scale."""
        return function(f"{LAYERS}.scale_gradient", In(), self.scale)


class StraightThrough(GradientNode):
    """Gives one tensor and learns by another: a rounded value forward, its smooth form backward.

    Shapes:
        in: (N, …), what gets the gradient
        value: the same, what is given
        out: the same
    Source:
        Bengio, Léonard and Courville 2013.
    """

    id, title = "straight_through", "Straight-through"
    icon = "mdi6.transit-detour"
    aliases = ("ste", "quantization", "vector quantization", "vq-vae", "binarize", "rounding")
    equation = "y = v, ∂y/∂x = 1"
    inputs = (Port("in", "What gets the gradient."), Port("value", "What is given."))

    def shapes(self, inputs: Inputs) -> Shapes:
        """As it comes in."""
        need_alike(self, inputs, "in", "value", least=1)
        return {"out": inputs["in"]}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The value, with the gradient of the input."""
        return function(f"{LAYERS}.straight_through", In(), In("value"))
