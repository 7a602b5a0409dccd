"""Every frame type has a plot that shows it."""

from __future__ import annotations

from typing import get_args

import pytest
from pytestqt.qtbot import QtBot

from app.dashboard.view import has
from app.plots import PLOTS, LivePlot, plot_class
from app.state import RunData
from engine.messages.frames import Frame
from tests.support.frames import recorded

FRAMES = get_args(Frame)


def test_the_table_holds_each_frame_type_once() -> None:
    assert set(PLOTS) == set(FRAMES)
    assert len(set(PLOTS.values())) == len(FRAMES)


@pytest.mark.parametrize("frame", FRAMES)
def test_its_plot_takes_frames_of_the_type(frame: type[Frame]) -> None:
    assert issubclass(plot_class(frame), LivePlot)
    assert plot_class(frame).frames == (frame,)


@pytest.mark.parametrize("frame", FRAMES)
def test_its_plot_draws_something_once_there_is_data(frame: type[Frame], qtbot: QtBot) -> None:
    plot = plot_class(frame)()
    qtbot.addWidget(plot)
    plot.resize(400, 300)
    plot.show_data(RunData("empty"))
    plot.flush()
    empty = plot.grab().toImage()
    plot.show_data(recorded())
    if hasattr(plot, "show_node"):
        plot.show_node("conv1")
    plot.flush()
    assert plot.grab().toImage() != empty


@pytest.mark.parametrize("frame", FRAMES)
def test_what_is_recorded_is_known_to_be_there(frame: type[Frame]) -> None:
    assert not has(RunData("empty"), frame)
    assert has(recorded(), frame)
