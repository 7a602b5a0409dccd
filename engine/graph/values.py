"""Plain values: what a file can hold, within bounds, so that whatever is drawn can be saved and opened again."""

from __future__ import annotations

import math
from typing import Any, Final

import msgspec

from engine.errors import EditError, received

MAX_DEPTH: Final = 100
MAX_STRING: Final = 2**20
MAX_DIGITS: Final = 18
MAX_COORDINATE: Final = 1e9

_VALUE_DEPTH: Final = MAX_DEPTH - 10  # a file wraps values in at most as many levels


def plain(value: Any, depth: int = 0) -> Any:
    """A copy of a value as a file gives it back: tuples are lists, records are objects.

    Raises:
        EditError: the value is none of JSON's, or breaks a bound.
    """
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is str:
        return check_text(value)
    if kind is int:
        return _whole(value)
    if kind is float:
        return _finite(value)
    if depth > _VALUE_DEPTH:
        raise EditError(f"A value nests at most {_VALUE_DEPTH} levels deep.")
    if kind is list or kind is tuple:
        return [plain(item, depth + 1) for item in value]
    if kind is dict:
        return {_key(name): plain(item, depth + 1) for name, item in value.items()}
    if isinstance(value, msgspec.Struct):
        return plain(msgspec.to_builtins(value), depth + 1)
    raise EditError(f"A file cannot hold a {kind.__name__}. Received: {received(value)}.")


def check_text(text: str) -> str:
    """The text itself.

    Raises:
        EditError: it is too long, or holds half of a character, which no UTF-8 file can.
    """
    if len(text) > MAX_STRING:
        raise EditError(f"A text has at most {MAX_STRING:,} characters. Received {len(text):,}.")
    if not text.isascii() and not text.isprintable() and not _encodes(text):
        raise EditError(f"A text holds half of a character. Received: {received(text)}.")
    return text


def check_place(x: float, y: float) -> None:
    """Refuse a place too far out, or none at all.

    Raises:
        EditError: naming the coordinates.
    """
    if not (abs(x) <= MAX_COORDINATE and abs(y) <= MAX_COORDINATE):  # so NaN is refused too
        raise EditError(f"A node lies within {MAX_COORDINATE:g} of the middle. Received: {x:g}, {y:g}.")


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole(number: int) -> int:
    if abs(number) >= 10**MAX_DIGITS:
        raise EditError(f"A whole number has at most {MAX_DIGITS} digits. Received: {number:.3e}.")
    return number


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise EditError(f"A number in a document is finite. Received: {number}.")
    return number


def _key(name: Any) -> str:
    if type(name) is not str:
        raise EditError(f"A name is a text. Received: {received(name)}.")
    return check_text(name)
