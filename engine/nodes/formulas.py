"""Arithmetic written as text, read into nested torch calls; nothing is ever executed."""

from __future__ import annotations

import ast
import functools
import math
import operator
import re
import warnings
from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec

from engine.catalog import Call, Expr, In, function

LONGEST: Final = 500
DEEPEST: Final = 60
MOST_NAMES: Final = 16
LARGEST: Final = 1e30
LARGEST_WHOLE: Final = 2**53
"""Whole numbers above are held as decimals: torch takes no larger ones."""
HIGHEST_POWER: Final = 64

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
ALIEN: Final = re.compile(r"[^A-Za-z0-9_ .,()+\-*/<>=!]")

SIGNS: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
ORDERS: Final[dict[type[ast.cmpop], str]] = {
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Eq: "eq",
    ast.NotEq: "ne",
}
FUNCTIONS: Final[dict[str, tuple[str, Callable[[float], float] | None]]] = {
    "abs": ("torch.abs", abs),
    "sign": ("torch.sign", None),
    "round": ("torch.round", None),
    "floor": ("torch.floor", math.floor),
    "ceil": ("torch.ceil", math.ceil),
    "square": ("torch.square", None),
    "sqrt": ("torch.sqrt", math.sqrt),
    "rsqrt": ("torch.rsqrt", None),
    "exp": ("torch.exp", math.exp),
    "expm1": ("torch.expm1", math.expm1),
    "log": ("torch.log", math.log),
    "log1p": ("torch.log1p", math.log1p),
    "sin": ("torch.sin", math.sin),
    "cos": ("torch.cos", math.cos),
    "tan": ("torch.tan", math.tan),
    "atan": ("torch.atan", math.atan),
    "sinh": ("torch.sinh", math.sinh),
    "cosh": ("torch.cosh", math.cosh),
    "tanh": ("torch.tanh", math.tanh),
    "erf": ("torch.erf", math.erf),
    "sigmoid": ("torch.sigmoid", None),
    "relu": ("torch.relu", None),
    "softplus": ("torch.nn.functional.softplus", None),
    "gelu": ("torch.nn.functional.gelu", None),
    "silu": ("torch.nn.functional.silu", None),
    "mish": ("torch.nn.functional.mish", None),
    "elu": ("torch.nn.functional.elu", None),
}
"""Functions of one number: torch's, and that of Python where constants may be worked out at once."""
SEVERAL: Final = ("min", "max", "clamp", "where")


class FormulaError(ValueError):
    """A text that is no formula; its text says what stands where, and why it cannot."""


class Formula(msgspec.Struct, frozen=True):
    """What a text says: the names in order of appearance, the calls, and whether it answers yes or no."""

    names: tuple[str, ...]
    expression: Expr
    answers: bool
    operations: int


class Term(msgspec.Struct, frozen=True):
    """A part that tensors flow through; `answers` where it says yes or no."""

    expression: Expr
    answers: bool = False


Value: TypeAlias = int | float | Term


@functools.lru_cache(maxsize=256)
def read_formula(text: str) -> Formula:
    """The formula that a text says: names, numbers, `+ - * / **`, comparisons, `and or not`, and functions.

    Raises:
        FormulaError: the text says something else, or too much.
    """
    if len(text) > LONGEST:
        raise FormulaError(f"must have at most {LONGEST} characters, it has {len(text):,}")
    alien = ALIEN.search(text)
    if alien:
        power = "; a power is written **" if alien[0] == "^" else ""
        raise FormulaError(f"has {alien[0]!a} at position {alien.start() + 1}, which is no arithmetic{power}")
    body = _Reading(text.strip())
    found = body.read(_parsed(text.strip()), 0)
    if not isinstance(found, Term):
        raise FormulaError("must name at least one input, such as x")
    if len(body.names) > MOST_NAMES:
        raise FormulaError(f"must name at most {MOST_NAMES} inputs, it names {len(body.names)}")
    return Formula(tuple(body.names), found.expression, found.answers, body.operations)


def _parsed(text: str) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = f" at position {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
        raise FormulaError(f"must be arithmetic such as x * sigmoid(y) + 1, it cannot be read{place}") from None


