"""Torch calls kept as data: made into modules by `engine.torchside`, printed by `engine.source`."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec


class In(msgspec.Struct, frozen=True):
    """The tensor at an input port; None where an optional port is not wired.

    `index` picks one edge of a port that takes many, in edge order.
    """

    port: str = "in"
    index: int = 0


class Many(msgspec.Struct, frozen=True):
    """The list of tensors at an input port that takes many, in edge order."""

    port: str = "in"


class Name(msgspec.Struct, frozen=True):
    """A dotted torch name used as a value: `torch.int64`."""

    target: str


class Call(msgspec.Struct, frozen=True, eq=False):
    """One call.

    With `build` None, `target` is a function, called with `args` and `kwargs`. Otherwise `target` is a
    module class, made once with `build` as keyword arguments and called with `args` and `kwargs` each
    time; it becomes the attribute of the node's id (`id_part` where a node owns several).

    The same `Call` object appearing twice in a node's expressions is called once.
    """

    target: str
    args: tuple[Arg, ...] = (In(),)
    kwargs: dict[str, Arg] = {}
    build: dict[str, Any] | None = None
    part: str = ""


class Item(msgspec.Struct, frozen=True, eq=False):
    """One item of a call's tuple."""

    of: Expr
    index: int


Expr: TypeAlias = Call | Item | In
Arg: TypeAlias = Any
"""In, Many, Name, Call, Item, a constant (None, bool, int, float, str), or a tuple or list of these."""


def function(target: str, *args: Arg, **kwargs: Arg) -> Call:
    """A call of a function; without arguments it takes the node's `in`."""
    return Call(target, args or (In(),), kwargs)


def layer(
    target: str,
    *,
    args: tuple[Arg, ...] = (In(),),
    kwargs: dict[str, Arg] | None = None,
    part: str = "",
    **build: Any,
) -> Call:
    """A call of a module made with `build`; without `args` it takes the node's `in`."""
    return Call(target, args, kwargs or {}, build, part)


def item(of: Expr, index: int) -> Item:
    """One item of a call's tuple."""
    return Item(of, index)


def layers(expressions: dict[str, Expr]) -> list[Call]:
    """Every module call inside a node's expressions, each once, in call order."""
    found: dict[int, Call] = {}

    def walk(value: Any) -> None:
        if isinstance(value, Item):
            walk(value.of)
        elif isinstance(value, (tuple, list)):
            for part in value:
                walk(part)
        elif isinstance(value, Call) and id(value) not in found:
            for part in (*value.args, *value.kwargs.values()):
                if not isinstance(part, In):  # nearly all are: not worth a call
                    walk(part)
            if value.build is not None:
                found[id(value)] = value

    for expression in expressions.values():
        walk(expression)
    return list(found.values())


def attribute(node: str, call: Call) -> str:
    """The attribute of the network under which a node's module lives: its state-dict prefix."""
    return f"{node}_{call.part}" if call.part else node
