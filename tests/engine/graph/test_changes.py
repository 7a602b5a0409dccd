"""What an edit reports is what it changed."""

from __future__ import annotations

import pytest

from engine.graph import (
    AddNode,
    Batch,
    Connect,
    Disconnect,
    Document,
    Edge,
    Edit,
    GraphChanges,
    MoveNodes,
    Node,
    RemoveNode,
    RenameNode,
    ReplaceNode,
    SetKind,
    SetMeta,
    SetParams,
    SetRecipe,
)

AB, BC = Edge("a", "out", "b", "in"), Edge("b", "out", "c", "in")


def drawn() -> Document:
    return Document.of([Node("a", "feed"), Node("b", "weigh"), Node("c", "flat")], [AB])


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (AddNode(Node("d", "flat")), GraphChanges(added=frozenset("d"))),
        (RemoveNode("a"), GraphChanges(removed=frozenset("a"), edges_removed=frozenset([AB]))),
        (SetKind("b", "flat"), GraphChanges(changed=frozenset("b"))),
        (SetParams("b", {"units": 1}), GraphChanges(changed=frozenset("b"))),
        (ReplaceNode(Node("b", "weigh", {}, 5, 5)), GraphChanges(moved=frozenset("b"))),
        (ReplaceNode(Node("b", "flat")), GraphChanges(changed=frozenset("b"))),
        (MoveNodes({"a": (1, 1), "c": (2, 2)}), GraphChanges(moved=frozenset("ac"))),
        (RenameNode("b", "m"), GraphChanges(renamed={"b": "m"})),
        (Connect(BC), GraphChanges(edges_added=frozenset([BC]))),
        (Disconnect(AB), GraphChanges(edges_removed=frozenset([AB]))),
    ],
    ids=lambda part: type(part).__name__,
)
def test_changes_of_one_edit(edit: Edit, expected: GraphChanges) -> None:
    _, changes = drawn().apply(edit)
    assert changes.of("main") == [expected]
    assert changes.of("other") == []
    assert not changes.recipe
    assert not changes.meta
    assert changes.structural == (not expected.moved)


def test_recipe_and_meta_are_told_apart() -> None:
    _, recipe = drawn().apply(SetRecipe({"epochs": 2}))
    _, meta = drawn().apply(SetMeta(title="T"))
    assert (recipe.recipe, recipe.meta, recipe.structural) == (True, False, True)
    assert (meta.recipe, meta.meta, meta.structural) == (False, True, False)


def test_a_batch_reports_its_steps_in_order_also_when_nested() -> None:
    inner = Batch((Connect(BC), Disconnect(AB)))
    _, changes = drawn().apply(Batch((SetParams("b", {"units": 1}), inner, SetRecipe({"epochs": 1}))))
    assert changes.of("main") == [
        GraphChanges(changed=frozenset("b")),
        GraphChanges(edges_added=frozenset([BC])),
        GraphChanges(edges_removed=frozenset([AB])),
    ]
    assert len(changes.flat()) == 4
    assert changes.recipe
    assert changes.structural
    assert not drawn().apply(Batch((MoveNodes({"a": (9, 9)}),)))[1].structural


def test_the_inverse_of_a_removal_brings_its_edges_back() -> None:
    document = drawn()
    back, _ = document.apply(RemoveNode("b"))
    _, changes = document.apply(back)
    assert changes.of("main") == [
        GraphChanges(added=frozenset("b")),
        GraphChanges(edges_added=frozenset([AB])),
    ]
