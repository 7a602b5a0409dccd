"""Dragging nodes: one step each, guides, wires that take them in, chains that let them go."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from engine.graph import Connect, RemoveNode
from tests.app.canvas.conftest import Show
from tests.app.canvas.drawings import branch, chain, edge
from tests.support.board import ALT, CTRL, LEFT, NONE


def test_a_drag_is_one_step_and_undo_takes_it_back(show: Show) -> None:
    board = show(chain())
    scale = board.view.stage.camera.scale
    board.drag(board.at("spare"), board.at("spare") + QPoint(-90, 70), CTRL)
    assert board.steps == ["Move node"]
    node = board.graph["spare"]
    assert (node.x, node.y) == pytest.approx((600 - 90 / scale, 300 + 70 / scale), abs=0.1)
    board.session.undo()
    assert (board.graph["spare"].x, board.graph["spare"].y) == (600, 300)
    assert (board.node("spare").x, board.node("spare").y) == (600, 300)


def test_the_picture_follows_live_and_the_document_only_at_the_end(show: Show) -> None:
    board = show(chain())
    board.drag(board.at("conv"), board.at("conv") + QPoint(0, 120), CTRL, release=False)
    assert board.node("conv").y > 100
    wire = board.view.stage.scene.wires[edge("image", "conv")]
    assert wire.y1 == pytest.approx(board.node("conv").y + board.node("conv").height / 2)
    assert board.graph["conv"].y == 0
    assert not board.steps
    QTest.mouseRelease(board.view, LEFT, CTRL, board.at("conv"))
    assert board.graph["conv"].y > 100


def test_escape_puts_everything_back(show: Show) -> None:
    board = show(chain())
    board.drag(board.at("conv"), board.at("conv") + QPoint(40, 120), release=False)
    board.key(Qt.Key.Key_Escape)
    assert (board.node("conv").x, board.node("conv").y) == (300, 0)
    QTest.mouseRelease(board.view, LEFT, NONE, board.at("conv") + QPoint(40, 120))
    assert not board.steps


def test_an_edit_from_elsewhere_ends_the_drag(show: Show) -> None:
    board = show(chain())
    board.drag(board.at("spare"), board.at("spare") + QPoint(40, 120), CTRL)
    board.drag(board.at("conv"), board.at("conv") + QPoint(40, 120), release=False)
    board.session.undo()
    assert board.view.hand.gesture is None
    assert (board.node("conv").x, board.node("conv").y) == (300, 0)


def test_wires_may_go_while_their_node_is_dragged(show: Show) -> None:
    board = show(branch())
    board.session.apply(Connect(edge("image", "sum", slot=2)), "Connect")
    board.drag(board.at("sum"), board.at("sum") + QPoint(40, 120), release=False)
    board.session.undo()
    assert board.view.hand.gesture is None
    assert (board.node("sum").x, board.node("sum").y) == (650, 100)
    assert len(board.view.stage.scene.wires_at("sum")) == 2
    board.drag(board.at("sum"), board.at("sum") + QPoint(40, 120), release=False)
    board.session.apply(RemoveNode("sum"), "Remove")
    assert "sum" not in board.view.stage.scene.nodes
    QTest.mouseRelease(board.view, LEFT, NONE, QPoint(500, 500))
    assert board.steps == ["Remove"]


def test_all_selected_nodes_move_together(show: Show) -> None:
    board = show(chain())
    board.session.select(["conv", "relu", "flat"])
    board.drag(board.at("relu"), board.at("relu") + QPoint(30, 140))
    assert board.steps == ["Move 3 nodes"]
    moved = [(board.graph[id].x - x, board.graph[id].y) for id, x in (("conv", 300), ("relu", 600), ("flat", 900))]
    assert moved[0] == pytest.approx(moved[1])
    assert moved[0] == pytest.approx(moved[2])


def test_dragging_an_unselected_node_selects_it_alone(show: Show) -> None:
    board = show(chain())
    board.session.select(["conv", "relu"])
    board.drag(board.at("spare"), board.at("spare") + QPoint(10, 60))
    assert board.session.selection == ("spare",)


def test_a_tremor_is_a_click(show: Show) -> None:
    board = show(chain())
    board.drag(board.at("conv"), board.at("conv") + QPoint(2, 1))
    assert not board.steps
    assert board.session.selection == ("conv",)


def test_guides_line_up_with_neighbours_and_ctrl_suspends_them(show: Show) -> None:
    board = show(chain())
    scale = board.view.stage.camera.scale
    near = round(3 / scale)
    target = QPoint(round((300 - 600 + near) * scale), 90)
    board.drag(board.at("spare"), board.at("spare") + target)
    assert board.graph["spare"].x == 300
    board.session.undo()
    board.drag(board.at("spare"), board.at("spare") + target, CTRL)
    assert board.graph["spare"].x != 300
    assert board.graph["spare"].x == pytest.approx(300 + near, abs=2 / scale)


def test_guides_pull_wires_straight(show: Show) -> None:
    board = show(branch())
    board.drag(board.at("sum"), board.at("sum") + QPoint(200, -30), CTRL)
    rise = board.view.stage.scene.wires[edge("upper", "sum")]
    by = round((rise.y1 - rise.y0) * board.view.stage.camera.scale) - 3
    board.drag(board.at("upper"), board.at("upper") + QPoint(0, by))
    straight = board.view.stage.scene.wires[edge("upper", "sum")]
    assert straight.y0 == pytest.approx(straight.y1, abs=0.01)


def test_a_free_node_dropped_on_a_wire_is_inserted_and_neighbours_make_room(show: Show) -> None:
    board = show(chain())
    between = board.wire(edge("conv", "relu"))
    board.drag(board.at("spare"), between, CTRL)
    edges = set(board.graph.edges())
    assert {edge("conv", "spare"), edge("spare", "relu")} <= edges
    assert edge("conv", "relu") not in edges
    assert board.steps == ["Insert on wire"]
    assert board.graph["relu"].x > board.graph["spare"].x + board.node("spare").width
    assert board.graph["flat"].x - board.graph["relu"].x == 300
    board.session.undo()
    assert edge("conv", "relu") in board.graph.edges()
    assert (board.graph["spare"].x, board.graph["relu"].x) == (600, 600)


def test_the_wire_that_would_take_the_node_lights_up(show: Show) -> None:
    board = show(chain())
    between = board.wire(edge("conv", "relu"))
    board.drag(board.at("spare"), between, CTRL, release=False)
    lit = board.picture()
    board.move(between + QPoint(0, 1), CTRL | ALT, LEFT)
    assert lit != board.picture()
    board.key(Qt.Key.Key_Escape)


def test_alt_keeps_a_node_out_of_a_wire(show: Show) -> None:
    board = show(chain())
    board.drag(board.at("spare"), board.wire(edge("conv", "relu")), CTRL, over=CTRL | ALT)
    assert edge("conv", "relu") in board.graph.edges()
    assert board.steps == ["Move node"]


def test_a_wired_node_is_never_inserted(show: Show) -> None:
    board = show(chain())
    board.drag(board.at("scores"), board.wire(edge("conv", "relu")), CTRL)
    assert edge("conv", "relu") in board.graph.edges()


def test_alt_drag_pulls_a_node_out_of_its_chain_and_heals_it(show: Show) -> None:
    board = show(chain())
    board.drag(board.at("relu"), board.at("relu") + QPoint(0, 150), ALT)
    edges = board.graph.edges()
    assert edge("conv", "flat") in edges
    assert not [each for each in edges if "relu" in (each.source, each.target)]
    assert len(board.steps) == 1
    board.session.undo()
    assert edge("conv", "relu") in board.graph.edges()
    assert board.graph["relu"].y == 0
