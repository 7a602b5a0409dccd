"""Parameters typed after a kind's name: `64 3 s2`, `3x3`, `3x3x3`, `p=same`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from engine.catalog.kind import NodeKind
from engine.errors import ParamError
from engine.spec import Param, Sizes

_NUMBER = r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?"
_LIST = r"-?\d+(?:[x×,]-?\d+)+"
_TOKEN = re.compile(
    rf"(?:(?P<name>[a-z_]+?\d?)=(?P<word>[\w.,×-]+)|(?P<letters>[a-z]{{0,3}})(?P<value>{_LIST}|{_NUMBER}))\Z"
)
_LONGEST = 40


def split_params(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The words of a name and the parameters after it; the first word is always of the name."""
    count = len(words)
    while count > 1 and len(words[count - 1]) <= _LONGEST and _TOKEN.match(words[count - 1]):
        count -= 1
    return words[:count], words[count:]


def read_params(kind: type[NodeKind], tokens: Sequence[str]) -> tuple[dict[str, Any], int]:
    """Parameters of a kind, and how many of the tokens it has no use for.

    Plain values go to the parameters that the card shows, in order, each to the first that takes it; a list
    of sizes takes all that follow. Letters before a value, or a name and `=`, name the parameter.
    """
    found: dict[str, Any] = {}
    unread = 0
    for token in tokens:
        if not _take(kind, token, found):
            unread += 1
    return found, unread


def _take(kind: type[NodeKind], token: str, found: dict[str, Any]) -> bool:
    match = _TOKEN.match(token)
    if match is None:
        return False
    letters, text = match["name"] or match["letters"], match["word"] or match["value"]
    if not letters and _extend(kind, text, found):
        return True
    for param in _named(kind, letters) if letters else _shown(kind, found):
        for value in _values(text):
            try:
                found[param.name] = param.parse(value)
            except ParamError:
                continue
            return True
    return False


def _shown(kind: type[NodeKind], found: dict[str, Any]) -> list[Param]:
    return [param for param in kind.params.values() if param.card and param.name not in found]


def _extend(kind: type[NodeKind], text: str, found: dict[str, Any]) -> bool:
    for name, sizes in found.items():
        if kind.params[name].type == Sizes and text.lstrip("-").isdigit():
            try:
                found[name] = kind.params[name].parse((*sizes, int(text)))
            except ParamError:
                return False
            return True
    return False


def _named(kind: type[NodeKind], letters: str) -> list[Param]:
    """Parameters that letters may mean, the best first: the name, its initials, its start; shown ones first."""

    def rank(param: Param) -> int:
        if param.name == letters:
            return 0
        if "".join(word[0] for word in param.name.split("_")) == letters:
            return 1
        return 2 if param.name.startswith(letters) else 9

    ranked = sorted(kind.params.values(), key=lambda param: (rank(param), not param.card))
    return [param for param in ranked if rank(param) < 9]


def _values(text: str) -> Iterator[Any]:
    """What a text may mean, the simplest first."""
    yield text
    if text in ("true", "false", "yes", "no"):
        yield text in ("true", "yes")
    parts = re.split("[x×,]", text)
    for read in (int, float):
        try:
            numbers = tuple(read(part) for part in parts)
        except ValueError:
            continue
        yield numbers[0] if len(numbers) == 1 else numbers
        yield numbers
        return
