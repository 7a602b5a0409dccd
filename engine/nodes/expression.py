"""A formula of one's own over any inputs."""

from __future__ import annotations

from engine.catalog import Expr, Inputs, NodeKind, Port, Shapes
from engine.errors import ParamError
from engine.nodes.formulas import FormulaError, read_formula
from engine.nodes.merging import broadcast
from engine.spec import param

LONGEST_ON_CARD = 28


class Expression(NodeKind):
    """A formula of your own: each name in it is an input, each number is worked on alone.

    Names are inputs; + - * / ** compute; > >= < <= == != compare; and, or, not join; where(condition, a, b)
    chooses. abs, sign, round, floor, ceil, square, sqrt, rsqrt, exp, expm1, log, log1p, sin, cos, tan, atan,
    sinh, cosh, tanh, erf, sigmoid, relu, softplus, gelu, silu, mish, elu, min, max, clamp and pi are known.

    Shapes:
        each name: (N, …), all equal or with axes of size 1
        out: (N, …); of bool where the formula is a comparison
    Source:
        Arithmetic; operator.add and the like, torch.sigmoid and the like.
    """

    id, title, category = "expression", "Expression", "Math"
    basic = True
    icon = "mdi6.function-variant"
    aliases = ("formula", "function", "custom", "lambda", "code", "calculate")
    equation = "out = f(x, y, …)"

    expression: str = param(
        "x * sigmoid(y) + 1",
        "Arithmetic over names, which become inputs: x * sigmoid(y) + 1.",
        editor="expression",
        card=True,
    )

    def conflicts(self) -> list[ParamError]:
        """The text is a formula."""
        try:
            read_formula(self.expression)
        except FormulaError as fault:
            return [ParamError("expression", str(fault), self.expression)]
        return []

    def input_ports(self) -> tuple[Port, ...]:
        """A port for each name, in order of appearance."""
        return tuple(Port(name, f"What {name} stands for.") for name in read_formula(self.expression).names)

    def shapes(self, inputs: Inputs) -> Shapes:
        """The same, or where an axis has size 1, the other's."""
        formula = read_formula(self.expression)
        shape = broadcast(self, [(name, inputs[name]) for name in formula.names])
        return {"out": shape.with_dtype("bool" if formula.answers else "float32")}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One operation for each sign and function, and number."""
        return outputs["out"].count * read_formula(self.expression).operations

    def calls(self, inputs: Inputs) -> dict[str, Expr]:  # noqa: ARG002
        """The calls that the formula says."""
        return {"out": read_formula(self.expression).expression}

    def card(self) -> str:
        """The formula, cut where it is long."""
        text = self.expression.strip()
        return text if len(text) <= LONGEST_ON_CARD else text[: LONGEST_ON_CARD - 1] + "…"
