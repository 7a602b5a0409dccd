"""Arithmetic typed into number fields: `64*2`, `(28-4)/2`. Nothing is ever executed."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Final

LIMIT: Final = 1e30
LONGEST: Final = 200

_BINARY: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


class NotANumberError(ValueError):
    """A text that is no arithmetic; its text is a sentence for the user."""


def evaluate(text: str) -> int | float:
    """The value of a number or of arithmetic with `+ - * / // % ^` and brackets; a comma may stand for the point.

    A division that comes out even gives a whole number.

    Raises:
        NotANumberError: the text is something else, divides by zero or is too large.
    """
    shown = text.strip()
    plain = shown.replace("×", "*").replace("^", "**").replace(",", ".")
    if not plain or len(plain) > LONGEST:
        raise NotANumberError(f"A number or arithmetic such as 64*2 goes here. Received: {shown[:40]}")
    try:
        value = _value(ast.parse(plain, mode="eval").body, shown)
    except (SyntaxError, RecursionError, MemoryError):
        raise NotANumberError(f"A number or arithmetic such as 64*2 goes here. Received: {shown}") from None
    except ZeroDivisionError:
        raise NotANumberError(f"Nothing can be divided by zero. Received: {shown}") from None
    except OverflowError:
        raise NotANumberError(f"The result is too large. Received: {shown}") from None
    return int(value) if isinstance(value, float) and value.is_integer() and "." not in plain else value


def _value(node: ast.expr, shown: str) -> int | float:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _bounded(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, shown)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand, shown)
        case ast.BinOp(op=ast.Pow(), left=left, right=right):
            return _power(_value(left, shown), _value(right, shown), shown)
        case ast.BinOp(op=sign, left=left, right=right) if type(sign) in _BINARY:
            return _bounded(_BINARY[type(sign)](_value(left, shown), _value(right, shown)))
    raise NotANumberError(f"Only numbers and + - * / // % ^ go here. Received: {shown}")


def _power(base: float, exponent: float, shown: str) -> int | float:
    if abs(exponent) > 128 or abs(base) > 1e6:
        raise OverflowError
    value = base**exponent
    if isinstance(value, complex):
        raise NotANumberError(f"There is no such root. Received: {shown}")
    return _bounded(value)


def _bounded(value: int | float) -> int | float:
    if not abs(value) <= LIMIT:
        raise OverflowError
    return value
