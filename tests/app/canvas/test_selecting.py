"""Choosing nodes with mouse and keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.app.canvas.conftest import Show
from tests.app.canvas.drawings import branch, chain
from tests.support.board import CTRL, SHIFT


def test_click_shift_click_and_ctrl_click(show: Show) -> None:
    board = show(chain())
    board.click(board.at("conv"))
    assert board.session.selection == ("conv",)
    board.click(board.at("flat"), SHIFT)
    assert board.session.selection == ("conv", "flat")
    board.click(board.at("relu"), CTRL)
    assert board.session.selection == ("conv", "flat", "relu")
    board.click(board.at("flat"), CTRL)
    assert board.session.selection == ("conv", "relu")
    board.click(board.at("relu"))
    assert board.session.selection == ("relu",)
    board.click(board.empty())
    assert board.session.selection == ()
    assert not board.steps


def test_a_click_on_nothing_with_shift_keeps_the_selection(show: Show) -> None:
    board = show(chain())
    board.session.select(["conv"])
    board.click(board.empty(), SHIFT)
    assert board.session.selection == ("conv",)


def test_a_box_selects_what_it_touches(show: Show) -> None:
    board = show(chain())
    start, end = board.at("conv", -0.3, -1.5), board.at("relu", 0.2, 0.4)
    board.drag(start, end)
    assert set(board.session.selection) == {"conv", "relu"}
    board.drag(board.at("scores", 1.2, -1.5), board.at("scores", 0.8, 0.5), SHIFT)
    assert set(board.session.selection) == {"conv", "relu", "scores"}
    board.drag(board.at("relu", -0.2, -1.5), board.at("flat", 0.5, 0.5), CTRL)
    assert set(board.session.selection) == {"conv", "scores", "flat"}
    assert not board.steps


def test_escape_gives_a_box_up(show: Show) -> None:
    board = show(chain())
    board.session.select(["scores"])
    board.drag(board.at("conv", -0.3, -1.5), board.at("relu"), release=False)
    assert "conv" in board.session.selection
    board.key(Qt.Key.Key_Escape)
    assert board.session.selection == ("scores",)
    assert board.view.hand.gesture is None
    board.key(Qt.Key.Key_Escape)
    assert board.session.selection == ()


def test_select_all(show: Show) -> None:
    board = show(chain())
    board.view.select_all()
    assert set(board.session.selection) == set(board.graph)


def test_arrows_walk_along_wires(show: Show) -> None:
    board = show(branch())
    board.key(Qt.Key.Key_Right)
    assert board.session.selection == ("image",)
    board.key(Qt.Key.Key_Right)
    first = board.session.selection
    assert first in (("upper",), ("lower",))
    board.key(Qt.Key.Key_Down if first == ("upper",) else Qt.Key.Key_Up)
    assert set(first) | set(board.session.selection) == {"upper", "lower"}
    board.key(Qt.Key.Key_Right)
    assert board.session.selection == ("sum",)
    board.key(Qt.Key.Key_Right)
    assert board.session.selection == ("sum",)
    board.key(Qt.Key.Key_Left)
    assert board.session.selection in (("upper",), ("lower",))


def test_walking_out_of_view_brings_the_node_into_view(show: Show) -> None:
    board = show(chain(), 400, 300)
    board.view.zoom_to(2.0)
    board.view.reveal("image")
    for _ in range(4):
        board.key(Qt.Key.Key_Right)
    assert board.session.selection == ("scores",)
    assert board.view.rect().contains(board.at("scores"))


def test_shift_up_and_down_select_what_comes_before_and_after(show: Show) -> None:
    board = show(chain())
    board.session.select(["relu"])
    board.key(Qt.Key.Key_Up, SHIFT)
    assert set(board.session.selection) == {"image", "conv", "relu"}
    board.session.select(["relu"])
    board.key(Qt.Key.Key_Down, SHIFT)
    assert set(board.session.selection) == {"relu", "flat", "scores"}


def test_the_scene_shows_what_is_selected(show: Show) -> None:
    board = show(chain())
    board.session.select(["conv", "relu"])
    assert [view.id for view in board.view.stage.scene.nodes.values() if view.selected] == ["conv", "relu"]
    board.session.select(["flat"])
    assert [view.id for view in board.view.stage.scene.nodes.values() if view.selected] == ["flat"]


def test_a_node_on_top_is_hit_first(show: Show) -> None:
    board = show(chain())
    spare, conv = board.graph["spare"], board.graph["conv"]
    board.drag(board.at("spare"), board.at("spare") + (board.at("conv") - board.at("spare")), CTRL)
    assert abs(board.graph["spare"].x - conv.x) < 40
    assert spare.x != board.graph["spare"].x
    board.session.select([])
    board.click(board.at("spare"))
    assert board.session.selection == ("spare",)


def test_enter_and_double_click_ask_for_parameters(show: Show) -> None:
    board = show(chain())
    asked: list[str] = []
    board.view.edit_parameter_requested.connect(asked.append)
    board.session.select(["conv"])
    board.key(Qt.Key.Key_Return)
    board.double_click(board.at("flat"))
    assert asked == ["conv", "flat"]
