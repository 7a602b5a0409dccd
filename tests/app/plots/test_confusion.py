"""The confusion matrix of an epoch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots.confusion import ConfusionPlot, TableGrid
from app.theme import heat, theme
from engine.messages.frames import ConfusionMatrix
from tests.support.frames import recorded, table

Show = Callable[..., None]


@pytest.fixture
def plot(shown: Show) -> ConfusionPlot:
    made = ConfusionPlot()
    data = recorded()
    data.add(table("train", epoch=3))
    shown(made, data)
    return made


def test_held_out_samples_come_first_and_the_others_are_a_choice_away(plot: ConfusionPlot) -> None:
    assert [plot.choice.itemText(index) for index in range(2)] == ["val/confusion", "train/confusion"]
    assert plot.title.text() == "Epoch 2 · 20 answers"
    plot.choice.setCurrentIndex(1)
    plot.choice.activated.emit(1)
    plot.flush()
    assert plot.title.text() == "Epoch 3 · 20 answers"
    assert plot.data is not None
    plot.data.add(table("train", epoch=4))
    plot.take([table("train", epoch=4)])
    plot.flush()
    assert plot.title.text() == "Epoch 4 · 20 answers"


def test_the_mouse_reads_who_was_taken_for_whom(plot: ConfusionPlot, qtbot: QtBot) -> None:
    grid = plot.grid
    assert grid.value_at(grid.cell(0, 0).center()) == "cat · found: 8 (80%)"
    assert grid.value_at(grid.cell(1, 0).center()) == "dog · taken for cat: 5 (50%)"
    assert grid.value_at(grid.cell(2, 1).center()) == "bird · taken for dog: 0 (0%)"
    qtbot.mouseMove(grid, grid.cell(0, 2).center().toPoint())
    qtbot.waitUntil(lambda: plot.title.text() == "cat · taken for bird: 2 (20%)")
    grid.leaveEvent(QEvent(QEvent.Type.Leave))
    assert plot.title.text() == "Epoch 2 · 20 answers"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_are_shares_of_a_row(plot: ConfusionPlot, qapp: QApplication, scheme: str) -> None:
    theme.apply(qapp, scheme)  # type: ignore[arg-type]
    plot.flush()
    image = plot.grid.grab().toImage()
    ratio = image.devicePixelRatio()
    for row, column, share in ((0, 0, 0.8), (1, 1, 0.5), (2, 2, 0.0), (0, 1, 0.0)):
        corner = plot.grid.cell(row, column).topLeft()
        pixel = image.pixelColor(round((corner.x() + 3) * ratio), round((corner.y() + 3) * ratio))
        assert pixel == QColor.fromRgb(heat()[round(share * 255)])


def test_what_is_taken_along_are_the_counts(plot: ConfusionPlot) -> None:
    rows = list(plot.rows())
    assert rows[0] == ("true", "found", "count")
    assert rows[4] == ("dog", "cat", 5)
    assert len(rows) == 10


def test_many_classes_and_tables_of_odd_size_are_painted_or_left_out(qtbot: QtBot) -> None:
    grid = TableGrid()
    qtbot.addWidget(grid)
    grid.resize(160, 120)
    names = [f"a long class name {number}" for number in range(100)]
    many = ConfusionMatrix(step=1, node="a", part="val", epoch=1, labels=names, counts=[1] * 10_000)
    empty = grid.grab().toImage()
    grid.show_table(many)
    assert grid.grab().toImage() != empty
    grid.show_table(ConfusionMatrix(step=1, node="a", part="val", epoch=1, labels=["x"], counts=[1, 2]))
    assert grid.grab().toImage() == empty
