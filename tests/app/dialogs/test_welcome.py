"""The welcome page: from the first start to a network that learns."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.dialogs import WelcomePage
from app.dialogs.graph_picture import MARGIN, GraphPicture, placed, wire
from app.settings import examples
from app.theme import mix, theme
from engine.graph import Document, file
from engine.nodes import standard_catalog
from tests.support.blocks import residual
from tests.support.editing import digits_net, editor_of


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication) -> WelcomePage:
    theme.apply(qapp, "light")
    made = WelcomePage(editor_of(), examples(), [Path("/nets/a <b>net</b>.loom"), Path("/nets/other.loom")])
    qtbot.addWidget(made)
    made.resize(1200, 800)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_every_example_has_a_card_with_its_words(page: WelcomePage) -> None:
    assert [card.path for card in page.cards] == examples()
    assert len(page.cards) >= 5
    for card in page.cards:
        document = file.load(card.path)
        assert card.title.text() == document.title
        assert card.about.text() == document.notes.partition("\n")[0] != ""


def test_a_block_is_painted_in_the_colour_of_blocks(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    drawing = residual()
    painted = GraphPicture(drawing.document, standard_catalog())
    painted.resize(300, 124)
    board = painted.grab().toImage()
    boxes = placed(drawing.document.graph(), QRectF(painted.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN))
    seen = board.pixelColor(boxes["stage"].center().toPoint())
    assert seen == mix(theme.color("card"), theme.category("Block"), 0.35)
    assert seen != mix(theme.color("card"), theme.category(""), 0.35)


def test_a_card_opens_by_mouse_and_keyboard_and_trains(qtbot: QtBot, page: WelcomePage) -> None:
    card = page.cards[0]
    for act in (
        lambda: qtbot.mouseClick(card, Qt.MouseButton.LeftButton),
        lambda: qtbot.keyClick(card, Qt.Key.Key_Return),
    ):
        with qtbot.waitSignal(page.open_requested) as opened:
            act()
        assert opened.args == [card.path]
    with qtbot.waitSignal(page.train_requested) as trained, qtbot.assertNotEmitted(page.open_requested):
        qtbot.mouseClick(card.train, Qt.MouseButton.LeftButton)
    assert trained.args == [card.path]


def test_new_open_and_recent_files(qtbot: QtBot, page: WelcomePage) -> None:
    with qtbot.waitSignal(page.new_requested):
        qtbot.mouseClick(page.new, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.browse_requested):
        qtbot.mouseClick(page.open, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.open_requested) as opened:
        qtbot.mouseClick(page.recents[1], Qt.MouseButton.LeftButton)
    assert opened.args == [Path("/nets/other.loom")]
    page.set_recents([])
    assert page.recents == []


def test_cards_flow_with_the_width(page: WelcomePage) -> None:
    first, second = page.cards[:2]
    assert first.y() == second.y()
    page.resize(640, 800)
    QApplication.sendPostedEvents()
    assert first.x() == second.x()
    assert first.geometry().bottom() < second.geometry().top()


def test_an_example_that_cannot_be_read_is_left_out(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "bad.loom").write_text("{")
    file.save(digits_net(), tmp_path / "good.loom")
    page = WelcomePage(editor_of(), sorted(tmp_path.glob("*.loom")))
    qtbot.addWidget(page)
    assert [card.path.name for card in page.cards] == ["good.loom"]


def test_pictures_show_the_whole_graph() -> None:
    inside = QRectF(10, 10, 200, 90)
    for path in examples():
        boxes = placed(file.load(path).graph(), inside)
        assert boxes
        assert all(inside.adjusted(-1, -1, 1, 1).contains(box) for box in boxes.values())
    assert placed(Document().graph(), inside) == {}


def test_a_wire_to_the_next_line_runs_between_the_lines() -> None:
    path = wire(QRectF(200, 20, 30, 12), QRectF(10, 80, 30, 12))
    inner = [path.pointAtPercent(step / 20) for step in range(4, 17)]
    assert {round(point.y()) for point in inner} == {56}
    assert path.boundingRect().right() - 230 < MARGIN
