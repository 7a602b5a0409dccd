"""Recurrent layers: a sequence read step by step."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from engine.catalog import Arg, Expr, In, Inputs, Item, Port, Shape, Shapes, Weighted, Weights, function, layer
from engine.errors import ParamError
from engine.nodes.padding import LENGTHS, need_lengths
from engine.nodes.rules import SEQUENCE, breach, changed, need_pair, need_rank
from engine.spec import param

OUT = Port("out", "The last layer's state at each step.")
H = Port("h", "State of each layer after the last step.")
H0 = Port("h0", "State of each layer before the first step; 0 where nothing is wired.", optional=True)


class Recurrent(Weighted):
    """A stack of recurrent layers of torch, which may read both ways and leave padding out."""

    category = "Recurrent"
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"), H0, LENGTHS)
    outputs: ClassVar[tuple[Port, ...]] = (OUT, H)
    target: ClassVar[str] = ""  # class in torch.nn
    gates: ClassVar[int] = 1

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

    @property
    def width(self) -> int:
        """Numbers in a state that is given on."""
        return self.hidden_size

    def state_widths(self) -> dict[str, int]:
        """Numbers in each state of a layer, by output port."""
        return {"h": self.width}

    def shapes(self, inputs: Inputs) -> Shapes:
        """States by step, and the last ones by layer."""
        shape = inputs["in"]
        need_rank(self, shape, 3, SEQUENCE)
        shape.size(1), shape.size(2)
        need_lengths(self, inputs)
        rows = self.directions * self.num_layers
        states = {port: Shape((shape.sizes[0], rows, width), "N·F") for port, width in self.state_widths().items()}
        for port, state in states.items():
            self._need_state(inputs, f"{port}0", state)
        return {"out": shape.with_last(self.directions * self.width, "F"), **states}

    def _need_state(self, inputs: Inputs, port: str, wanted: Shape) -> None:
        given = inputs.get(port)
        if given is None:
            return
        need_rank(self, given, 3, "3 axes: batch × layers × features", port=port)
        if given.sizes != wanted.sizes:
            raise breach(
                self,
                f"starts from {wanted.sizes[1]} states a sample of {wanted.sizes[2]} numbers each",
                given,
                port=port,
                suggestion="Give the layer that the state comes from the same hidden_size and num_layers.",
            )

    def weights(self, inputs: Inputs) -> Weights:
        """All gates stacked, for each layer and direction."""
        found: Weights = {}
        stacked = self.gates * self.hidden_size
        for number in range(self.num_layers):
            width = self.directions * self.width if number else inputs["in"].size(2)
            for suffix in ("", "_reverse")[: self.directions]:
                name = f"l{number}{suffix}"
                found[f"weight_ih_{name}"] = (stacked, width)
                found[f"weight_hh_{name}"] = (stacked, self.width)
                if self.bias:
                    found[f"bias_ih_{name}"] = found[f"bias_hh_{name}"] = (stacked,)
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each weight and step."""
        matrices = [sizes for sizes in self.weights(inputs).values() if len(sizes) == 2]
        return 2 * inputs["in"].size(1) * sum(rows * columns for rows, columns in matrices)

    def calls(self, inputs: Inputs) -> dict[str, Expr]:
        """The torch layer of the same name; its states are turned batch first."""
        args: list[Arg] = [In()]
        target = f"torch.nn.{self.target}"
        if "lengths" in inputs:
            args.append(In("lengths"))
            target = f"engine.torchside.layers.padding.Unpadded{self.target}"
        if "h0" in inputs:
            args.append(self._first(inputs))
        read = layer(
            target,
            args=tuple(args),
            input_size=inputs["in"].size(2),
            hidden_size=self.hidden_size,
            batch_first=True,
            **self._options(),
        )
        return {"out": Item(read, 0), **self._last(Item(read, 1))}

    def _options(self) -> dict[str, Any]:
        return changed(self, "num_layers", "bidirectional", "dropout", "bias")

    def _first(self, inputs: Inputs) -> Arg:  # noqa: ARG002
        return layers_first("h0")

    def _last(self, states: Expr) -> dict[str, Expr]:
        return {"h": function("torch.transpose", states, 0, 1)}

    def card(self) -> str:
        """`64`, `64, 2 layers, ↔`."""
        parts = [str(self.hidden_size)]
        if self.num_layers > 1:
            parts.append(f"{self.num_layers} layers")
        if self.bidirectional:
            parts.append("↔")
        return ", ".join(parts)


def layers_first(port: str) -> Expr:
    """A state as torch wants it: layers before batch, and without gaps, which cuDNN insists on."""
    return function("torch.Tensor.contiguous", function("torch.transpose", In(port), 0, 1))


