"""Panning, zooming, fitting."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from app.canvas.camera import LARGEST, SMALLEST
from tests.app.canvas.conftest import Show
from tests.app.canvas.drawings import chain
from tests.support.board import CTRL, MIDDLE, RIGHT, SHIFT


def test_the_whole_graph_is_in_view_when_first_shown(show: Show) -> None:
    board = show(chain())
    left, top, right, bottom = board.view.stage.camera.visible
    for view in board.view.stage.scene.nodes.values():
        assert left < view.x
        assert top < view.y
        assert view.x + view.width < right
        assert view.y + view.height < bottom


@pytest.mark.parametrize("notches", [1.0, -2.0, 0.3])
def test_the_wheel_zooms_at_the_mouse(show: Show, notches: float) -> None:
    board = show(chain())
    at = QPoint(340, 210)
    before, scale = board.view.stage.camera.to_scene(QPointF(at)), board.view.stage.camera.scale
    board.wheel(at, notches)
    after = board.view.stage.camera.to_scene(QPointF(at))
    assert board.view.stage.camera.scale == pytest.approx(scale * 1.18**notches)
    assert after == pytest.approx(before, abs=1.0)


def test_zoom_has_ends(show: Show) -> None:
    board = show(chain())
    board.wheel(QPoint(10, 10), 500)
    assert board.view.stage.camera.scale == LARGEST
    board.wheel(QPoint(10, 10), -500)
    assert board.view.stage.camera.scale == SMALLEST


def test_two_fingers_pan_and_a_mouse_can_be_told_to(show: Show) -> None:
    board = show(chain())
    camera = board.view.stage.camera
    start, scale = (camera.dx, camera.dy), camera.scale
    board.wheel(QPoint(300, 300), 0, pixels=QPoint(-30, 12))
    assert (camera.dx, camera.dy) == (start[0] - 30, start[1] + 12)
    board.view.pointing = "touchpad"
    board.wheel(QPoint(300, 300), 1)
    assert camera.scale == scale
    assert camera.dy > start[1] + 12
    board.wheel(QPoint(300, 300), 1, CTRL)
    assert camera.scale > scale
    board.view.pointing = "mouse"
    scale = camera.scale
    board.wheel(QPoint(300, 300), 0, pixels=QPoint(0, 30))
    assert camera.scale > scale


def test_shift_and_wheel_pans_sideways(show: Show) -> None:
    board = show(chain())
    camera = board.view.stage.camera
    dx, dy = camera.dx, camera.dy
    board.wheel(QPoint(300, 300), 1, SHIFT)
    assert camera.dx > dx
    assert camera.dy == dy


@pytest.mark.parametrize("button", [MIDDLE, RIGHT])
def test_dragging_with_the_middle_or_right_button_pans(show: Show, button: Qt.MouseButton) -> None:
    board = show(chain())
    camera = board.view.stage.camera
    dx, dy = camera.dx, camera.dy
    board.drag(QPoint(200, 600), QPoint(280, 560), button=button)
    assert (camera.dx - dx, camera.dy - dy) == (80, -40)
    assert not board.steps


def test_space_makes_the_left_button_pan_until_it_is_let_go(show: Show) -> None:
    board = show(chain())
    camera = board.view.stage.camera
    dx = camera.dx
    QTest.keyPress(board.view, Qt.Key.Key_Space)
    board.drag(board.at("conv"), board.at("conv") + QPoint(64, 0))
    assert camera.dx == dx + 64
    QTest.keyRelease(board.view, Qt.Key.Key_Space)
    board.drag(board.at("conv"), board.at("conv") + QPoint(64, 100))
    assert camera.dx == dx + 64
    assert board.steps == ["Move node"]


def test_losing_the_keyboard_lets_held_keys_go(show: Show) -> None:
    board = show(chain())
    QTest.keyPress(board.view, Qt.Key.Key_Space)
    board.view.clearFocus()
    assert not board.view.stage.held


def test_fit_selection_shows_it_and_fit_all_everything(show: Show) -> None:
    board = show(chain())
    far = board.view.stage.camera.scale
    board.session.select(["scores"])
    board.view.fit_selection()
    near = board.view.stage.camera
    assert near.scale > far
    middle = near.to_view(*board.node("scores").centre())
    assert (middle.x(), middle.y()) == pytest.approx((600, 400), abs=2)
    board.view.fit_all()
    assert board.view.stage.camera.scale == pytest.approx(far)


def test_a_view_can_be_left_and_come_back_to(show: Show) -> None:
    board = show(chain())
    board.view.zoom_to(1.7)
    state = board.view.view_state()
    board.view.fit_all()
    board.view.restore_view(state)
    again = board.view.view_state()
    assert again.scale == state.scale
    assert (again.x, again.y) == pytest.approx((state.x, state.y), abs=1)


def test_reveal_selects_and_centres(show: Show) -> None:
    board = show(chain())
    board.view.zoom_to(3.0)
    board.view.reveal("spare")
    middle = board.view.stage.camera.to_view(*board.node("spare").centre())
    assert board.session.selection == ("spare",)
    assert (middle.x(), middle.y()) == pytest.approx((600, 400), abs=2)
    board.view.reveal("nobody")
    assert board.session.selection == ("spare",)


def test_every_change_of_view_is_told(show: Show) -> None:
    board = show(chain())
    told: list[int] = []
    board.view.view_changed.connect(lambda: told.append(1))
    board.wheel(QPoint(100, 100), 1)
    board.view.zoom_in()
    board.view.zoom_out()
    board.view.zoom_reset()
    board.drag(QPoint(200, 600), QPoint(210, 600), button=MIDDLE)
    assert len(told) >= 5
    assert board.view.stage.camera.scale == 1.0


def test_a_view_once_chosen_survives_a_resize(show: Show) -> None:
    board = show(chain())
    board.wheel(QPoint(100, 100), 2)
    before = board.view.stage.camera.dx, board.view.stage.camera.scale
    board.view.resize(900, 500)
    assert (board.view.stage.camera.dx, board.view.stage.camera.scale) == before


def test_a_view_that_was_fitted_stays_fitted_when_the_room_changes(show: Show) -> None:
    board = show(chain())
    board.view.fit_all()
    board.view.resize(700, 300)
    box, camera = board.view.stage.scene.bounds, board.view.stage.camera
    assert box is not None
    assert camera.to_view(box[0], box[1]).x() >= 0
    assert camera.to_view(box[2], box[3]).x() <= 700
    board.view.zoom_in()
    before = camera.scale
    board.view.resize(900, 500)
    assert camera.scale == before
