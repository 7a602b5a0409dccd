"""Live pictures under the cards."""

from __future__ import annotations

import msgspec

from app.canvas.painting import pictures
from app.state import RunData
from engine.messages.frames import FeatureMaps
from tests.app.canvas.conftest import Show
from tests.app.canvas.drawings import chain
from tests.support.board import Board
from tests.support.frames import maps, scalars


def running(board: Board, run: str = "r1") -> None:
    """Make a run the session's own and the shown one."""
    board.editor.runs.show_for(board.session, run)


def arrive(board: Board, *frames: FeatureMaps) -> None:
    """Frames of the shown run arrive."""
    data = board.editor.runs.data
    assert isinstance(data, RunData)
    for frame in frames:
        data.add(frame)
    board.editor.runs.frames_arrived.emit([scalars(1), *frames])


def test_small_pictures_of_the_own_run_are_shown(show: Show) -> None:
    board = show(chain())
    before = board.picture()
    running(board)
    arrive(board, maps(node="conv"), maps(node="relu", size="large"), maps(node="nobody"))
    assert board.node("conv").frame is not None
    assert board.node("relu").frame is None
    assert board.picture() != before
    assert board.node("conv").extent[3] > board.node("conv").box[3]


def test_another_run_takes_them_away_and_coming_back_brings_them(show: Show) -> None:
    board = show(chain())
    running(board)
    arrive(board, maps(node="conv"))
    board.editor.runs.show("other")
    assert board.node("conv").frame is None
    arrive(board, maps(node="conv"))
    assert board.node("conv").frame is None


def test_they_can_be_switched_off(show: Show) -> None:
    board = show(chain())
    running(board)
    arrive(board, maps(node="conv"))
    board.view.live.enable(False)
    assert board.node("conv").frame is None
    arrive(board, maps(2, node="conv"))
    assert board.node("conv").frame is None
    board.view.live.enable(True)
    assert board.node("conv").frame is not None


def test_a_new_frame_paints_only_the_card(show: Show) -> None:
    board = show(chain())
    running(board)
    arrive(board, maps(1, node="spare"))
    board.picture()
    arrive(board, maps(2, node="spare"))
    stale = board.view.stage.frame._stale
    assert len(stale) == 1
    assert stale[0].height() < 200
    assert stale[0].width() < 300


def test_high_and_low_have_the_ends_of_the_colours(show: Show) -> None:
    board = show(chain())
    board.view.zoom_to(2.0)
    board.view.reveal("conv")
    running(board)
    frame = msgspec.structs.replace(maps(node="conv"), count=1, height=1, width=2, pixels=b"\x00\xff")
    arrive(board, frame)
    view, image = board.node("conv"), board.picture()
    y = view.y + view.height + 12
    low = image.pixelColor(board.view.stage.camera.to_view(view.x + 20, y).toPoint())
    high = image.pixelColor(board.view.stage.camera.to_view(view.x + view.width - 20, y).toPoint())
    assert low.lightnessF() < 0.25 < 0.5 < high.lightnessF()


def test_pictures_that_lie_about_their_size_are_left_out(show: Show) -> None:
    board = show(chain())
    running(board)
    arrive(board, msgspec.structs.replace(maps(node="conv"), width=10_000))
    arrive(board, msgspec.structs.replace(maps(node="relu"), count=0, pixels=b""))
    assert not board.picture().isNull()
    assert pictures._stacked(msgspec.structs.replace(maps(), width=10_000)).isNull()
