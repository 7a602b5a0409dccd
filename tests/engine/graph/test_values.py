"""Whatever edits let in, a file can hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from engine.errors import EditError
from engine.graph import Document, Node, SetParams, text
from engine.graph.values import plain
from engine.recipe import Chosen

ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8) | some.characters(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(values=some.dictionaries(some.text(max_size=5), ANYTHING, max_size=4))
def test_what_is_let_in_is_saved_and_read_back(values: dict[str, Any]) -> None:
    document = Document.of([Node("a", "k")])
    try:
        document.apply(SetParams("a", values))
    except EditError:
        assert not document.graph()["a"].params
    else:
        assert text.loads(text.dumps(document).encode()) == document


def test_records_become_objects() -> None:
    assert plain({"data": Chosen("iris", {"a": (1,)})}) == {"data": {"id": "iris", "params": {"a": [1]}}}


def test_depth_is_bounded() -> None:
    deep: Any = 0
    for _ in range(90):
        deep = [deep]
    document = Document.of([Node("a", "k", {"v": deep})])
    assert text.loads(text.dumps(document)) == document
    with pytest.raises(EditError, match="levels deep"):
        plain([[deep]])
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(EditError, match="levels deep"):
        plain(loop)
