"""Recurrent cells: one step, for whoever draws the recurrence."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from engine.catalog import Arg, Expr, In, Inputs, Item, Port, Shape, Shapes, Weighted, Weights, layer
from engine.nodes.rules import breach, changed, need_pair, need_rank
from engine.spec import param

VECTOR = "2 axes: batch × features"
STATE = Port("h", "State before this step; 0 where nothing is wired.", optional=True)
NEXT = Port("h", "State after this step.")


class Cell(Weighted):
    """One step of a recurrent layer of torch."""

    category = "Recurrent"
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"), STATE)
    outputs: ClassVar[tuple[Port, ...]] = (NEXT,)
    target: ClassVar[str] = ""  # class in torch.nn
    gates: ClassVar[int] = 1

    hidden_size: int = param(64, "Numbers that it remembers.", low=1, high=2**16, card=True)
    bias: bool = param(True, "Add learnt numbers in each gate.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """The states after the step."""
        shape = inputs["in"]
        need_rank(self, shape, 2, VECTOR)
        shape.size(1)
        state = Shape((shape.sizes[0], self.hidden_size), "NF")
        for port in self.outputs:
            given = inputs.get(port.name)
            if given is None:
                continue
            need_rank(self, given, 2, VECTOR, port=port.name)
            if given.sizes != state.sizes:
                raise breach(
                    self,
                    f"remembers {self.hidden_size} numbers a sample",
                    given,
                    port=port.name,
                    suggestion=f"Set hidden_size to {given.sizes[1]}.",
                    fits={"hidden_size": given.sizes[1]},
                )
        return {port.name: state for port in self.outputs}

    def weights(self, inputs: Inputs) -> Weights:
        """All gates stacked."""
        rows = self.gates * self.hidden_size
        found: Weights = {"weight_ih": (rows, inputs["in"].size(1)), "weight_hh": (rows, self.hidden_size)}
        if self.bias:
            found["bias_ih"] = found["bias_hh"] = (rows,)
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each weight."""
        return 2 * self.gates * self.hidden_size * (inputs["in"].size(1) + self.hidden_size)

    def calls(self, inputs: Inputs) -> dict[str, Expr]:
        """The torch cell of the same name."""
        return {"h": self._step(inputs, In("h"))}

    def _step(self, inputs: Inputs, state: Arg, **options: Any) -> Expr:
        return layer(
            f"torch.nn.{self.target}",
            args=(In(), state) if "h" in inputs else (In(),),
            input_size=inputs["in"].size(1),
            hidden_size=self.hidden_size,
            **changed(self, "bias"),
            **options,
        )


class RNNCell(Cell):
    """One step of an RNN: the state that follows from a state and an input.

    Shapes:
        in: (N, F)
        h: (N, hidden_size)
        h (out): (N, hidden_size)
    Source:
        Elman 1990; torch.nn.RNNCell.
    """

    id, title, target = "rnn_cell", "RNN cell", "RNNCell"
    icon = "mdi6.sync-circle"
    aliases = ("elman cell", "recurrent cell", "step")
    equation = "h ← tanh(W·x + b + U·h + d)"

    nonlinearity: Literal["tanh", "relu"] = param("tanh", "What bends the sum.")

    def calls(self, inputs: Inputs) -> dict[str, Expr]:
        """torch.nn.RNNCell."""
        return {"h": self._step(inputs, In("h"), **changed(self, "nonlinearity"))}


class GRUCell(Cell):
    """One step of a GRU: gates choose between what was remembered and what is new.

    Shapes:
        in: (N, F)
        h: (N, hidden_size)
        h (out): (N, hidden_size)
    Source:
        Cho et al. 2014; torch.nn.GRUCell.
    """

    id, title, target, gates = "gru_cell", "GRU cell", "GRUCell", 3
    icon = "mdi6.repeat-once"
    aliases = ("gated recurrent cell", "recurrent cell", "step")
    equation = "h ← (1 − z)·n + z·h, n = tanh(W·x + r·(U·h))"


class LSTMCell(Cell):
    """One step of an LSTM: state and memory that follow from state, memory and input.

    Shapes:
        in: (N, F)
        h, c: (N, hidden_size), both wired or neither
        h, c (out): (N, hidden_size)
    Source:
        Hochreiter and Schmidhuber 1997; torch.nn.LSTMCell.
    """

    id, title, target, gates = "lstm_cell", "LSTM cell", "LSTMCell", 4
    icon = "mdi6.memory"
    aliases = ("long short-term memory cell", "recurrent cell", "step")
    equation = "c ← σ(f)·c + σ(i)·tanh(g), h ← σ(o)·tanh(c)"
    inputs = (Port("in"), STATE, Port("c", "Memory before this step; 0 where nothing is wired.", optional=True))
    outputs = (NEXT, Port("c", "Memory after this step."))

    def shapes(self, inputs: Inputs) -> Shapes:
        """State and memory after the step."""
        found = super().shapes(inputs)
        need_pair(self, inputs, "h", "c")
        return found

    def calls(self, inputs: Inputs) -> dict[str, Expr]:
        """torch.nn.LSTMCell."""
        step = self._step(inputs, (In("h"), In("c")))
        return {"h": Item(step, 0), "c": Item(step, 1)}
