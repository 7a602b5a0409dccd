"""Gates: one signal decides how much of another passes."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, NodeKind, Port, Shape, Shapes, function
from engine.nodes.merging import broadcast
from engine.nodes.rules import breach, need_axis, need_floats
from engine.spec import param


class Gate(NodeKind):
    """Lets through as much of the value as the gate's sigmoid says.

    Shapes:
        value: (N, …)
        gate: (N, …), equal or with axes of size 1
        out: (N, …)
    Source:
        Hochreiter and Schmidhuber 1997; Srivastava, Greff and Schmidhuber 2015.
    """

    id, title, category = "gate", "Gate", "Gate"
    icon = "mdi6.valve"
    aliases = ("sigmoid gate", "highway", "squeeze and excitation", "attention gate")
    equation = "y = σ(gate)·value"
    inputs = (Port("value", "What passes."), Port("gate", "How much passes: its sigmoid is the share."))

    def shapes(self, inputs: Inputs) -> Shapes:
        """The same, or where an axis has size 1, the other's."""
        return {"out": broadcast(self, [("value", inputs["value"]), ("gate", inputs["gate"])])}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """The sigmoid and the product."""
        return inputs["gate"].count + outputs["out"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.mul of the value and torch.sigmoid of the gate."""
        return function("torch.mul", In("value"), function("torch.sigmoid", In("gate")))


class GLU(NodeKind):
    """Halves an axis; the sigmoid of the second half gates the first.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, D / 2, …)
    Source:
        Dauphin et al. 2016; torch.nn.functional.glu.
    """

    id, title, category = "glu", "GLU", "Gate"
    icon = "mdi6.call-merge"
    aliases = ("gated linear unit",)
    equation = "y = a·σ(b), x = [a; b]"

    dim: int = param(-1, "Axis to halve; -1 is the last, 1 the channels of images.", low=-16, high=16)

    def shapes(self, inputs: Inputs) -> Shapes:
        """The axis is halved."""
        shape = inputs["in"]
        need_floats(self, shape)
        axis = need_axis(self, shape, self.dim)
        size = shape.size(axis)
        if size % 2:
            raise breach(
                self,
                f"halves axis {axis}, its size {size} is odd",
                shape,
                suggestion=f"Give the layer before it {size + 1} outputs, or take another dim.",
            )
        return {"out": Shape((*shape.sizes[:axis], size // 2, *shape.sizes[axis + 1 :]), shape.axes)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """The sigmoid and the product."""
        return 2 * outputs["out"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.glu."""
        return function("torch.nn.functional.glu", In(), dim=self.dim)
