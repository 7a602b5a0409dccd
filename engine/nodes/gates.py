"""Gates: one signal decides how much of another passes."""

from __future__ import annotations

from typing import Any, Literal

from engine.catalog import Call, In, Inputs, NodeKind, Port, Shapes, Weighted, Weights, function, layer
from engine.nodes.merging import broadcast
from engine.nodes.rules import breach, changed, need_axes, need_floats
from engine.spec import param

LAYERS = "engine.torchside.layers.gates"


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
    aliases = ("sigmoid gate", "attention gate", "valve")
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


class Highway(Weighted):
    """A dense layer that a learnt gate mixes with its own input, so that deep nets train.

    Shapes:
        in: (N, …, F)
        out: the same
    Source:
        Srivastava, Greff and Schmidhuber 2015.
    """

    id, title, category = "highway", "Highway", "Gate"
    basic = True
    icon = "mdi6.highway"
    aliases = ("highway layer", "carry gate", "transform gate")
    equation = "y = H(x)·σ(g) + x·(1 − σ(g)), g = W·x + b"

    activation: Literal["relu", "tanh"] = param("relu", "What bends the dense layer.", card=True)
    gate_bias: float = param(
        -1.0, "Where the gate's bias starts; below 0 the input passes at first.", low=-100.0, high=100.0
    )

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        need_axes(self, shape, 2)
        shape.size(-1)
        return {"out": shape}

    def weights(self, inputs: Inputs) -> Weights:
        """The dense layer and the gate, equally large."""
        size = inputs["in"].size(-1)
        found: Weights = {}
        for part in ("transform", "gate"):
            found |= {f"{part}.weight": (size, size), f"{part}.bias": (size,)}
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each weight and position."""
        return 4 * inputs["in"].count * inputs["in"].size(-1)

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        return layer(
            f"{LAYERS}.Highway", features=inputs["in"].size(-1), **changed(self, "activation", "gate_bias")
        )


class GatedResidual(Weighted):
    """A small network behind a gate, beside a skip and under a norm: it can switch itself off.

    Shapes:
        in: (N, …, F)
        context: (N, C), the same for every step, or (N, …, C)
        out: (N, …, F)
    Source:
        Lim et al. 2021 (gated residual network).
    """

    id, title, category = "gated_residual", "Gated residual", "Gate"
    icon = "mdi6.valve-closed"
    aliases = ("grn", "gated residual network", "temporal fusion transformer", "tft")
    equation = "y = LN(x + GLU(W_1·elu(W_2·x + W_3·c)))"
    inputs = (Port("in"), Port("context", "What else the network is told.", optional=True))

    hidden_size: int = param(64, "Neurons of the network.", low=1, high=2**16, card=True)
    dropout: float = param(0.0, "Chance to drop a number before the gate while training.", low=0.0, high=1.0)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape, context = inputs["in"], inputs.get("context")
        need_floats(self, shape)
        need_axes(self, shape, 2)
        shape.size(-1)
        if context is not None:
            need_floats(self, context, "context")
            need_axes(self, context, 2, port="context")
            context.size(-1, port="context")
            if context.rank != 2 and context.sizes[:-1] != shape.sizes[:-1]:
                raise breach(
                    self,
                    "needs a context of batch × features, or with the axes of the input before its features",
                    context,
                    port="context",
                    suggestion="Insert a Flatten before it.",
                )
        return {"out": shape}

    def weights(self, inputs: Inputs) -> Weights:
        """The network, the gate and the norm."""
        size, hidden = inputs["in"].size(-1), self.hidden_size
        found: Weights = {"hidden.weight": (hidden, size), "hidden.bias": (hidden,)}
        if (context := inputs.get("context")) is not None:
            found["context.weight"] = (hidden, context.size(-1))
        found |= {"answer.weight": (size, hidden), "answer.bias": (size,)}
        found |= {"gate.weight": (2 * size, size), "gate.bias": (2 * size,)}
        return found | {"norm.weight": (size,), "norm.bias": (size,)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each weight and position."""
        shape, context = inputs["in"], inputs.get("context")
        size = shape.size(-1)
        told = 0 if context is None else self.hidden_size * context.count
        return 2 * (2 * shape.count * self.hidden_size + told + 2 * shape.count * size)

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        context = inputs.get("context")
        told: dict[str, Any] = {} if context is None else {"context_features": context.size(-1)}
        return layer(
            f"{LAYERS}.GatedResidual",
            args=(In(),) if context is None else (In(), In("context")),
            features=inputs["in"].size(-1),
            hidden_size=self.hidden_size,
            **told,
            **changed(self, "dropout"),
        )
