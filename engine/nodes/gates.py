"""Gates: one signal decides how much of another passes."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, NodeKind, Port, Shapes, function
from engine.nodes.merging import broadcast


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
