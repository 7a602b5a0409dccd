"""What is painted: partial frames equal whole ones, sharp at each ratio, less from afar."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QSizeF
from PySide6.QtGui import QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app.canvas.painting import Detail, cards, wires
from app.canvas.stage import Stage
from app.theme import theme
from engine.errors import EditError
from engine.graph import Document, MoveNodes, Node, SetParams
from tests.app.canvas.conftest import Show
from tests.app.canvas.drawings import branch, broken, chain, edge
from tests.support.board import Board
from tests.support.editing import current, digits_net, editor_of
from tests.support.edits import Editor


def stage_of(document: Document, ratio: float = 1.0, size: QSizeF | None = None) -> Stage:
    """A canvas without a widget, at any pixel ratio."""
    editor = editor_of(document)
    stage = Stage(editor, current(editor), editor)
    current(editor).changed.connect(stage.scene.follow)
    current(editor).selection_changed.connect(stage.scene.select)
    stage.resize(size or QSizeF(640, 400), ratio)
    stage.fit(stage.scene.bounds)
    return stage


def painted(stage: Stage) -> QImage:
    """The frame now."""
    stage.scene.refresh()
    return stage.frame.picture().toImage()


def repainted(stage: Stage) -> QImage:
    """The frame, all of it painted again."""
    stage.frame.damage_all()
    return painted(stage)


def pixels(image: QImage) -> np.ndarray:
    """Height × width × 3 channels."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(bytes(plain.constBits()), np.uint8)
    return raw.reshape(plain.height(), plain.width(), 4)[:, :, :3].astype(int)


def differing(one: QImage, other: QImage) -> int:
    """How many pixels differ by more than the smoothing of a line that is cut at a fraction of a unit may."""
    return int((np.abs(pixels(one) - pixels(other)).max(axis=2) > 48).sum())


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("seed", range(4))
def test_partial_painting_gives_the_same_picture_as_painting_all(
    qapp: QApplication, ratio: float, seed: int
) -> None:
    stage = stage_of(branch(), ratio)
    session, rng = stage.session, random.Random(seed)
    painted(stage)
    for _ in range(6):
        match rng.randrange(5):
            case 0:
                session.apply(MoveNodes({"upper": (rng.uniform(0, 600), rng.uniform(0, 300))}), "Move")
            case 1:
                session.apply(SetParams("lower", {"out_channels": rng.randint(1, 99)}), "Set")
            case 2:
                session.select(rng.sample(list(session.graph), 2))
            case 3:
                stage.pan(rng.uniform(-60, 60), rng.uniform(-60, 60))
            case 4:
                stage.hover(rng.choice(["image", "sum", ""]))
        partly, wholly = painted(stage), repainted(stage)
        assert partly == wholly if ratio.is_integer() else not differing(partly, wholly)


def test_random_edits_are_painted_completely(qapp: QApplication) -> None:
    stage = stage_of(chain())
    editor = Editor(stage.session.document, stage.session.catalog, random.Random(5))
    for _ in range(40):
        try:
            stage.session.apply(editor.edit(), "Edit")
        except EditError:
            continue
        assert not differing(painted(stage), repainted(stage))


def test_moving_one_node_paints_a_small_part(qapp: QApplication) -> None:
    stage = stage_of(chain(), size=QSizeF(1000, 800))
    painted(stage)
    assert not stage.frame.stale
    stage.session.apply(MoveNodes({"spare": (620, 310)}), "Move")
    area = sum(rect.width() * rect.height() for rect in stage.frame._stale)
    assert 0 < area < 0.1 * 1000 * 800


def test_panning_paints_only_what_comes_into_view(qapp: QApplication) -> None:
    stage = stage_of(chain())
    painted(stage)
    stage.pan(12, -7)
    area = sum(rect.width() * rect.height() for rect in stage.frame._stale)
    assert area <= 12 * 400 + 7 * 640


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0, 3.0])
@pytest.mark.parametrize("scale", [0.05, 0.2, 0.3, 0.4, 0.7, 1.0, 2.5])
def test_every_detail_at_every_ratio(qapp: QApplication, ratio: float, scale: float) -> None:
    stage = stage_of(broken(), ratio)
    stage.session.select(["conv", "two"])
    stage.zoom_to(scale)
    image = repainted(stage)
    assert (image.width(), image.height()) == (round(640 * ratio), round(400 * ratio))
    assert (
        len(
            {image.pixelColor(x, y).rgb() for x in range(0, image.width(), 3) for y in range(0, image.height(), 5)}
        )
        > 2
    )


def test_edges_of_cards_lie_on_device_pixels(qapp: QApplication) -> None:
    for ratio in (1.0, 1.5, 2.0):
        stage = stage_of(Document.of([Node("a", "relu", {}, 10.3, 20.7)]), ratio)
        stage.zoom_to(0.9)
        image = repainted(stage)
        view = stage.scene.nodes["a"]
        corner = stage.camera.to_view(view.x, view.y)
        row = round((corner.y() + view.height * 0.9 / 2 + 14) * ratio)
        column = round(corner.x() * ratio) + round(view.width * stage.camera.scale * ratio)
        fill = image.pixelColor(column - round(6 * ratio), row)
        border = image.pixelColor(column - 1, row)
        assert border != fill
        inner = image.pixelColor(column - round(2.5 * ratio) - 1, row)
        assert inner == fill


