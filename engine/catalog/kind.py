"""Node kinds and the catalogue of them."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

from engine.catalog.call import Call, Expr
from engine.catalog.port import Port
from engine.catalog.shape import Inputs, Shape, Shapes
from engine.spec import Declaration, Registry, Values

Weights: TypeAlias = dict[str, tuple[int, ...]]
"""Shapes of weights by the name they have below the node in the state dict ("weight", "bias")."""

Role: TypeAlias = Literal["layer", "input", "target", "loss", "metric", "entry", "exit", "state"]
"""`entry` and `exit` are a block's ports, drawn inside it; a `state` carries a value to the next time step."""


Answers: TypeAlias = Literal["classes", "yes-no", "numbers"]
"""What targets hold: a class of several, one of two, or numbers."""

Scale: TypeAlias = Literal["", "scores", "shares", "log-shares", "chances"]
"""What answers are: any scores, shares that sum to 1, their logarithms, or a chance each."""


class NodeKind(Declaration):
    """A kind of node: what it is, what the user sets, and formulas for shapes, weights and cost.

    Formulas need no torch; the contract test holds each against torch on the meta device. `shapes` may
    raise `ShapeError`; the other formulas are called only with inputs that `shapes` accepts.
    """

    category: ClassVar[str] = ""
    icon: ClassVar[str] = "mdi6.cube-outline"
    aliases: ClassVar[tuple[str, ...]] = ()
    equation: ClassVar[str] = ""
    role: ClassVar[Role] = "layer"
    usual_for: ClassVar[tuple[Answers, ...]] = ()  # what a loss or metric is the first choice for
    gives: ClassVar[Scale] = ""  # what its numbers are, where they answer for classes
    takes: ClassVar[Scale] = ""  # what a loss asks its numbers to be
    table: ClassVar[bool] = False  # whether its `sums` are a square table: row by truth, column by answer
    basic: ClassVar[bool] = False  # whether lists show it before the others of its category
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"),)
    outputs: ClassVar[tuple[Port, ...]] = (Port("out"),)

    @classmethod
    def adaptations(cls, given: Shape, wanted: Shape | None) -> tuple[Values, ...]:  # noqa: ARG003
        """Parameters with which a fix may put it into a wire that does not fit, the likeliest first.

        The wire brings `given`; `wanted` is a shape that is known to fit, None where none is. Each is tried, so
        they need not fit. None at all: it is no kind that fixes insert.
        """
        return ()

    def input_ports(self) -> tuple[Port, ...]:
        """The inputs with the present parameters."""
        return self.inputs

    def output_ports(self) -> tuple[Port, ...]:
        """The outputs with the present parameters."""
        return self.outputs

    def shapes(self, inputs: Inputs) -> Shapes:
        """Shape of each output, from the shapes that come in."""
        return {"out": inputs["in"]}

    def weights(self, inputs: Inputs) -> Weights:  # noqa: ARG002
        """Shapes of all that is learnt."""
        return {}

    def buffers(self, inputs: Inputs) -> Weights:  # noqa: ARG002
        """Shapes of what is kept in the state dict but not learnt."""
        return {}

    def learnt(self, inputs: Inputs) -> Weights:
        """`weights`, as the options of the node make them."""
        return self.weights(inputs)

    def kept(self, inputs: Inputs) -> Weights:
        """`buffers`, as the options of the node make them."""
        return self.buffers(inputs)

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Floating-point operations of one sample; a multiply-add counts two, biases none (as torch counts)."""
        return sum(shape.count for shape in outputs.values())

    def labels(self, inputs: Inputs) -> int | None:  # noqa: ARG002
        """How many classes a loss or metric tells apart, labels running from 0 to one less.

        None where its targets are no labels.
        """
        return None

    def sums(self, inputs: Inputs) -> Call | None:  # noqa: ARG002
        """A vector that adds up over the batches of an epoch, for a metric that no mean of batches tells.

        None where the metric of an epoch is the mean over its samples.
        """
        return None

    def finish(self, sums: Expr, inputs: Inputs) -> Call:
        """The metric, a single number, from its sums over any number of batches."""
        raise NotImplementedError(f"{type(self).__name__} must define finish")

    def call(self, inputs: Inputs) -> Call:
        """The torch call behind the only output `out`."""
        raise NotImplementedError(f"{type(self).__name__} must define call or calls")

    def calls(self, inputs: Inputs) -> dict[str, Expr]:
        """The torch expression behind each output."""
        return {"out": self.call(inputs)}

    def card(self) -> str:
        """The one or two parameters that matter, as the card on the canvas shows them."""
        shown = [getattr(self, name) for name, param in self.params.items() if param.card]
        return ", ".join(_brief(value) for value in shown)

    def curve(self, x: float) -> float | None:  # noqa: ARG002
        """What each number becomes, where all are bent alike whatever stands beside them; else None.

        In evaluation mode and with the weights that training starts from.
        """
        return None

    def slope(self, x: float) -> float | None:
        """The slope of the curve as training sees it: its derivative, unless the kind says otherwise."""
        width = 1e-6 * max(1.0, abs(x))
        left, right = self.curve(x - width), self.curve(x + width)
        return None if left is None or right is None else (right - left) / (2 * width)

    def placeholder(self) -> Shape | None:
        """The shape that a node of role input or target brings into the graph."""
        return None


def _brief(value: object) -> str:
    if isinstance(value, tuple):
        return "×".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


class Catalog(Registry[NodeKind]):
    """All node kinds, by id."""

    def __init__(self) -> None:
        super().__init__(NodeKind, "node kind")

    def parse(self, kind: str, params: Values) -> NodeKind:
        """A kind with its parameters.

        Raises:
            UnknownIdError: no such kind.
            ParamError: a parameter breaks its rule.
        """
        return self[kind].parse(params)
