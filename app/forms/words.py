"""Values as fields show them, and how what was typed is read."""

from __future__ import annotations

import re
from typing import Any

from engine.spec import Chosen
from engine.spec.arithmetic import NotANumberError, evaluate

_GAPS = re.compile(r"[\s,;×xX]+")
_BREAKS = re.compile(r"[\s,;]+")


def shown(value: Any) -> str:
    """A value as text: `3`, `0.001`, `1×28×28`, `-1, 0.5`, `none`."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.12g}"
        case tuple() | list():
            between = ", " if any(isinstance(part, (float, str)) for part in value) else "×"
            return between.join(map(shown, value))
        case Chosen():
            return value.id.replace("_", " ")
    return str(value)


def listed(values: Any) -> str:
    """Numbers of a list, between commas though all are whole: weights are no sizes."""
    return ", ".join(map(shown, values)) if isinstance(values, (list, tuple)) else shown(values)


def read_sizes(text: str) -> tuple[int, ...]:
    """Whole numbers between ×, x, commas or spaces.

    Raises:
        NotANumberError: something between them is no whole number.
    """
    parts = [part for part in _GAPS.split(text.strip().strip("()[]")) if part]
    try:
        return tuple(int(part) for part in parts)
    except ValueError:
        raise NotANumberError(f"Sizes are whole numbers such as 1×28×28. Received: {text}") from None


def read_numbers(text: str) -> tuple[float, ...]:
    """Numbers between commas or spaces, each of which may be arithmetic (`1/9`).

    Raises:
        NotANumberError: something between them is no number.
    """
    parts = [part for part in _BREAKS.split(text.strip().strip("()[]")) if part]
    try:
        return tuple(float(evaluate(part)) for part in parts)
    except NotANumberError:
        raise NotANumberError(f"Numbers such as -1, 0.5, 1/9 go here. Received: {text}") from None


def read_names(text: str) -> tuple[str, ...]:
    """Names between commas or spaces."""
    return tuple(part for part in re.split(r"[\s,;]+", text) if part)


def read_number(text: str) -> int | float | None:
    """Arithmetic, or None for an empty text and "none".

    Raises:
        NotANumberError: the text is neither.
    """
    return None if text.strip().lower() in ("", "none") else evaluate(text)


def read_any(text: str) -> Any:
    """What a text means by itself: a number, a list of numbers, none, yes or no, else the text."""
    plain = text.strip()
    named = {"none": None, "yes": True, "no": False, "true": True, "false": False}
    if plain.lower() in named:
        return named[plain.lower()]
    read = read_sizes if any(sign in plain for sign in "×,([") else evaluate
    try:
        return read(plain)
    except NotANumberError:
        return text