class _Reading:
    """One walk over a text's syntax tree. What it does not know, it refuses."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: dict[str, None] = {}
        self.operations = 0

    def read(self, node: ast.expr, depth: int) -> Value:
        """The value of a part."""
        if depth > DEEPEST:
            raise FormulaError(f"must nest at most {DEEPEST} deep")
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return self._bounded(node, number)
            case ast.Name(id=name):
                return self._named(node, name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self._number(operand, depth)
                return self._call("operator.neg", value) if isinstance(value, Term) else -value
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self._number(operand, depth)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._call("torch.logical_not", self._answer(operand, depth), answers=True)
            case ast.BinOp(op=sign) if type(sign) in SIGNS:
                return self._binary(node, depth)
            case ast.Compare():
                return self._compared(node, depth)
            case ast.BoolOp(op=op, values=parts):
                target = "torch.logical_and" if isinstance(op, ast.And) else "torch.logical_or"
                return self._joined(target, [self._answer(part, depth) for part in parts])
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._applied(node, name, args, depth)
        raise self._fault(node, "is no arithmetic: names, numbers, + - * / **, comparisons and functions are")

    def _named(self, node: ast.expr, name: str) -> Value:
        if name == "pi":
            return math.pi
        if name in FUNCTIONS or name in SEVERAL:
            raise self._fault(node, f"is a function: write {name}(x)")
        if not NAME.fullmatch(name):
            raise self._fault(node, "is no name of an input: those are of small letters, digits and _")
        self.names[name] = None
        return Term(In(name))

    def _binary(self, node: ast.BinOp, depth: int) -> Value:
        left, right = self._number(node.left, depth), self._number(node.right, depth)
        work = SIGNS[type(node.op)]
        power = isinstance(node.op, ast.Pow)
        if power and not isinstance(right, Term) and abs(right) > HIGHEST_POWER:
            raise self._fault(node, f"is too high a power: at most {HIGHEST_POWER}")
        if isinstance(left, Term) or isinstance(right, Term):
            return self._call(f"operator.{work.__name__}", left, right)
        return self._worked_out(node, lambda: work(left, right))

    def _compared(self, node: ast.Compare, depth: int) -> Term:
        values = [self._number(part, depth) for part in (node.left, *node.comparators)]
        found = []
        for op, left, right in zip(node.ops, values, values[1:], strict=False):
            if type(op) not in ORDERS:
                raise self._fault(node, "is no comparison: > >= < <= == != are")
            if not (isinstance(left, Term) or isinstance(right, Term)):
                raise self._fault(node, "compares two numbers, which no input moves")
            found.append(self._call(f"operator.{ORDERS[type(op)]}", left, right, answers=True))
        return self._joined("torch.logical_and", found)

    def _joined(self, target: str, answers: list[Term]) -> Term:
        return functools.reduce(lambda a, b: self._call(target, a, b, answers=True), answers)

    def _applied(self, node: ast.Call, name: str, args: list[ast.expr], depth: int) -> Value:
        if name in FUNCTIONS:
            target, known = FUNCTIONS[name]
            self._count(node, name, args, 1, 1)
            value = self._number(args[0], depth)
            if isinstance(value, Term):
                return self._call(target, value)
            if known is None:
                raise self._fault(node, f"takes an input: {name}(x)")
            return self._worked_out(node, functools.partial(known, value))
        if name == "where":
            self._count(node, name, args, 3, 3)
            condition = self._answer(args[0], depth)
            values = [self._number(arg, depth) for arg in args[1:]]
            return self._call("torch.where", condition, *(v if isinstance(v, Term) else float(v) for v in values))
        if name == "clamp":
            self._count(node, name, args, 3, 3)
            value, low, high = (self._number(arg, depth) for arg in args)
            return self._extreme("min", [self._extreme("max", [value, low]), high])
        if name in ("min", "max"):
            self._count(node, name, args, 2, 16)
            return self._extreme(name, [self._number(arg, depth) for arg in args])
        raise self._fault(node, "is no function known here; the help of the node lists them")

    def _extreme(self, name: str, values: list[Value]) -> Value:
        """The smallest or largest; a number is a limit, which torch.clamp keeps."""
        terms = [value for value in values if isinstance(value, Term)]
        numbers = [value for value in values if not isinstance(value, Term)]
        limit = (min if name == "min" else max)(numbers) if numbers else None
        if not terms:
            return numbers[0] if limit is None else limit
        target = "torch.minimum" if name == "min" else "torch.maximum"
        found = functools.reduce(lambda a, b: self._call(target, a, b), terms)
        if limit is None:
            return found
        self.operations += 1
        return Term(Call("torch.clamp", (found.expression,), {"max" if name == "min" else "min": limit}))

    def _number(self, node: ast.expr, depth: int) -> Value:
        value = self.read(node, depth + 1)
        if isinstance(value, Term) and value.answers:
            raise self._fault(node, "answers yes or no, it is no number: choose with where(condition, a, b)")
        return value

    def _answer(self, node: ast.expr, depth: int) -> Term:
        value = self.read(node, depth + 1)
        if not (isinstance(value, Term) and value.answers):
            raise self._fault(node, "must be a condition, such as x > 0")
        return value

    def _call(self, target: str, *values: Value, answers: bool = False) -> Term:
        self.operations += 1
        return Term(function(target, *(v.expression if isinstance(v, Term) else v for v in values)), answers)

    def _worked_out(self, node: ast.expr, work: Callable[[], float]) -> int | float:
        try:
            number = work()
        except ZeroDivisionError:
            raise self._fault(node, "divides by zero") from None
        except OverflowError:
            raise self._fault(node, "is too large a number") from None
        except ValueError:
            raise self._fault(node, "has no value among the real numbers") from None
        return self._bounded(node, number)

    def _bounded(self, node: ast.expr, number: int | float | complex) -> int | float:
        if isinstance(number, complex):
            raise self._fault(node, "has no value among the real numbers")
        if not abs(number) <= LARGEST:
            raise self._fault(node, "is too large a number")
        return float(number) if abs(number) > LARGEST_WHOLE else number

    def _count(self, node: ast.expr, name: str, args: list[ast.expr], least: int, most: int) -> None:
        if not least <= len(args) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise self._fault(node, f"gives {name} {len(args)} values, it takes {wanted}")

    def _fault(self, node: ast.expr, rule: str) -> FormulaError:
        part = ast.get_source_segment(self.text, node) or ""
        shown = part if len(part) <= 30 else part[:29] + "…"
        return FormulaError(f'has "{shown}" at position {node.col_offset + 1}, which {rule}')
