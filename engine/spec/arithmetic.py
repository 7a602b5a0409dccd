"""Arithmetic over numbers and names: `64*2`, `= width * 2`. Nothing is ever executed."""

from __future__ import annotations

import ast
import functools
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from engine.errors import ParamError, nearest, received

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


SIGN: Final = "="
"""Start of a parameter's value that is arithmetic over the parameters of the block around it."""

_NOTHING: Final[Mapping[str, Any]] = {}


def is_formula(value: Any) -> bool:
    """Whether a value is written as arithmetic: `= width * 2`."""
    return isinstance(value, str) and value.startswith(SIGN)


def resolved(values: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """The values with each formula, in lists too, replaced by what it gives.

    A lone name gives its value, of any type; decimals that are whole come as whole numbers.

    Raises:
        ParamError: a formula names what is not there, or is no arithmetic.
    """
    return {name: _resolved(name, value, names) for name, value in values.items()}


def holds_formula(value: Any) -> bool:
    """Whether a value is a formula, or a list with one in it."""
    return any(map(holds_formula, value)) if isinstance(value, (list, tuple)) else is_formula(value)


def _resolved(param: str, value: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(value, (list, tuple)):
        return [_resolved(param, item, names) for item in value]
    if not is_formula(value):
        return value
    found = _given(param, value, names)
    return int(found) if isinstance(found, float) and found.is_integer() else found  # a decimal takes it as well


def _given(param: str, formula: str, names: Mapping[str, Any], all_names: Iterable[str] = ()) -> Any:
    text = formula.removeprefix(SIGN).strip()
    if text in names:
        return names[text]
    missing = sorted(names_in(formula) - names.keys())
    if missing:
        around = list(all_names) or list(names)
        known = f"it has {', '.join(around)}" if around else "it has none"
        raise ParamError(
            param,
            f'uses "{missing[0][:80]}", no parameter of the block around it ({known})',
            formula,
            nearest(missing[0], around),
        )
    try:
        return evaluate(text, names)
    except NotANumberError as error:
        raise ParamError(param, f"is no arithmetic that can be worked out: {error}", formula) from None


def names_in(formula: str) -> frozenset[str]:
    """The names that a formula uses; none where it is no arithmetic."""
    return _names_in(_spelled(formula.removeprefix(SIGN).strip()[:LONGEST]))


@functools.lru_cache(1024)  # a block placed a hundred times reads its formulas a hundred times
def _names_in(text: str) -> frozenset[str]:
    try:
        tree = _parsed(text)
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return frozenset()
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


@functools.lru_cache(1024)
def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def solved(formulas: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Values of parameters that may be arithmetic over one another; `given` ones are taken as they are.

    Raises:
        ParamError: formulas go round in a circle, or one cannot be worked out.
    """
    found: dict[str, Any] = {}

    def solve(name: str, around: tuple[str, ...]) -> Any:
        if name in around:
            circle = " → ".join((*around[around.index(name) :], name))
            raise ParamError(name, f"is worked out from itself ({circle})", formulas[name])
        if name not in found:
            value = given.get(name, formulas[name])
            if is_formula(value):
                needed = names_in(value) & formulas.keys()
                value = _given(
                    name, value, {other: solve(other, (*around, name)) for other in sorted(needed)}, formulas
                )
            found[name] = value
        return found[name]

    for name in formulas:
        solve(name, ())
    return {name: found[name] for name in formulas}


def evaluate(text: str, names: Mapping[str, Any] = _NOTHING) -> int | float:
    """The value of a number or of arithmetic with `+ - * / // % ^` and brackets; a comma may stand for the point.

    A division that comes out even gives a whole number. `names` may stand for numbers.

    Raises:
        NotANumberError: the text is something else, divides by zero or is too large.
    """
    shown = text.strip()
    plain = _spelled(shown)
    if not plain or len(plain) > LONGEST:
        raise NotANumberError(f"A number or arithmetic such as 64*2 goes here. Received: {shown[:40]}")
    try:
        value = _value(_parsed(plain), shown, names)
    except NotANumberError:
        raise
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        raise NotANumberError(f"A number or arithmetic such as 64*2 goes here. Received: {shown}") from None
    except ZeroDivisionError:
        raise NotANumberError(f"Nothing can be divided by zero. Received: {shown}") from None
    except OverflowError:
        raise NotANumberError(f"The result is too large. Received: {shown}") from None
    return int(value) if isinstance(value, float) and value.is_integer() and "." not in plain else value


def _spelled(text: str) -> str:
    return text.replace("×", "*").replace("^", "**").replace(",", ".")


def _value(node: ast.expr, shown: str, names: Mapping[str, Any]) -> int | float:
    match node:
        case ast.Name(id=name) if name in names:
            value = names[name]
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise NotANumberError(f'"{name}" is no number but {received(value)}, so it can only stand alone')
            return _bounded(value)
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _bounded(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, shown, names)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand, shown, names)
        case ast.BinOp(op=ast.Pow(), left=left, right=right):
            return _power(_value(left, shown, names), _value(right, shown, names), shown)
        case ast.BinOp(op=sign, left=left, right=right) if type(sign) in _BINARY:
            return _bounded(_BINARY[type(sign)](_value(left, shown, names), _value(right, shown, names)))
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