class RNN(Recurrent):
    """Reads a sequence step by step, with what it remembers fed back into itself.

    Shapes:
        in: (N, T, F)
        h0: (N, D·num_layers, hidden_size)
        lengths: (N) of int64; steps of padding are not read and give 0
        out: (N, T, D·hidden_size), the last layer's state at each step; D is 2 if bidirectional, else 1
        h: (N, D·num_layers, hidden_size), state after the last step, batch first
    Source:
        Elman 1990; torch.nn.RNN with batch_first.
    """

    id, title, target = "rnn", "RNN", "RNN"
    basic = True
    icon = "mdi6.sync"
    aliases = ("recurrent", "elman", "simple rnn", "vanilla rnn", "sequence")
    equation = "h ← tanh(W·x + b + U·h + d)"

    nonlinearity: Literal["tanh", "relu"] = param("tanh", "What bends the sum.")

    def _options(self) -> dict[str, Any]:
        return super()._options() | changed(self, "nonlinearity")


class GRU(Recurrent):
    """Reads a sequence step by step; gates choose between what was remembered and what is new.

    Shapes:
        in: (N, T, F)
        h0: (N, D·num_layers, hidden_size)
        lengths: (N) of int64; steps of padding are not read and give 0
        out: (N, T, D·hidden_size), the last layer's state at each step; D is 2 if bidirectional, else 1
        h: (N, D·num_layers, hidden_size), state after the last step, batch first
    Source:
        Cho et al. 2014; torch.nn.GRU with batch_first.
    """

    id, title, target, gates = "gru", "GRU", "GRU", 3
    basic = True
    icon = "mdi6.repeat-variant"
    aliases = ("recurrent", "gated recurrent unit", "rnn", "sequence", "memory")
    equation = "h ← (1 − z)·n + z·h, n = tanh(W·x + r·(U·h))"


class LSTM(Recurrent):
    """Reads a sequence step by step and remembers through gates what matters.

    Shapes:
        in: (N, T, F)
        h0: (N, D·num_layers, P), wired together with c0; P is proj_size, or hidden_size without
        c0: (N, D·num_layers, hidden_size)
        lengths: (N) of int64; steps of padding are not read and give 0
        out: (N, T, D·P), the last layer's state at each step; D is 2 if bidirectional, else 1
        h, c: (N, D·num_layers, P) and (N, D·num_layers, hidden_size), state and memory after the last step
    Source:
        Hochreiter and Schmidhuber 1997; Sak, Senior and Beaufays 2014; torch.nn.LSTM with batch_first.
    """

    id, title, target, gates = "lstm", "LSTM", "LSTM", 4
    basic = True
    icon = "mdi6.repeat"
    aliases = ("rnn", "recurrent", "memory", "sequence", "long short-term memory")
    equation = "c ← σ(f)·c + σ(i)·tanh(g), h ← σ(o)·tanh(c)"
    inputs = (
        Port("in"),
        H0,
        Port("c0", "Memory of each layer before the first step; 0 where nothing is wired.", optional=True),
        LENGTHS,
    )
    outputs = (OUT, H, Port("c", "Memory of each layer after the last step."))

    proj_size: int = param(
        0,
        "Numbers that the state is projected to before it is given on; 0 leaves it.",
        low=0,
        high=2**16,
    )

    def conflicts(self) -> list[ParamError]:
        """A projection makes the state smaller."""
        found = super().conflicts()
        if self.proj_size >= self.hidden_size:
            found.append(
                ParamError("proj_size", f"must be below hidden_size, which is {self.hidden_size}", self.proj_size)
            )
        return found

    @property
    def width(self) -> int:
        """Numbers in a state that is given on."""
        return self.proj_size or self.hidden_size

    def state_widths(self) -> dict[str, int]:
        """The memory is not projected."""
        return {"h": self.width, "c": self.hidden_size}

    def shapes(self, inputs: Inputs) -> Shapes:
        """States by step, and the last ones by layer."""
        found = super().shapes(inputs)
        need_pair(self, inputs, "h0", "c0")
        return found

    def weights(self, inputs: Inputs) -> Weights:
        """Four gates stacked and the projection, for each layer and direction."""
        found = super().weights(inputs)
        if self.proj_size:
            for number in range(self.num_layers):
                for suffix in ("", "_reverse")[: self.directions]:
                    found[f"weight_hr_l{number}{suffix}"] = (self.proj_size, self.hidden_size)
        return found

    def _options(self) -> dict[str, Any]:
        return super()._options() | changed(self, "proj_size")

    def _first(self, inputs: Inputs) -> Arg:  # noqa: ARG002
        return (layers_first("h0"), layers_first("c0"))

    def _last(self, states: Expr) -> dict[str, Expr]:
        return {
            "h": function("torch.transpose", Item(states, 0), 0, 1),
            "c": function("torch.transpose", Item(states, 1), 0, 1),
        }
