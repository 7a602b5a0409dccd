"""Regularization by chance."""

from __future__ import annotations

from engine.catalog import Call, Inputs, NodeKind, Shapes, layer
from engine.nodes.rules import need_floats
from engine.spec import param


class Dropout(NodeKind):
    """Sets numbers to zero at random while training, so that no neuron is relied on.

    Shapes:
        in: any
        out: the same
    Source:
        Srivastava et al. 2014; torch.nn.Dropout.
    """

    id, title, category = "dropout", "Dropout", "Regularization"
    icon = "mdi6.water-off"
    aliases = ("regularize", "drop")
    equation = "y = x·m / (1 − p), m ~ Bernoulli(1 − p)"

    p: float = param(0.5, "Chance of each number to be dropped.", low=0.0, high=1.0, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        return {"out": shape}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.Dropout: a layer, because it rests while evaluating."""
        return layer("torch.nn.Dropout", p=self.p)
