"""Feature maps, the sample they are of, and the progress of a run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots.feature_maps import FeatureMapsPlot, title_of
from app.plots.map_grid import GAP, MapGrid, cells
from app.plots.progress import ProgressView, fact_words, status_words
from app.plots.sample import SampleView, image_of
from app.theme import theme
from engine.messages.frames import FeatureMaps, Samples
from tests.support.frames import maps, progress, recorded, sample

Show = Callable[..., None]


@pytest.fixture
def plot(shown: Show) -> FeatureMapsPlot:
    made = FeatureMapsPlot()
    made.show_node("conv1")
    shown(made, recorded())
    return made


def test_the_title_says_what_is_shown(plot: FeatureMapsPlot) -> None:
    assert plot.title.text() == "conv1 · 2×3×4 · step 1"
    assert title_of("", None) == "No node is selected"
    assert title_of("fc9", None) == "fc9 · no picture yet"
    cut = FeatureMaps(
        step=1, node="a", sample=0, shape=(64, 8, 8), count=16, height=8, width=8, low=0, high=1, pixels=b""
    )
    assert title_of("a", cut) == "a · 64×8×8 · first 16 of 64 · step 1"


def test_the_mouse_reads_map_place_and_value(plot: FeatureMapsPlot) -> None:
    second = plot.grid._cells()[1]
    middle = QPointF(second.left() + second.width() * 2.5 / 4, second.top() + second.height() * 1.5 / 3)
    assert plot.grid.value_at(middle) == f"map 1 · row 1, column 2 · {-1 + 18 / 255 * 2:.3g}"
    assert plot.grid.value_at(QPointF(-5, -5)) == ""


def test_what_is_under_the_mouse_takes_the_place_of_the_title(plot: FeatureMapsPlot, qtbot: QtBot) -> None:
    qtbot.mouseMove(plot.grid, plot.grid._cells()[0].center())
    qtbot.waitUntil(lambda: plot.title.text().startswith("map 0 · row 1"))
    plot.flush()
    plot.grid.leaveEvent(QEvent(QEvent.Type.Leave))
    assert plot.title.text() == "conv1 · 2×3×4 · step 1"


def test_another_sample_is_asked_for_by_number(plot: FeatureMapsPlot, qtbot: QtBot) -> None:
    assert plot.sample.maximum() == 49
    with qtbot.waitSignal(plot.sample_wanted) as asked:
        plot.sample.setValue(7)
    assert asked.args == [7]


def test_the_number_follows_the_picture_without_asking(plot: FeatureMapsPlot, qtbot: QtBot) -> None:
    assert plot.data is not None
    with qtbot.assertNotEmitted(plot.sample_wanted):
        plot.data.add(maps(step=9, size="large", sample=12))
        plot.mark()
        plot.flush()
    assert plot.sample.value() == 12


def test_the_rows_of_a_csv_hold_every_pixel(plot: FeatureMapsPlot) -> None:
    rows = list(plot.rows())
    assert len(rows) == 1 + 24
    assert rows[1] == (0, 0, 0, -1.0)
    assert rows[1 + 18][:3] == (1, 1, 2)


@pytest.mark.parametrize("count", [1, 2, 6, 7, 16, 64])
@pytest.mark.parametrize("room", [QSize(300, 200), QSize(1000, 120), QSize(90, 700)])
def test_pictures_fit_the_room_without_touching(count: int, room: QSize) -> None:
    found = cells(count, 12, 12, room)
    assert len(found) == count
    for index, cell in enumerate(found):
        assert cell.left() >= 0
        assert cell.top() >= 0
        assert cell.right() < room.width() + GAP
        assert cell.bottom() < room.height() + GAP
        assert not any(cell.intersects(other) for other in found[:index])
        assert abs(cell.width() - cell.height()) <= 1


def test_small_pictures_are_scaled_by_whole_screen_pixels() -> None:
    assert cells(1, 28, 28, QSize(300, 200))[0].size() == QSize(28 * 7, 28 * 7)
    assert cells(1, 28, 28, QSize(150, 100), ratio=2.0)[0].size() == QSize(98, 98)


def vector(values: bytes) -> FeatureMaps:
    return FeatureMaps(
        step=1, node="fc", sample=0, shape=(len(values),), count=1, height=1, width=len(values),
        low=-1.0, high=3.0, pixels=values,
    )  # fmt: skip


def test_a_short_vector_is_read_as_bars(qtbot: QtBot) -> None:
    grid = MapGrid()
    qtbot.addWidget(grid)
    grid.resize(300, 200)
    grid.show_maps(vector(bytes([0, 255, 64])))
    assert grid.value_at(QPointF(150, 50)) == "1: 3"
    picture = grid.grab().toImage()
    assert picture.pixelColor(QPoint(150, 20)).name() == theme.color("accent").name(), "the largest stands out"


def test_torn_pictures_show_nothing(qtbot: QtBot) -> None:
    grid = MapGrid()
    qtbot.addWidget(grid)
    torn = FeatureMaps(
        step=1, node="a", sample=0, shape=(9,), count=9, height=9, width=9, low=0, high=1, pixels=b"\0"
    )
    grid.show_maps(torn)
    assert grid.value_at(QPointF(5, 5)) == ""
    assert not grid.grab().isNull()


def test_the_sample_is_shown_with_label_and_prediction(shown: Show) -> None:
    view = SampleView()
    shown(view, recorded())
    assert (view.label.text(), view.prediction.text()) == ("Label 9", "Predicted 9")
    image = image_of(sample())
    assert [image.pixelColor(x, y).red() for y in (0, 1) for x in (0, 1)] == [0x00, 0x40, 0x80, 0xFF]


@pytest.mark.parametrize(("prediction", "role"), [("9", "success"), ("4", "error")])
def test_a_wrong_prediction_looks_wrong(shown: Show, qapp: QApplication, prediction: str, role: str) -> None:
    data = recorded()
    data.add(sample(prediction=prediction))
    view = SampleView()
    shown(view, data)
    colour = view.prediction.palette().color(view.prediction.palette().ColorRole.WindowText)
    assert colour.name() == theme.color(role).name()


def test_what_is_no_picture_is_none() -> None:
    odd = Samples(step=1, index=0, total=1, height=2, width=2, channels=2, pixels=bytes(8))
    torn = Samples(step=1, index=0, total=1, height=2, width=2, channels=3, pixels=bytes(8))
    assert image_of(None).isNull()
    assert image_of(odd).isNull()
    assert image_of(torn).isNull()


def test_progress_in_words_and_bars(shown: Show) -> None:
    view = ProgressView()
    shown(view, recorded())
    assert view.status.text() == "Epoch 3 of 20"
    assert view.facts.text() == "step 200 · 8,100 samples/s · 1:12 left · cpu"
    assert (view.epochs.value(), view.epochs.maximum()) == (25, 200)
    assert (view.batches.value(), view.batches.maximum()) == (5, 10)


def test_without_room_the_words_stay(shown: Show, qtbot: QtBot) -> None:
    view = ProgressView()
    shown(view, recorded())
    view.resize(view.status.sizeHint().width() + 30, 26)
    assert not view.epochs.isVisible()
    qtbot.waitUntil(lambda: view.status.width() >= view.status.sizeHint().width())


def test_a_finished_run_has_no_time_left() -> None:
    assert status_words(progress("finished", epoch=20)) == "Finished · epoch 20 of 20"
    assert "left" not in fact_words(progress("finished"))


def test_facts_give_way_where_there_is_no_room(shown: Show, qtbot: QtBot) -> None:
    view = ProgressView()
    shown(view, recorded())
    assert view.facts.isVisible()
    view.resize(300, 30)
    assert not view.facts.isVisible()
    assert view.status.isVisible()


def test_keys_of_the_spin_box_do_not_scroll_the_plot(plot: FeatureMapsPlot, qtbot: QtBot) -> None:
    plot.sample.setFocus()
    qtbot.keyClick(plot.sample, Qt.Key.Key_Up)
    assert plot.sample.value() == 1
