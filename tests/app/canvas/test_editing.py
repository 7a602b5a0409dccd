"""Deleting, copying, renaming, dropping, arranging, menus."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.canvas import KIND_MIME
from engine.graph import AddNode, Node, RemoveNode
from tests.app.canvas.conftest import Show
from tests.app.canvas.drawings import branch, chain, edge
from tests.support.board import NONE, RIGHT, Board


def test_delete_removes_nodes_with_their_wires_in_one_step(show: Show) -> None:
    board = show(chain())
    board.session.select(["conv", "relu"])
    board.view.delete_selection()
    assert set(board.graph) == {"image", "flat", "scores", "spare"}
    assert board.graph.edges() == [edge("flat", "scores")]
    assert board.steps == ["Delete 2 nodes"]
    board.session.undo()
    assert len(board.graph.edges()) == 4


def test_delete_and_heal_wires_across_all_that_go(show: Show) -> None:
    board = show(chain())
    board.session.select(["conv", "relu"])
    board.view.delete_and_heal()
    assert edge("image", "flat") in board.graph.edges()
    assert "conv" not in board.graph


def test_copy_and_paste_at_the_mouse_keep_the_wires_between(show: Show) -> None:
    board = show(chain())
    board.session.select(["conv", "relu"])
    board.view.copy()
    assert "neuroloom" in json.loads(QApplication.clipboard().text())
    board.session.select([])
    board.view.paste()
    first, second = board.session.selection
    assert {first, second} & {"conv", "relu"} == set()
    assert edge(first, second) in board.graph.edges()
    assert board.graph[second].x - board.graph[first].x == 300
    assert board.graph[first].params == {"out_channels": 4}
    assert board.steps == ["Paste"]


def test_pasting_something_else_is_told(show: Show) -> None:
    board = show(chain())
    QApplication.clipboard().setText("a shopping list")
    board.view.paste()
    assert "no nodes" in board.notices[0].message
    assert not board.steps


def test_cut_and_paste_move_nodes(show: Show) -> None:
    board = show(chain())
    board.session.select(["spare"])
    board.view.cut()
    assert "spare" not in board.graph
    board.view.paste()
    assert len(board.session.selection) == 1
    assert board.graph[board.session.selection[0]].params == {"out_features": 7}


def test_duplicate_keeps_what_comes_in(show: Show) -> None:
    board = show(chain())
    board.session.select(["relu"])
    board.view.duplicate()
    (id,) = board.session.selection
    assert edge("conv", id) in board.graph.edges()
    assert board.graph[id].y > board.graph["relu"].y + board.node("relu").height


def test_commands_on_no_selection_do_nothing(show: Show) -> None:
    board = show(chain())
    QApplication.clipboard().clear()
    for do in (
        board.view.delete_selection, board.view.delete_and_heal, board.view.copy, board.view.cut,
        board.view.duplicate, board.view.connect_selected, board.view.rename_selected, board.view.straighten,
        board.view.edit_parameter,
    ):  # fmt: skip
        do()
    board.view.align("left")
    board.view.distribute("vertical")
    assert not board.steps
    assert not QApplication.clipboard().text()


def test_rename_takes_a_good_name_and_says_why_it_refuses_another(show: Show) -> None:
    board = show(chain())
    board.session.select(["conv"])
    board.view.rename_selected()
    field = board.view.rename_field
    assert field is not None
    assert field.selectedText() == "conv"
    QTest.keyClicks(field, "relu")
    assert field.refusal == 'There is already a node "relu".'
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()
    field.clear()
    QTest.keyClicks(field, "2nd layer")
    assert "starts with a letter" in field.refusal
    field.clear()
    QTest.keyClicks(field, "stem")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "stem" in board.graph
    assert board.session.selection == ("stem",)
    assert edge("stem", "relu") in board.view.stage.scene.wires
    assert board.view.hasFocus()
    assert board.steps == ["Rename conv"]


def test_rename_is_given_up_by_escape_and_by_the_node_going(show: Show) -> None:
    board = show(chain())
    board.session.select(["conv"])
    board.view.rename_selected()
    assert board.view.rename_field is not None
    QTest.keyClicks(board.view.rename_field, "other")
    QTest.keyClick(board.view.rename_field, Qt.Key.Key_Escape)
    assert "conv" in board.graph
    assert not board.steps


def test_add_kind_goes_behind_the_selected_node(show: Show) -> None:
    board = show(chain())
    board.session.select(["scores"])
    id = board.view.add_kind("relu")
    assert edge("scores", id) in board.graph.edges()
    assert board.graph[id].x > board.graph["scores"].x
    assert board.session.selection == (id,)
    assert board.view.add_kind("nothing_such") == ""


def test_adding_twice_at_one_place_does_not_hide_the_first(show: Show) -> None:
    board = show()
    first, second = (board.view.add_kind("relu", {}, (0.0, 0.0)) for _ in range(2))
    assert (board.graph[first].x, board.graph[first].y) != (board.graph[second].x, board.graph[second].y)


def _drop(board: Board, kind: str, at: QPointF) -> None:
    data = QMimeData()
    data.setData(KIND_MIME, kind.encode())
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at.toPoint(), actions, data, button, NONE)
    QApplication.sendEvent(board.view, enter)
    if enter.isAccepted():
        from PySide6.QtGui import QDragMoveEvent

        QApplication.sendEvent(board.view, QDragMoveEvent(at.toPoint(), actions, data, button, NONE))
        QApplication.sendEvent(board.view, QDropEvent(at, actions, data, button, NONE))


def test_a_kind_dropped_from_the_palette_becomes_a_node(show: Show) -> None:
    board = show(chain())
    at = QPointF(board.empty())
    _drop(board, "dense", at)
    (id,) = board.session.selection
    assert board.graph[id].kind == "dense"
    assert (board.at(id) - at.toPoint()).manhattanLength() < 6
    assert not board.graph.incoming(id)


def test_a_kind_dropped_on_a_wire_is_inserted(show: Show) -> None:
    board = show(chain())
    _drop(board, "relu", QPointF(board.wire(edge("image", "conv"))))
    (id,) = board.session.selection
    assert {edge("image", id), edge(id, "conv")} <= set(board.graph.edges())
    assert len(board.steps) == 1


def test_an_unknown_kind_is_not_taken(show: Show) -> None:
    board = show(chain())
    _drop(board, "no_such_kind", QPointF(300, 300))
    assert not board.steps


@pytest.mark.parametrize(
    ("side", "axis", "far"), [("left", 0, False), ("right", 0, True), ("top", 1, False), ("bottom", 1, True)]
)
def test_align(show: Show, side: str, axis: int, far: bool) -> None:
    board = show(branch())
    board.session.select(["image", "upper", "sum"])
    board.view.align(side)  # type: ignore[arg-type]
    boxes = [board.node(id).box for id in ("image", "upper", "sum")]
    assert len({box[axis + 2 * far] for box in boxes}) == 1
    assert len(board.steps) == 1


def test_distribute_makes_gaps_equal(show: Show) -> None:
    board = show(chain())
    board.session.apply(AddNode(Node("odd", "relu", {}, 1000, 300)), "Add")
    board.session.select(["image", "conv", "odd"])
    board.view.distribute("horizontal")
    boxes = sorted(board.node(id).box for id in ("image", "conv", "odd"))
    assert boxes[1][0] - boxes[0][2] == pytest.approx(boxes[2][0] - boxes[1][2], abs=0.02)


def test_straighten(show: Show) -> None:
    board = show(branch())
    board.session.select(["upper"])
    board.view.straighten()
    wire = board.view.stage.scene.wires[edge("image", "upper")]
    assert wire.y0 == wire.y1


def test_auto_layout_is_one_step_and_glides(show: Show, qtbot: QtBot) -> None:
    board = show(branch())
    board.view.auto_layout()
    assert board.steps == ["Arrange automatically"]
    scene = board.view.stage.scene
    qtbot.waitUntil(lambda: all((view.x, view.y) == (view.node.x, view.node.y) for view in scene.nodes.values()))
    assert board.graph["image"].x < board.graph["upper"].x < board.graph["sum"].x
    board.session.undo()
    assert board.graph["lower"].y == 200


def test_an_edit_during_the_glide_ends_it(show: Show) -> None:
    board = show(branch())
    board.view.auto_layout()
    board.session.undo()
    assert (board.node("lower").x, board.node("lower").y) == (300, 200)
    board.view.auto_layout()
    board.session.apply(RemoveNode("upper"), "Remove")
    assert [wire.edge.source for wire in board.view.stage.scene.wires_at("sum")] == ["lower"]
    assert (board.node("lower").x, board.node("lower").y) == (board.graph["lower"].x, board.graph["lower"].y)


def _menu(board: Board) -> list[str]:
    menu = next(widget for widget in board.view.findChildren(QMenu) if widget.isVisible())
    texts = [action.text() for action in menu.actions() if action.text()]
    menu.close()
    return texts


def test_menus_of_node_wire_and_canvas(show: Show) -> None:
    board = show(chain())
    board.click(board.at("conv"), button=RIGHT)
    assert {"Rename", "Duplicate", "Delete and heal", "Delete"} <= set(_menu(board))
    assert board.session.selection == ("conv",)
    board.click(board.wire(edge("conv", "relu")), button=RIGHT)
    assert {"Insert node…", "Remove wire"} <= set(_menu(board))
    board.click(board.empty(), button=RIGHT)
    assert {"Add node…", "Paste here", "Fit all"} <= set(_menu(board))


def test_menu_entries_do_what_they_say(show: Show) -> None:
    board = show(chain())
    board.click(board.wire(edge("conv", "relu")), button=RIGHT)
    menu = next(widget for widget in board.view.findChildren(QMenu) if widget.isVisible())
    next(action for action in menu.actions() if action.text() == "Remove wire").trigger()
    menu.close()
    assert edge("conv", "relu") not in board.graph.edges()


def test_the_hint_of_a_gesture_is_told_and_taken_back(show: Show) -> None:
    board = show(chain())
    told: list[str] = []
    board.view.hint_changed.connect(told.append)
    board.drag(board.port("flat", out=True), board.at("spare"))
    assert "Drop on a port" in told[0]
    assert told[-1] == ""
