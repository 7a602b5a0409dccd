"""Parameters: what the user sets on a declared thing, with its rule, unit and help."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Iterator
from typing import Any, Final, Literal, TypeAlias, get_args, get_origin

import msgspec

from engine.errors import ParamError

Pair: TypeAlias = int | tuple[int, int]
"""One number for both axes, or (height, width)."""

Padding: TypeAlias = int | tuple[int, int] | Literal["same"]
"""Border added around both axes: a `Pair`, or "same" for an output as large as the input."""

Triple: TypeAlias = int | tuple[int, int, int]
"""One number for all three axes, or (depth, height, width)."""

Border: TypeAlias = int | Literal["same"]
"""Border added to both ends of one axis, or "same" for an output as long as the input."""

Padding3: TypeAlias = int | tuple[int, int, int] | Literal["same"]
"""Border added around three axes: a `Triple`, or "same" for an output as large as the input."""

Sizes: TypeAlias = tuple[int, ...]
"""Sizes of several axes, in order."""

Numbers: TypeAlias = tuple[float, ...]
"""Several numbers of one's own, in order."""

Values: TypeAlias = dict[str, Any]
"""Parameter values by name, as a file holds them."""


TRIES: Final = 65


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One of a family of declarations, by id, with its parameters."""

    id: str
    params: dict[str, Any] = {}

    def __hash__(self) -> int:
        return hash((self.id, msgspec.json.encode(self.params, order="deterministic") if self.params else b""))


def both(pair: Pair) -> tuple[int, int]:
    """(height, width) of a `Pair`."""
    return (pair, pair) if isinstance(pair, int) else pair


@dataclasses.dataclass(frozen=True)
class Param:
    """One parameter of a declaration.

    `low` and `high` bound each number in the value; `choices` lists the only legal values;
    `editor` names a special form field ("path", "column", "multiline", "expression", "node" for the name of
    another node), empty for the type's own; `family` the word for the declarations that a `Chosen` is one of
    ("initializer", see `family_of`). Parameters of a `group` come last, in a section of their own, folded while
    none is set.
    """

    name: str
    type: Any
    default: Any
    help: str
    low: float | None = None
    high: float | None = None
    unit: str = ""
    choices: tuple[Any, ...] = ()
    editor: str = ""
    card: bool = False
    family: str = ""
    group: str = ""

    @property
    def title(self) -> str:
        """The name as a form shows it: `out_channels` is `Out channels`."""
        return self.name.replace("_", " ").capitalize()

    def parse(self, value: Any) -> Any:
        """The value in the parameter's own type.

        Raises:
            ParamError: the value has the wrong type, is out of range or is no legal choice.
        """
        if type(value) is self.type and self.type in (bool, str) and not self.choices:
            return value
        if isinstance(value, bool) and self.type in (int, float):
            raise ParamError(self.name, f"must be {self._type_words()}", value)
        try:
            parsed = msgspec.convert(value, self.type, strict=True)
        except msgspec.ValidationError:
            raise ParamError(self.name, f"must be {self._type_words()}", value) from None
        if self.choices and parsed not in self.choices:
            raise ParamError(self.name, f"must be one of {', '.join(map(str, self.choices))}", value)
        for number in parsed if isinstance(parsed, tuple) else (parsed,):
            self._check_range(number, value)
        return parsed

    def near(self, value: Any) -> Iterator[Any]:
        """Values of the parameter's bounds and choices near a wrong one, the nearest first; none for a text."""
        if isinstance(value, str) and self.choices:
            yield from difflib.get_close_matches(value, list(map(str, self.choices)), n=1)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            return
        low = self.low if self.low is not None else -math.inf
        high = self.high if self.high is not None else math.inf
        inside = min(max(value, low), high)
        if self.type is float:
            yield float(inside)
            return
        whole = round(inside)
        for step in range(TRIES):
            yield from dict.fromkeys(each for each in (whole - step, whole + step) if low <= each <= high)

    def _check_range(self, number: Any, value: Any) -> None:
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return
        if isinstance(number, float) and not math.isfinite(number):
            raise ParamError(self.name, "must be finite", value)
        if self.low is not None and number < self.low:
            raise ParamError(self.name, f"must be at least {self.low:g}{self._unit()}", value)
        if self.high is not None and number > self.high:
            raise ParamError(self.name, f"must be at most {self.high:g}{self._unit()}", value)

    def _unit(self) -> str:
        return f" {self.unit}" if self.unit else ""

    def _type_words(self) -> str:
        return type_words(self.type)


def type_words(kind: Any) -> str:
    """A type in words a user knows."""
    plain = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "a text",
        type(None): "nothing",
        Chosen: 'a choice with an id, such as {"id": "default"}',
        tuple[Chosen, ...]: 'a list of choices with ids, such as [{"id": "default"}]',
    }
    if kind in plain:
        return plain[kind]
    if get_origin(kind) is tuple:
        args = get_args(kind)
        if args[-1] is Ellipsis:
            return f"a list of {type_words(args[0]).removeprefix('a ')}s"
        return f"{len(args)} {type_words(args[0]).removeprefix('a ')}s"
    if get_origin(kind) is Literal:
        choices = ", ".join(map(str, get_args(kind)))
        return f"one of {choices}" if len(get_args(kind)) > 1 else f'"{choices}"'
    args = get_args(kind)
    return " or ".join(type_words(arg) for arg in args) if args else str(kind)


def param(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    editor: str = "",
    card: bool = False,
    family: str = "",
    group: str = "",
) -> Any:
    """A parameter's default, help and rule, written as the value of a class attribute.

    `card` shows the parameter on the node's card on the canvas; for `family` and `group` see `Param`. Choices
    come from a `Literal` annotation.
    """
    rule = {
        "help": help,
        "low": low,
        "high": high,
        "unit": unit,
        "editor": editor,
        "card": card,
        "family": family,
        "group": group,
    }
    return dataclasses.field(default=default, metadata={"param": rule}, kw_only=bool(group))
