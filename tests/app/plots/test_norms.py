"""Gradient norms as a heat map."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from app.plots.norms import NormsPlot, _powers, resampled
from app.state import RunData
from engine.messages.frames import LayerNorms
from tests.support.frames import NODES, norms, recorded

Show = Callable[..., None]


@pytest.fixture
def plot(shown: Show) -> NormsPlot:
    made = NormsPlot()
    shown(made, recorded())
    return made


def test_rows_are_layers_in_order_of_depth_and_colours_powers_of_ten(plot: NormsPlot) -> None:
    image = plot.image.image
    assert image.shape[0] == len(NODES)
    assert image[:, 0].tolist() == pytest.approx([-2, -1, 0])
    ticks = plot.plot.getAxis("left")._tickLevels[0]
    assert [name for _, name in ticks] == NODES
    assert plot.plot.getViewBox().yInverted(), "the first layer is on top"


def test_layers_are_named_where_there_is_room(plot: NormsPlot) -> None:
    many = [f"stage.{number}.conv" for number in range(60)]
    data = RunData("deep")
    data.add(LayerNorms(step=1, nodes=many, gradients=[1.0] * 60, ratios=[0.1] * 60))
    plot.show_data(data)
    plot.flush()
    names = plot.plot.getAxis("left")._tickLevels[0]
    apart = plot.plot.getViewBox().height() / 60 * (names[1][0] - names[0][0])
    assert apart >= plot.fontMetrics().height() * 0.85
    assert names[0][1] == many[0]
    plot.resize(plot.width(), 3 * plot.height())
    plot.flush()
    assert len(plot.plot.getAxis("left")._tickLevels[0]) > len(names)


def test_the_update_ratio_is_shown_when_asked(plot: NormsPlot) -> None:
    plot.quantity.setCurrentIndex(1)
    plot.flush()
    assert (10 ** plot.image.image[:, 0]).tolist() == pytest.approx([0.001, 0.002, 0.003])


def test_new_frames_are_added_to_those_converted(plot: NormsPlot) -> None:
    assert plot.data is not None
    before = len(plot.data.norms)
    for step in (110, 120):
        plot.data.add(norms(step))
    plot.take([norms(120)])
    plot.flush()
    assert plot._history.read(0)[0].tolist() == [*range(10, 101, 10), 110, 120]
    assert plot._history.read(0)[1].shape == (before + 2, len(NODES))


def test_thinned_data_is_read_anew(plot: NormsPlot) -> None:
    data = plot.data
    assert data is not None
    del data.norms[1::2]
    data.thinned += 1
    plot.mark()
    plot.flush()
    assert plot._history.read(0)[0].tolist() == [frame.step for frame in data.norms]


def test_a_gradient_of_nothing_has_no_colour(shown: Show) -> None:
    data = RunData("r")
    data.add(LayerNorms(step=1, nodes=["a", "b"], gradients=[0.0, 1.0], ratios=[0.0, 0.0]))
    made = NormsPlot()
    shown(made, data)
    assert np.isnan(made.image.image[0]).all()
    assert made.image.image[1].tolist() == pytest.approx([0.0] * made.image.image.shape[1])


def test_the_cursor_names_layer_step_and_value(plot: NormsPlot) -> None:
    box = plot.plot.getViewBox()
    plot.surface.scene().sigMouseMoved.emit(box.mapViewToScene(QPointF(45, 1.5)))
    assert plot.reading.text() == "conv2 · step 45 · 0.1"
    assert plot.value_at(5, 0) is None, "before the first record"
    assert plot.value_at(45, 7) is None


def test_columns_hold_what_was_recorded_last() -> None:
    steps, values = np.array([1.0, 2.0, 9.0]), np.array([[1.0], [2.0], [9.0]])
    grid, first, last = resampled(steps, values, 9)
    assert (first, last) == (1.0, 9.0)
    assert grid.shape == (1, 3)
    grid, *_ = resampled(np.arange(1.0, 101), np.arange(1.0, 101)[:, None], 10)
    assert grid[0].tolist() == np.floor(np.linspace(1, 100, 10)).tolist()


@pytest.mark.parametrize("low", [-7.3, -2.0, 0.1])
@pytest.mark.parametrize("span", [0.5, 2.0, 9.0])
def test_the_colour_bar_has_some_ticks_in_its_range(low: float, span: float) -> None:
    ticks = _powers(low, low + span)
    assert 1 <= len(ticks) <= 10
    for place, name in ticks:
        assert low <= place <= low + span
        assert float(name) == pytest.approx(10**place, rel=0.01)
