"""Reading expressions: one walk for all who compute with them, torch, graph module and source printer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from engine.catalog.call import Call, Expr, In, Item, Many, Name
from engine.errors import BuildError, received

T = TypeVar("T")
_CONSTANTS = (type(None), bool, int, float, str)


class Reader(Protocol[T]):
    """What a call, an item and a name mean to one who reads expressions."""

    def call(self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        """The result of a call, its arguments read already."""
        ...

    def item(self, item: Item, of: T) -> T:
        """One item of a result, the result read already."""
        ...

    def name(self, name: Name) -> Any:
        """A dotted torch name used as a value."""
        ...


def fold(expressions: Mapping[str, Expr], feeds: Mapping[str, Sequence[T]], reader: Reader[T]) -> dict[str, T]:
    """The reader's value of each expression; a `Call` object that appears several times is read once.

    `feeds` holds the values at each input port, in edge order; a port that is missing or empty reads None.

    Raises:
        BuildError: an argument is nothing that a call can hold, or calls nest hundreds deep.
    """
    done: dict[int, Any] = {}

    def read(value: Any) -> Any:
        if isinstance(value, In):
            fed = feeds.get(value.port)
            return fed[value.index] if fed and value.index < len(fed) else None
        if isinstance(value, (Call, Item)):
            if id(value) not in done:
                done[id(value)] = compute(value)
            return done[id(value)]
        if isinstance(value, _CONSTANTS):
            return value
        if isinstance(value, (tuple, list)):
            return type(value)(map(read, value))
        if isinstance(value, Many):
            return list(feeds.get(value.port, ()))
        if isinstance(value, Name):
            return reader.name(value)
        raise BuildError(f"A call holds tensors, names, numbers and texts only. Received: {received(value)}.")

    def compute(value: Call | Item) -> T:
        if isinstance(value, Item):
            return reader.item(value, read(value.of))
        args = tuple(map(read, value.args))
        return reader.call(value, args, {name: read(arg) for name, arg in value.kwargs.items()})

    try:
        return {port: read(expression) for port, expression in expressions.items()}
    except RecursionError:
        raise BuildError("A node's calls nest too deep; take several nodes, each with fewer inputs.") from None
