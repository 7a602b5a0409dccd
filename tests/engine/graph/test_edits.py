"""Every edit changes what it says, and its inverse takes it back."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from engine.errors import EditError
from engine.graph import (
    AddNode,
    Batch,
    Connect,
    Disconnect,
    Document,
    Edge,
    Edit,
    MoveNodes,
    Node,
    RemoveNode,
    RenameNode,
    ReplaceNode,
    SetKind,
    SetMeta,
    SetParams,
    SetRecipe,
    text,
)


def drawn() -> Document:
    nodes = [Node("a", "feed"), Node("b", "weigh", {"units": 2}, 10, 20), Node("c", "join"), Node("d", "join")]
    edges = [Edge("a", "out", "b", "in"), Edge("b", "out", "c", "in"), Edge("a", "out", "c", "in", 1)]
    return Document.of(nodes, edges, title="T", recipe={"epochs": 3})


EDITS: list[Edit] = [
    AddNode(Node("e", "weigh", {"units": 5})),
    RemoveNode("b"),
    RemoveNode("a"),
    ReplaceNode(Node("b", "flat", {}, 1, 2, "title", "notes")),
    SetKind("b", "flat"),
    SetParams("b", {"units": 9, "bias": False}),
    SetParams("b", {}, ("units",)),
    SetParams("b", {"bias": False}, ("units",)),
    MoveNodes({"a": (5, 6), "b": (-1.5, 0)}),
    RenameNode("b", "middle"),
    Connect(Edge("c", "out", "d", "in")),
    Disconnect(Edge("a", "out", "c", "in", 1)),
    SetRecipe({"epochs": 5, "seed": 1}),
    SetRecipe({}, ("epochs", "seed")),
    SetMeta(title="U"),
    SetMeta(notes="N"),
    Batch((SetParams("b", {"units": 1}), RemoveNode("c"), AddNode(Node("c", "flat"))), "Swap"),
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: type(edit).__name__)
def test_an_edit_changes_the_document_and_its_inverse_takes_it_back(edit: Edit) -> None:
    document = drawn()
    before = text.dumps(document)
    back, changes = document.apply(edit)
    after = text.dumps(document)
    assert after != before
    assert changes.flat()
    again, _ = document.apply(back)
    assert text.dumps(document) == before
    document.apply(again)
    assert text.dumps(document) == after


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: type(edit).__name__)
def test_edits_are_data(edit: Edit) -> None:
    packed = msgspec.json.encode(edit)
    assert msgspec.json.decode(packed, type=Edit) == edit


REFUSED: list[tuple[Edit, str]] = [
    (AddNode(Node("a", "feed")), 'already a node "a"'),
    (AddNode(Node("1st", "feed")), "starts with a letter"),
    (AddNode(Node("q", "feed", x=math.nan)), "lies within"),
    (AddNode(Node("q", "feed", {"units": math.inf})), "finite"),
    (AddNode(Node("q", "feed", {"units": 10**18})), "digits"),
    (AddNode(Node("q", "feed", {"units": {1, 2}})), "cannot hold a set"),
    (AddNode(Node("q", "feed", {"units": {1: 2}})), "A name is a text"),
    (AddNode(Node("q", "feed", notes="\ud800")), "half of a character"),
    (AddNode(Node("q", "feed", title="x" * (2**20 + 1))), "at most 1,048,576"),
    (AddNode(Node("q", "feed"), graph="other"), 'no graph "other"'),
    (RemoveNode("q"), 'no node "q"'),
    (ReplaceNode(Node("q", "feed")), 'no node "q"'),
    (SetKind("q", "flat"), 'no node "q"'),
    (SetKind("a", "\ud800"), "half of a character"),
    (SetParams("q", {}), 'no node "q"'),
    (SetParams("a", {"units": [math.nan]}), "finite"),
    (MoveNodes({"a": (0, 0), "q": (1, 1)}), 'no node "q"'),
    (MoveNodes({"a": (0, 0), "b": (math.inf, 0)}), "lies within"),
    (RenameNode("q", "r"), 'no node "q"'),
    (RenameNode("a", "b"), 'already a node "b"'),
    (RenameNode("a", "for"), "needs for itself"),
    (Connect(Edge("a", "out", "q", "in")), 'no node "q"'),
    (Connect(Edge("q", "out", "a", "in")), 'no node "q"'),
    (Connect(Edge("b", "out", "c", "in")), "taken already"),
    (Connect(Edge("b", "out", "c", "in", 1)), "taken already, by a.out → c.in"),
    (Connect(Edge("b", "out", "c", "in", -1)), "at least 0"),
    (Connect(Edge("b", "", "c", "in", 2)), "named output"),
    (Disconnect(Edge("b", "out", "d", "in")), "no wire"),
    (Disconnect(Edge("b", "other", "c", "in")), "no wire"),
    (SetRecipe({"seed": math.nan}), "finite"),
    (SetMeta(title="\udfff"), "half of a character"),
]


@pytest.mark.parametrize(("edit", "words"), REFUSED, ids=lambda part: type(part).__name__)
def test_a_refused_edit_says_why_and_leaves_the_document(edit: Edit, words: str) -> None:
    document = drawn()
    before = text.dumps(document)
    with pytest.raises(EditError, match=words.replace("+", r"\+")):
        document.apply(edit)
    assert text.dumps(document) == before


@pytest.mark.parametrize("place", range(3))
def test_a_batch_is_done_whole_or_not_at_all(place: int) -> None:
    document = drawn()
    before = text.dumps(document)
    parts: list[Edit] = [RemoveNode("a"), SetParams("b", {"units": 77})]
    parts.insert(place, RemoveNode("q"))
    with pytest.raises(EditError, match='no node "q"'):
        document.apply(Batch(tuple(parts)))
    assert text.dumps(document) == before
    assert document.graph().order() == drawn().graph().order()


def test_a_batch_is_taken_back_whatever_fails() -> None:
    document = drawn()
    before = text.dumps(document)
    broken: Any = RenameNode("a", None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        document.apply(Batch((RemoveNode("b"), broken)))
    assert text.dumps(document) == before


def test_values_are_kept_as_a_file_gives_them_back() -> None:
    document = drawn()
    values = {"kernel": (3, (1, 2)), "names": ["a"]}
    document.apply(SetParams("b", values))
    values["names"].append("b")  # type: ignore[union-attr]
    assert document.graph()["b"].params["kernel"] == [3, [1, 2]]
    assert document.graph()["b"].params["names"] == ["a"]
    assert text.loads(text.dumps(document)) == document


def test_the_recipe_that_is_read_is_a_copy() -> None:
    document = drawn()
    document.apply(SetRecipe({"data": {"id": "iris", "params": {}}}))
    document.recipe["data"]["params"]["size"] = 5
    assert document.recipe["data"] == {"id": "iris", "params": {}}


def test_a_copy_goes_its_own_way() -> None:
    document = drawn()
    other = document.copy()
    assert other == document
    other.apply(RemoveNode("b"))
    other.apply(SetRecipe({"epochs": 9}))
    assert document == drawn()
    assert other != document
    assert document != "drawn"


def test_what_is_no_edit_is_refused() -> None:
    with pytest.raises(EditError, match="str is no edit"):
        drawn().apply("remove a")  # type: ignore[arg-type]