def test_wires_are_as_thick_on_a_dense_screen(qapp: QApplication) -> None:
    thick = []
    for ratio in (1.0, 3.0):
        stage = stage_of(chain(), ratio)
        stage.zoom_to(1.0)
        stage.shot(QPainter(), (0, 0, 1, 1))
        thick.append(wires.pen(stage.shot(QPainter(), (0, 0, 1, 1)), "ok", "Linear").widthF() / ratio)
    assert thick[0] == pytest.approx(thick[1])


def test_details_come_step_by_step() -> None:
    details = [Detail.at(scale) for scale in (0.1, 0.3, 0.4, 0.5, 1.0, 1.49, 1.5, 3.0)]
    assert details == sorted(details)
    assert details[0] is Detail.BLOCKS
    assert details[-1] is Detail.NEAR
    assert details[2:5] == [Detail.NAMES, Detail.COMPACT, Detail.NORMAL]


def test_texts_are_plain(qapp: QApplication) -> None:
    """A name that looks like HTML is painted as written: another tag, another picture."""
    pictures = []
    for title in ("<b></b>", "<i></i>"):
        stage = stage_of(Document.of([Node("a", "relu", {}, 0, 0, title)]))
        pictures.append(repainted(stage))
    assert pictures[0] != pictures[1]


def test_both_themes_differ_and_the_canvas_follows(show: Show, qapp: QApplication) -> None:
    board = show(chain())
    dark = board.picture()
    theme.apply(qapp, "light")
    light = board.picture()
    assert dark.pixelColor(5, 5) != light.pixelColor(5, 5)
    assert light.pixelColor(5, 5).lightnessF() > 0.8
    theme.apply(qapp, "dark")
    assert board.picture() == dark


def test_an_empty_canvas_says_what_to_do(show: Show) -> None:
    board = show()
    empty = board.picture()
    board.view.add_kind("relu", {}, (0.0, 0.0))
    board.session.undo()
    assert board.picture() == empty
    board.session.redo()
    assert board.picture() != empty


def test_hovering_long_dims_what_is_not_on_the_path(show: Show, qtbot: QtBot) -> None:
    board = show(chain())
    board.move(board.at("conv"))
    qtbot.waitUntil(lambda: bool(board.view.hand.path))
    assert board.view.hand.path == {"image", "conv", "relu", "flat", "scores"}
    on, off = board.at("relu", 0.5, 0.9), board.at("spare", 0.5, 0.9)
    during = board.picture()
    board.move(board.empty())
    assert not board.view.hand.path
    after = board.picture()
    assert during.pixelColor(on) == after.pixelColor(on)
    assert during.pixelColor(off) != after.pixelColor(off)


@pytest.fixture
def tip(show: Show) -> Iterator[object]:
    """Asks for the tool tip at a point of a board."""

    def ask(board: Board, at: QPointF) -> str:
        point = at.toPoint()
        QApplication.sendEvent(board.view, QHelpEvent(QEvent.Type.ToolTip, point, board.view.mapToGlobal(point)))
        return QToolTip.text()

    yield ask
    QToolTip.hideText()


def test_tool_tips_say_help_shapes_and_cost_and_escape_html(show: Show, tip: object) -> None:
    assert callable(tip)
    board = show(chain())
    text = tip(board, QPointF(board.at("conv")))
    assert "40 parameters" in text
    assert "4 channels" in text
    assert "26 height" in text
    assert "28 width" in tip(board, QPointF(board.wire(edge("image", "conv"))))
    assert "output" in tip(board, QPointF(board.port("conv", out=True)))
    broke = show(broken())
    text = tip(broke, QPointF(broke.at("conv")))
    assert "<img" not in text
    assert "&lt;img" in text


def test_nothing_under_the_mouse_has_no_tip(show: Show, tip: object) -> None:
    assert callable(tip)
    board = show(chain())
    assert tip(board, QPointF(board.empty())) == ""


def test_accessible(show: Show) -> None:
    board = show(chain())
    assert board.view.accessibleName() == "Canvas"
    assert board.view.accessibleDescription()


def test_a_frozen_node_wears_a_flake_and_says_so() -> None:
    stage = stage_of(digits_net())
    view = stage.scene.nodes["hidden"]
    before = repainted(stage)
    plain = cards._caption(view)
    stage.session.apply(SetParams("hidden", {"frozen": True}), "Freeze")
    frozen = cards._caption(stage.scene.nodes["hidden"])
    assert frozen == plain.replace("parameters", "parameters, frozen")
    assert not np.array_equal(pixels(before), pixels(painted(stage)))
