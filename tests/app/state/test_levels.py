"""Levels of a document: going in and out, edits at each, undo across them."""

from __future__ import annotations

from typing import Any

import pytest

from app.state import TOP, Level, Session
from engine.graph import (
    AddGraph,
    Batch,
    MoveNodes,
    RemoveGraph,
    RemoveNode,
    RenameGraph,
    RenameNode,
    ReplaceNode,
    SetBlock,
    SetParams,
    SetRecipe,
)
from engine.nodes import standard_catalog
from tests.support.blocks import nested

DEEP = Level(("net", "first"))


@pytest.fixture
def session(qapp: Any) -> Session:
    return Session(nested().document, standard_catalog())


def test_going_in_and_out_shows_each_graph_in_its_context(session: Session) -> None:
    seen: list[Level] = []
    session.level_changed.connect(seen.append)
    assert session.enter("net")
    assert session.enter("first")
    assert (session.graphs, session.graph_name) == (("main", "stage", "residual"), "residual")
    assert session.shown.nodes["conv1"].outputs["out"].sizes == ("N", 8, 8, 8)
    session.go(Level(("net", "second")))
    assert session.shown.nodes["conv1"].outputs["out"].sizes == ("N", 3, 8, 8)
    assert session.leave()
    assert session.leave()
    assert not session.leave()
    assert seen == [Level(("net",)), DEEP, Level(("net", "second")), Level(("net",)), TOP]
    assert session.shown is session.analysis


def test_only_a_block_can_be_gone_into(session: Session) -> None:
    assert not session.enter("x")
    assert not session.enter("nothing")
    session.go(Level(("net", "norm", "deeper")))
    assert session.level == Level(("net",))


def test_an_edit_that_names_no_graph_goes_to_the_one_shown(session: Session) -> None:
    session.go(DEEP)
    session.draw(Batch((SetParams("conv1", {"kernel_size": 5}), MoveNodes({"conv1": (9, 9)}))), "Set")
    assert session.document.graph("residual")["conv1"].params["kernel_size"] == 5
    assert "conv1" not in session.document.graph()


def test_each_level_keeps_its_selection(session: Session) -> None:
    session.select(["net"])
    session.enter("net")
    assert session.selection == ()
    session.select(["norm"])
    session.leave()
    assert session.selection == ("net",)
    session.enter("net")
    assert session.selection == ("norm",)


def test_undo_goes_to_where_a_step_was_done(session: Session) -> None:
    start = session.document.copy()
    session.go(DEEP)
    session.draw(SetParams("conv1", {"kernel_size": 5}), "Set")
    session.go(TOP)
    session.draw(MoveNodes({"x": (5, 5)}), "Move")
    session.go(Level(("net",)))
    session.undo()
    assert session.level == TOP
    session.undo()
    assert session.level == DEEP
    assert session.document == start
    session.go(TOP)
    session.redo()
    assert session.level == DEEP
    session.redo()
    assert session.level == TOP


def test_undo_stays_where_the_change_can_be_seen(session: Session) -> None:
    session.go(DEEP)
    session.draw(SetParams("conv1", {"kernel_size": 5}), "Set")
    session.apply(SetRecipe({"epochs": 3}), "Set epochs")
    other = Level(("net", "second"))
    session.go(other)
    session.undo()
    session.undo()
    assert session.level == other


@pytest.mark.parametrize(
    ("edit", "level"),
    [
        (RenameNode("net", "body"), Level(("body", "first"))),
        (RenameNode("first", "one", "stage"), Level(("net", "one"))),
        (RenameGraph("residual", "bottleneck"), DEEP),
        (RenameGraph("stage", "part"), DEEP),
        (RemoveNode("first", "stage"), Level(("net",))),
        (RemoveNode("net"), TOP),
        (RemoveGraph("residual"), Level(("net",))),
        (RemoveGraph("stage"), TOP),
        (SetBlock("residual", nested().document.block("stage")), DEEP),
    ],
)
def test_the_level_follows_what_happens_on_its_way(session: Session, edit: Any, level: Level) -> None:
    start = session.document.copy()
    session.go(DEEP)
    session.apply(edit, "Edit")
    assert session.level == level
    assert session.graph is session.document.graph(session.graph_name)
    session.undo()
    assert session.document == start
    assert session.graph is session.document.graph(session.graph_name)


def test_another_graph_behind_the_same_node_is_told(session: Session) -> None:
    session.go(DEEP)
    turned: list[Level] = []
    session.level_changed.connect(turned.append)
    node = session.document.graph("stage")["first"]
    other = type(node)(node.id, "block:other")
    session.apply(Batch((AddGraph("other"), ReplaceNode(other, "stage"))), "Replace")
    assert turned == [DEEP]
    assert session.graph_name == "other"
    assert len(session.graph) == 0


def test_a_graph_is_opened_where_it_is_placed_else_by_itself(session: Session) -> None:
    session.open_graph("residual")
    assert session.level == Level(("stage",))
    session.apply(AddGraph("spare", session.document.block("residual")), "Add")
    session.open_graph("spare")
    assert session.level == Level((), "spare")
    session.apply(RenameGraph("spare", "extra"), "Rename")
    assert session.level == Level((), "extra")
    assert session.leave()
    assert session.level == TOP


def test_an_unplaced_graph_is_analysed_with_its_defaults(session: Session) -> None:
    session.go(Level((), "residual"))
    assert session.shown.nodes["conv1"].state == "blocked"
    assert session.shown.nodes["conv1"].kind.values()["out_channels"] == 8  # type: ignore[union-attr]


def test_steps_of_one_gesture_at_two_levels_stay_two(session: Session) -> None:
    session.go(DEEP)
    session.draw(MoveNodes({"conv1": (1, 1)}), "Move", merge="same")
    session.go(TOP)
    session.draw(MoveNodes({"x": (1, 1)}), "Move", merge="same")
    assert len(session.history.done) == 2
