"""Losses and metrics as curves."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots.curves import LEAST_HIGH, CurvesPlot, columns
from app.plots.parts import number_words
from app.theme import theme
from engine.messages.frames import Scalars
from tests.support.frames import recorded, scalars

Show = Callable[..., None]


@pytest.fixture
def plot(shown: Show) -> CurvesPlot:
    made = CurvesPlot()
    shown(made, recorded())
    return made


def drawn(plot: CurvesPlot, name: str) -> tuple[Any, Any]:
    x, y = plot.panel_of(name).lines[name].getOriginalDataset()
    return x, y


def test_each_quantity_has_a_panel_and_extras_wait_to_be_asked_for(plot: CurvesPlot) -> None:
    assert list(plot.panels) == ["loss", "accuracy", "lr"]
    assert [panel.isVisible() for panel in plot.panels.values()] == [True, True, False]
    plot.extras["lr"].click()
    plot.flush()
    assert plot.panels["lr"].isVisible()


def test_few_points_are_drawn_as_they_are(plot: CurvesPlot) -> None:
    x, y = drawn(plot, "val/loss")
    assert x.tolist() == list(range(10, 101, 10))
    assert y.tolist() == [1.0] * 10


def test_unsmoothed_a_curve_is_what_was_recorded(plot: CurvesPlot) -> None:
    plot.smoothing.setValue(0)
    plot.flush()
    x, y = drawn(plot, "train/loss")
    assert x.tolist() == list(range(1, 101))
    assert y == pytest.approx([2 * math.exp(-step / 50) for step in range(1, 101)])


def test_smoothed_the_pale_twin_is_what_was_recorded(plot: CurvesPlot) -> None:
    twin = plot.panel_of("train/loss").twins["train/loss"].getOriginalDataset()
    assert twin[1] == pytest.approx([2 * math.exp(-step / 50) for step in range(1, 101)])
    assert drawn(plot, "train/loss")[1][-1] > twin[1][-1], "a falling curve lags behind when smoothed"


def test_the_x_axis_counts_epochs_when_asked(plot: CurvesPlot) -> None:
    plot.by_epoch.click()
    plot.flush()
    assert drawn(plot, "val/loss")[0].tolist() == pytest.approx([step / 10 for step in range(10, 101, 10)])


def test_a_logarithmic_axis_leaves_out_what_is_not_positive(plot: CurvesPlot) -> None:
    assert plot.data is not None
    for step in range(101, 200):
        plot.data.add(Scalars(step=step, epoch=step / 10, values={"train/loss": 0.0}))
    plot.log.click()
    plot.flush()
    x, y = plot.panel_of("train/loss").lines["train/loss"].getData()
    assert np.isfinite(y).all()
    assert x.max() <= 100


def test_the_legend_hides_and_shows_a_curve(plot: CurvesPlot, qtbot: QtBot) -> None:
    panel = plot.panel_of("val/loss")
    qtbot.mouseClick(panel.chips["val/loss"], Qt.MouseButton.LeftButton)
    assert not panel.lines["val/loss"].isVisible()
    assert panel.lines["train/loss"].isVisible()
    plot.show_series("val/loss", True)
    assert panel.lines["val/loss"].isVisible()


def test_a_hidden_curve_stays_hidden_when_another_series_comes(plot: CurvesPlot) -> None:
    plot.show_series("val/loss", False)
    assert plot.data is not None
    plot.data.add(Scalars(step=5, epoch=0.5, values={"train/mae": 3.0}))
    plot.take([scalars(1)])
    plot.flush()
    assert "mae" in plot.panels
    assert not plot.panel_of("val/loss").chips["val/loss"].isChecked()


def test_it_follows_new_steps_until_the_user_looks_elsewhere_and_again_on_request(plot: CurvesPlot) -> None:
    box = plot.panel_of("train/loss").plot.getViewBox()

    def grow(step: int) -> None:
        assert plot.data is not None
        plot.data.add(scalars(step))
        plot.take([scalars(step)])
        plot.flush()
        box.updateAutoRange()

    grow(200)
    assert box.viewRange()[0][1] >= 200
    box.scaleBy((0.1, 0.1))
    box.sigRangeChangedManually.emit(box.mouseEnabled())
    assert not plot.follow.isChecked()
    kept = box.viewRange()
    grow(400)
    assert box.viewRange() == kept
    plot.follow.click()
    grow(500)
    assert box.viewRange()[0][1] >= 500


def test_the_cursor_shows_the_values_below_the_mouse(plot: CurvesPlot) -> None:
    panel = plot.panel_of("train/loss")
    place = panel.plot.getViewBox().mapViewToScene(QPointF(40.2, 1.0))
    panel.view.scene().sigMouseMoved.emit(place)
    assert panel.pointer.isVisible()
    assert panel.values(40.2)["train/loss"] == pytest.approx(2 * math.exp(-40 / 50))
    assert panel.chips["train/loss"]._value == number_words(2 * math.exp(-40 / 50))
    assert plot.panel_of("train/accuracy").pointer.isVisible(), "one cursor for all panels"
    panel.pointed.emit(None)
    assert not panel.pointer.isVisible()
    assert panel.chips["train/loss"]._value == number_words(2 * math.exp(-2))


@pytest.mark.parametrize(
    ("value", "words"), [(0.0042791, "0.0043"), (1.0, "1"), (12.346, "12.35"), (1e-9, "1e-09")]
)
def test_numbers_are_short(value: float, words: str) -> None:
    assert number_words(value) == words


def test_panels_stand_beside_each_other_where_there_is_little_height(plot: CurvesPlot, qtbot: QtBot) -> None:
    loss, accuracy = plot.panels["loss"], plot.panels["accuracy"]
    qtbot.waitUntil(lambda: accuracy.y() > loss.y())
    plot.resize(800, 240)
    qtbot.waitUntil(lambda: accuracy.x() > loss.x() and accuracy.y() == loss.y())


@pytest.mark.parametrize(
    ("count", "room", "across"),
    [
        (0, (600, 300), 1),
        (1, (900, 200), 1),
        (2, (600, 500), 1),
        (2, (800, 240), 2),
        (7, (640, 350), 2),
        (7, (1200, 400), 4),
    ],
)
def test_as_many_columns_as_make_panels_largest(count: int, room: tuple[int, int], across: int) -> None:
    assert columns(count, *room) == across


def test_many_panels_stay_readable_and_scroll(shown: Show, qtbot: QtBot) -> None:
    data = recorded(10)
    for place in range(7):
        name = f"val/more{place}"
        data.series[name], data.epochs[name] = data.series["val/accuracy"], data.epochs["val/accuracy"]
    made = CurvesPlot()
    shown(made, data)
    made.resize(640, 350)
    panels = [panel for panel in made.panels.values() if panel.isVisible()]
    assert len(panels) == 9
    qtbot.waitUntil(lambda: all(panel.width() >= 250 and panel.height() >= LEAST_HIGH for panel in panels))
    assert len({(panel.x(), panel.y()) for panel in panels}) == len(panels)


def test_panels_share_their_x_axis(plot: CurvesPlot) -> None:
    loss, accuracy = (plot.panels[name].plot.getViewBox() for name in ("loss", "accuracy"))
    plot.follow.setChecked(False)
    loss.setXRange(20, 30, padding=0)
    assert accuracy.viewRange()[0] == pytest.approx([20, 30], abs=0.5)


def test_another_run_starts_empty(plot: CurvesPlot) -> None:
    plot.show_data(recorded(5))
    plot.flush()
    assert len(drawn(plot, "train/loss")[0]) == 5


def test_a_million_points_are_drawn_as_few(shown: Show) -> None:
    data = recorded(10)
    steps, values = data.series["train/loss"]
    steps.extend(range(11, 1_000_001))
    values.extend([1.0] * (1_000_000 - 10))
    data.epochs["train/loss"].extend(range(11, 1_000_001))
    values[500_000] = 99.0
    made = CurvesPlot()
    made.smoothing.setValue(0)
    shown(made, data)
    x, y = drawn(made, "train/loss")
    assert len(x) < 5000
    assert y.max() == 99.0


def test_values_are_saved_as_csv(plot: CurvesPlot, tmp_path: Path) -> None:
    plot.menu.save(tmp_path / "curves.csv")
    rows = list(csv.reader((tmp_path / "curves.csv").read_text().splitlines()))
    assert rows[0] == ["series", "step", "epoch", "value"]
    assert len(rows) == 1 + 2 * 100 + 2 * 10 + 1
    assert float(rows[1][3]) == 2 * math.exp(-1 / 50)


def test_pictures_are_saved_and_copied(plot: CurvesPlot, tmp_path: Path) -> None:
    plot.menu.save(tmp_path / "curves.svg")
    drawing = ElementTree.parse(tmp_path / "curves.svg").getroot()
    assert drawing.tag.endswith("svg")
    assert any(len(line.get("d", "")) > 500 for line in drawing.iter() if line.tag.endswith("path"))
    plot.menu.save(tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    plot.menu.copy_picture()
    assert QApplication.clipboard().pixmap().width() > 100


def test_a_place_that_cannot_be_written_is_told(plot: CurvesPlot, tmp_path: Path, qtbot: QtBot) -> None:
    for ending in ("csv", "svg", "png"):
        with qtbot.waitSignal(plot.menu.failed) as told:
            plot.menu.save(tmp_path / "no such folder" / f"curves.{ending}")
        assert told.args[0].startswith(f"curves.{ending} was not written: ")


def test_colours_follow_the_theme(plot: CurvesPlot, qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    line = plot.panel_of("train/loss").lines["train/loss"]
    assert line.opts["pen"].color().name() == theme.series(0).name()
    theme.apply(qapp, "light")
