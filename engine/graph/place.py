"""Where something stands in JSON text, so that an error can name line and column."""

from __future__ import annotations

import json
import re
from typing import Final

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_STEP: Final = re.compile(r"\.(?P<key>[^.\[\]]+)|\[(?P<index>\d+)\]|(?P<any>\[\.\.\.\])")
_decoder = json.JSONDecoder()

Place = tuple[int, int]
NOWHERE: Final[Place] = (0, 0)


def at(text: str, start: int) -> Place:
    """Line and column, both from 1, of an offset."""
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def last(text: str, needle: str) -> Place:
    """Line and column of the last time that a piece of text stands there."""
    start = text.rfind(needle)
    return at(text, start) if start >= 0 else NOWHERE


def of(text: str, path: str) -> Place:
    """Line and column of the value at a path such as `$.graphs.main.nodes[3]`; `[...]` is any one key.

    (0, 0) where the text holds no such value.
    """
    try:
        start = _space(text, 0)
        for step in _STEP.finditer(path):
            key, index = step["key"], step["index"]
            start = _item(text, start, int(index)) if index else _value(text, start, key)
    except (ValueError, IndexError, RecursionError):
        return NOWHERE
    return at(text, start)


def _space(text: str, start: int) -> int:
    return _SPACE.match(text, start).end()  # type: ignore[union-attr]  # it matches nothing, too


def _value(text: str, start: int, key: str | None) -> int:
    """Where the value of a key begins, in the object that begins at `start`; of the first key for None."""
    start = _space(text, _inside(text, start, "{"))
    while text[start] == '"':
        name, start = json.decoder.scanstring(text, start + 1)  # type: ignore[attr-defined]  # typeshed leaves it out
        start = _space(text, _space(text, start) + 1)
        if key is None or name == key:
            return start
        start = _next(text, start)
    raise ValueError(key)


def _item(text: str, start: int, index: int) -> int:
    """Where an item begins, in the list that begins at `start`."""
    start = _space(text, _inside(text, start, "["))
    for _ in range(index):
        start = _next(text, start)
    return start


def _inside(text: str, start: int, bracket: str) -> int:
    if text[start] != bracket:
        raise ValueError(text[start])
    return start + 1


def _next(text: str, start: int) -> int:
    """Where the item after the one at `start` begins."""
    _, start = _decoder.raw_decode(text, start)
    start = _space(text, start)
    if text[start] != ",":
        raise ValueError(text[start])
    return _space(text, start + 1)
