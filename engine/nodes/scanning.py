"""Along one axis: products, running sums, the place of the largest."""

from __future__ import annotations

from typing import ClassVar

from engine.catalog import Call, In, Inputs, NodeKind, Shapes, function
from engine.nodes.rules import changed, need_axis, need_floats
from engine.nodes.shaping import FARTHEST, resized, without
from engine.spec import param


class Along(NodeKind):
    """A torch function along one axis, which stays."""

    category = "Math"
    target: ClassVar[str] = ""

    dim: int = param(
        1, "Axis to go along; 1 is the first after the batch.", low=-FARTHEST, high=FARTHEST, card=True
    )

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        need_floats(self, inputs["in"])
        need_axis(self, inputs["in"], self.dim)
        return {"out": inputs["in"]}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The torch function."""
        return function(self.target, In(), dim=self.dim, **changed(self, *(self.params.keys() - {"dim"})))


class CumSum(Along):
    """The running sum along an axis.

    Shapes:
        in: (N, …, D, …)
        out: the same
    Source:
        torch.cumsum.
    """

    id, title, target = "cumsum", "Running sum", "torch.cumsum"
    icon = "mdi6.chart-line-stacked"
    aliases = ("cumulative sum", "prefix sum", "integrate", "scan")
    equation = "out[d] = Σ_{i≤d} x[i]"


class CumProd(Along):
    """The running product along an axis.

    Shapes:
        in: (N, …, D, …)
        out: the same
    Source:
        torch.cumprod.
    """

    id, title, target = "cumprod", "Running product", "torch.cumprod"
    icon = "mdi6.chart-timeline-variant"
    aliases = ("cumulative product", "scan")
    equation = "out[d] = Π_{i≤d} x[i]"


class AlongReduced(Along):
    """A torch function along one axis, which it makes one number."""

    keepdim: bool = param(False, "Keep the axis, of size 1.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """The axis is gone, or of size 1."""
        shape = inputs["in"]
        need_floats(self, shape)
        axis = need_axis(self, shape, self.dim)
        return {"out": resized(shape, axis, 1) if self.keepdim else without(shape, axis)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One operation a number."""
        return inputs["in"].count


class Prod(AlongReduced):
    """The product along an axis.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, …), or (N, …, 1, …) with keepdim
    Source:
        torch.prod.
    """

    id, title, target = "prod", "Product over an axis", "torch.prod"
    icon = "mdi6.asterisk"
    aliases = ("reduce", "times all")
    equation = "out = Π_d x[d]"


class ArgMax(AlongReduced):
    """Where along an axis the largest number is: the class that a network answers.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, …) of int64, or (N, …, 1, …) with keepdim
    Source:
        torch.argmax.
    """

    id, title, target = "argmax", "Argmax", "torch.argmax"
    icon = "mdi6.podium-gold"
    aliases = ("class", "decision", "most likely", "best", "predicted label")
    equation = "out = argmax_d x[d]"

    def shapes(self, inputs: Inputs) -> Shapes:
        """Whole numbers; nothing is learnt through them."""
        return {"out": super().shapes(inputs)["out"].with_dtype("int64")}
