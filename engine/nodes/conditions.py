"""Conditions: numbers compared, answers joined, one of two values taken."""

from __future__ import annotations

from typing import Literal

from engine.catalog import Call, In, Inputs, Name, NodeKind, Port, Shape, Shapes, function
from engine.nodes.merging import Elementwise, aligned
from engine.nodes.rules import breach
from engine.spec import param


def need_bools(kind: NodeKind, shape: Shape, port: str = "in") -> None:
    """Refuse numbers where the kind needs yes or no."""
    if shape.dtype != "bool":
        raise breach(
            kind,
            f"needs answers, yes or no (bool), not {shape.dtype}",
            shape,
            port=port,
            suggestion="Put a Compare before it, or a Cast to bool.",
        )


def need_alike(kind: NodeKind, first: tuple[str, Shape], second: tuple[str, Shape]) -> None:
    """Refuse two tensors of different dtypes."""
    (port, left), (other, right) = first, second
    if left.dtype != right.dtype:
        raise breach(
            kind,
            f"needs tensors of one dtype, {port} is {left.dtype} and {other} {right.dtype}",
            right,
            port=other,
            suggestion="Put a Cast before one of them.",
        )


class Compare(NodeKind):
    """Compares numbers with another tensor, or with a constant: yes or no for each.

    Shapes:
        a: (N, …)
        b: (N, …), equal or with axes of size 1; may stay unwired
        out: (N, …) of bool, or of float32 (1 and 0)
    Source:
        torch.gt; torch.ge; torch.lt; torch.le; torch.eq; torch.ne.
    """

    id, title, category = "compare", "Compare", "Math"
    icon = "mdi6.greater-than-or-equal"
    aliases = ("greater", "less", "equal", "threshold", "mask", "condition", "step")
    equation = "out = a > b"
    inputs = (
        Port("a", "What is compared."),
        Port("b", "What it is compared with; unwired, the value.", optional=True),
    )

    op: Literal["gt", "ge", "lt", "le", "eq", "ne"] = param(
        "gt", "Greater, greater or equal, less, less or equal, equal, not equal.", card=True
    )
    value: float = param(0.0, "Constant to compare with where b is not wired.", low=-1e30, high=1e30, card=True)
    output: Literal["bool", "float32"] = param("bool", "Yes and no, or 1 and 0 to compute with.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """An answer for each number."""
        a, b = inputs["a"], inputs.get("b")
        for port in inputs:
            if inputs[port].dtype == "bool":
                raise breach(
                    self,
                    "compares numbers, not answers of bool",
                    inputs[port],
                    port=port,
                    suggestion="Join answers with a Logical, or put a Cast before it.",
                )
        if b is None:
            return {"out": a.with_dtype(self.output)}
        need_alike(self, ("a", a), ("b", b))
        return {"out": aligned(self, [("a", a), ("b", b)]).with_dtype(self.output)}

    def call(self, inputs: Inputs) -> Call:
        """The torch function of that name."""
        answer = function(f"torch.{self.op}", In("a"), In("b") if "b" in inputs else self.value)
        if self.output == "bool":
            return answer
        return function("torch.Tensor.to", answer, Name("torch.float32"))


class Logical(Elementwise):
    """Joins answers, place by place: yes where all are, where any is, or where an odd number is.

    Shapes:
        in: two or more of (N, …) of bool, equal or with axes of size 1
        out: (N, …) of bool
    Source:
        torch.logical_and; torch.logical_or; torch.logical_xor.
    """

    id, title, category = "logical", "Logical", "Math"
    icon = "mdi6.gate-and"
    aliases = ("and", "or", "xor", "mask union", "mask intersection", "boolean")
    equation = "out = a ∧ b"

    op: Literal["and", "or", "xor"] = param("and", "All, any, or an odd number of them.", card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """The same, or where an axis has size 1, the other's."""
        for shape in inputs.many():
            need_bools(self, shape)
        return {"out": aligned(self, [("in", shape) for shape in inputs.many()])}

    def joined(self) -> str:
        """The torch function of the operation."""
        return f"torch.logical_{self.op}"


class LogicalNot(NodeKind):
    """Turns answers around: yes becomes no.

    Shapes:
        in: (N, …) of bool
        out: the same
    Source:
        torch.logical_not.
    """

    id, title, category = "logical_not", "Not", "Math"
    icon = "mdi6.gate-not"
    aliases = ("negate", "invert mask", "complement", "boolean")
    equation = "out = ¬x"

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        need_bools(self, inputs["in"])
        return {"out": inputs["in"]}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.logical_not."""
        return function("torch.logical_not", In())


class Where(NodeKind):
    """Takes a where the condition says yes, b elsewhere.

    Shapes:
        condition: (N, …) of bool
        a, b: (N, …), all equal or with axes of size 1
        out: (N, …)
    Source:
        torch.where.
    """

    id, title, category = "where", "Where", "Merge"
    icon = "mdi6.source-fork"
    aliases = ("if", "choose", "mask", "switch", "masked fill", "select by condition")
    equation = "y = a where condition, else b"
    inputs = (
        Port("condition", "Which to take: a Compare, for instance."),
        Port("a", "Taken where it says yes."),
        Port("b", "Taken elsewhere."),
    )

    def shapes(self, inputs: Inputs) -> Shapes:
        """The shape in which all three meet."""
        need_bools(self, inputs["condition"], "condition")
        need_alike(self, ("a", inputs["a"]), ("b", inputs["b"]))
        together = aligned(self, [(port, inputs[port]) for port in ("condition", "a", "b")])
        return {"out": Shape(together.sizes, inputs["a"].axes, inputs["a"].dtype)}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.where."""
        return function("torch.where", In("condition"), In("a"), In("b"))
