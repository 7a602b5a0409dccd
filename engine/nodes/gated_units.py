"""Gated linear units: one half of an axis decides how much of the other passes."""

from __future__ import annotations

from typing import ClassVar

from engine.catalog import Call, In, Inputs, Item, NodeKind, Shape, Shapes, function
from engine.nodes.rules import breach, need_axis, need_floats
from engine.spec import param


class GatedUnit(NodeKind):
    """The product of one half with a curve of the other."""

    category = "Gate"
    icon = "mdi6.call-merge"
    target: ClassVar[str] = ""

    dim: int = param(-1, "Axis to halve; -1 is the last, 1 the channels of images.", low=-16, high=16)

    def shapes(self, inputs: Inputs) -> Shapes:
        """The axis is halved."""
        shape = inputs["in"]
        need_floats(self, shape)
        axis = need_axis(self, shape, self.dim)
        size = shape.size(axis)
        if size % 2:
            even = [place for place, each in enumerate(shape.sizes) if isinstance(each, int) and each % 2 == 0]
            raise breach(
                self,
                f"halves axis {axis}, its size {size} is odd",
                shape,
                suggestion=f"Give the layer before it {size + 1} outputs, or take another dim.",
                fits={"dim": even[-1]} if even else None,
            )
        return {"out": Shape((*shape.sizes[:axis], size // 2, *shape.sizes[axis + 1 :]), shape.axes)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """The curve and the product."""
        return 2 * outputs["out"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.mul of the first half and the curve of the second."""
        halves = function("torch.chunk", In(), 2, dim=self.dim)
        return function("torch.mul", Item(halves, 0), function(self.target, Item(halves, 1)))


class GLU(GatedUnit):
    """Halves an axis; the sigmoid of the second half gates the first.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, D / 2, …)
    Source:
        Dauphin et al. 2016; torch.nn.functional.glu.
    """

    id, title, target = "glu", "GLU", "torch.nn.functional.glu"
    aliases = ("gated linear unit",)
    equation = "y = a·σ(b), x = [a; b]"

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.glu."""
        return function(self.target, In(), dim=self.dim)


class SwiGLU(GatedUnit):
    """Halves an axis; the SiLU of the second half gates the first.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, D / 2, …)
    Source:
        Shazeer 2020, equation 6.
    """

    id, title, target = "swiglu", "SwiGLU", "torch.nn.functional.silu"
    aliases = ("gated linear unit", "swish glu", "llama", "transformer")
    equation = "y = a·silu(b), x = [a; b]"


class GEGLU(GatedUnit):
    """Halves an axis; the GELU of the second half gates the first.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, D / 2, …)
    Source:
        Shazeer 2020, equation 6.
    """

    id, title, target = "geglu", "GEGLU", "torch.nn.functional.gelu"
    aliases = ("gated linear unit", "gelu glu", "transformer")
    equation = "y = a·gelu(b), x = [a; b]"


class ReGLU(GatedUnit):
    """Halves an axis; the ReLU of the second half gates the first.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, D / 2, …)
    Source:
        Shazeer 2020, equation 6.
    """

    id, title, target = "reglu", "ReGLU", "torch.relu"
    aliases = ("gated linear unit", "relu glu", "transformer")
    equation = "y = a·relu(b), x = [a; b]"
