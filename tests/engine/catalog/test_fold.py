"""Expressions are read once each, in order, by whoever reads them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.catalog import Call, In, Item, Many, Name, function, layer
from engine.catalog.fold import fold
from engine.errors import BuildError


class Log:
    """Reads calls as texts, and counts them."""

    def __init__(self) -> None:
        self.called: list[str] = []

    def call(self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        self.called.append(call.target)
        named = [f"{name}={value}" for name, value in kwargs.items()]
        return f"{call.target}({', '.join([*map(str, args), *named])})"

    def item(self, item: Item, of: str) -> str:
        return f"{of}[{item.index}]"

    def name(self, name: Name) -> str:
        return f"<{name.target}>"


def test_a_shared_call_is_read_once() -> None:
    both = layer("lstm")
    log = Log()
    found = fold({"out": Item(both, 0), "h": Item(Item(both, 1), 0)}, {"in": ["x"]}, log)
    assert found == {"out": "lstm(x)[0]", "h": "lstm(x)[1][0]"}
    assert log.called == ["lstm"]


def test_equal_calls_are_not_one() -> None:
    log = Log()
    fold({"a": function("f"), "b": function("f")}, {"in": ["x"]}, log)
    assert log.called == ["f", "f"]


def test_inputs_are_picked_listed_or_none() -> None:
    call = function("f", In("in", 1), Many(), In("absent"), Many("absent"), (1, [In()]), dtype=Name("torch.int64"))
    assert fold({"out": call}, {"in": ["x", "y"]}, Log()) == {
        "out": "f(y, ['x', 'y'], None, [], (1, ['x']), dtype=<torch.int64>)"
    }


def test_an_output_may_be_an_input() -> None:
    assert fold({"out": In()}, {"in": ["x"]}, Log()) == {"out": "x"}


def test_what_no_call_can_hold_is_refused() -> None:
    with pytest.raises(BuildError, match=r"Received: \{'a'\}"):
        fold({"out": function("f", {"a"})}, {}, Log())


def test_calls_nested_without_end_are_refused() -> None:
    call = function("f", In())
    for _ in range(5_000):
        call = function("f", call)
    with pytest.raises(BuildError, match="nest too deep"):
        fold({"out": call}, {"in": ["x"]}, Log())
