"""Recurrent layers."""

from __future__ import annotations

from engine.catalog import Expr, Inputs, Item, Port, Shape, Shapes, Weighted, Weights, function, layer
from engine.errors import ParamError
from engine.nodes.rules import SEQUENCE, changed, need_rank
from engine.spec import param


class LSTM(Weighted):
    """Reads a sequence step by step and remembers through gates what matters.

    Shapes:
        in: (N, T, F)
        out: (N, T, D·hidden_size), the last layer's state at each step; D is 2 if bidirectional, else 1
        h, c: (N, D·num_layers, hidden_size), state and memory after the last step, batch first
    Source:
        Hochreiter and Schmidhuber 1997; torch.nn.LSTM with batch_first.
    """

    id, title, category = "lstm", "LSTM", "Recurrent"
    icon = "mdi6.repeat"
    aliases = ("rnn", "recurrent", "memory", "sequence", "long short-term memory")
    equation = "c ← σ(f)·c + σ(i)·tanh(g), h ← σ(o)·tanh(c)"
    outputs = (
        Port("out", "The last layer's state at each step."),
        Port("h", "State of each layer after the last step."),
        Port("c", "Memory of each layer after the last step."),
    )

    hidden_size: int = param(64, "Numbers that a layer remembers.", low=1, high=2**16, card=True)
    num_layers: int = param(1, "Layers stacked, each reading the one below.", low=1, high=64)
    bidirectional: bool = param(False, "Read from the end as well, and put both side by side.")
    dropout: float = param(0.0, "Chance to drop a number between stacked layers.", low=0.0, high=1.0)
    bias: bool = param(True, "Add learnt numbers in each gate.")

    def conflicts(self) -> list[ParamError]:
        """Torch warns of a dropout that has no place."""
        if self.dropout and self.num_layers == 1:
            return [
                ParamError("dropout", "works between layers, so it needs num_layers of 2 or more", self.dropout)
            ]
        return []

    @property
    def directions(self) -> int:
        """2 if it reads both ways."""
        return 2 if self.bidirectional else 1

    def shapes(self, inputs: Inputs) -> Shapes:
        """States by step, and the last ones by layer."""
        shape = inputs["in"]
        need_rank(self, shape, 3, SEQUENCE)
        shape.size(1), shape.size(2)
        last = Shape((shape.sizes[0], self.directions * self.num_layers, self.hidden_size), "N·F")
        return {"out": shape.with_last(self.directions * self.hidden_size, "F"), "h": last, "c": last}

    def weights(self, inputs: Inputs) -> Weights:
        """Four gates stacked, for each layer and direction."""
        found: Weights = {}
        hidden, gates = self.hidden_size, 4 * self.hidden_size
        for number in range(self.num_layers):
            width = self.directions * hidden if number else inputs["in"].size(2)
            for suffix in ("", "_reverse")[: self.directions]:
                name = f"l{number}{suffix}"
                found[f"weight_ih_{name}"] = (gates, width)
                found[f"weight_hh_{name}"] = (gates, hidden)
                if self.bias:
                    found[f"bias_ih_{name}"] = found[f"bias_hh_{name}"] = (gates,)
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each weight and step."""
        shape, hidden, ways = inputs["in"], self.hidden_size, self.directions
        first = ways * (shape.size(2) + hidden)
        others = (self.num_layers - 1) * ways * (ways * hidden + hidden)
        return 2 * shape.size(1) * 4 * hidden * (first + others)

    def calls(self, inputs: Inputs) -> dict[str, Expr]:
        """torch.nn.LSTM; its states are turned batch first."""
        read = layer(
            "torch.nn.LSTM",
            input_size=inputs["in"].size(2),
            hidden_size=self.hidden_size,
            batch_first=True,
            **changed(self, "num_layers", "bidirectional", "dropout", "bias"),
        )
        states = Item(read, 1)
        return {
            "out": Item(read, 0),
            "h": function("torch.transpose", Item(states, 0), 0, 1),
            "c": function("torch.transpose", Item(states, 1), 0, 1),
        }

    def card(self) -> str:
        """`64`, `64, 2 layers, ↔`."""
        parts = [str(self.hidden_size)]
        if self.num_layers > 1:
            parts.append(f"{self.num_layers} layers")
        if self.bidirectional:
            parts.append("↔")
        return ", ".join(parts)
