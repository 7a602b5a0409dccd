from __future__ import annotations

from typing import Any

import pytest

from engine.catalog import Call, In, Item, Many, Name, function
from engine.catalog.fold import fold
from engine.errors import BuildError


class Text:
    """Reads expressions as text, and counts the calls."""

    def __init__(self) -> None:
        self.calls = 0

    def call(self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        self.calls += 1
        return f"{call.target}({', '.join([*map(str, args), *(f'{k}={v}' for k, v in kwargs.items())])})"

    def item(self, item: Item, of: str) -> str:
        return f"{of}[{item.index}]"

    def name(self, name: Name) -> str:
        return name.target


FEEDS = {"in": ("a", "b", "c"), "key": ("k",)}


def read(expression: Any) -> str:
    return fold({"out": expression}, FEEDS, Text())["out"]


def test_inputs_are_read_by_port_and_place() -> None:
    assert read(In()) == "a"
    assert read(In("in", 2)) == "c"
    assert read(function("f", In("in", 3), In("value"), In("key"))) == "f(None, None, k)"
    assert read(function("f", Many(), Many("value"))) == "f(['a', 'b', 'c'], [])"


def test_arguments_may_be_nested() -> None:
    expression = function("f", (1, In("key")), axis=[2, Name("torch.int64")])
    assert read(expression) == "f((1, 'k'), axis=[2, 'torch.int64'])"


def test_a_shared_call_is_read_once() -> None:
    shared, reader = function("f", In()), Text()
    found = fold({"a": Item(shared, 0), "b": Item(shared, 1), "c": function("g", shared, shared)}, FEEDS, reader)
    assert found == {"a": "f(a)[0]", "b": "f(a)[1]", "c": "g(f(a), f(a))"}
    assert reader.calls == 2


def test_other_values_are_refused() -> None:
    with pytest.raises(BuildError, match="Received: <object"):
        read(function("f", object()))
