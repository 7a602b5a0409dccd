"""The steady rate at which plots draw."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots import LivePlot
from app.theme import theme
from engine.messages.frames import Scalars
from tests.support.frames import progress, recorded, scalars


class Counting(LivePlot):
    """A plot that counts how often it draws."""

    frames = (Scalars,)
    drawn = 0

    def refresh(self) -> None:
        self.drawn += 1


def test_a_burst_of_frames_is_drawn_once(qtbot: QtBot) -> None:
    plot = Counting()
    qtbot.addWidget(plot)
    with qtbot.waitExposed(plot):
        plot.show()
    plot.show_data(recorded(1))
    for step in range(500):
        plot.take([scalars(step)])
    qtbot.waitUntil(lambda: plot.drawn > 0)
    assert plot.drawn == 1


def test_frames_of_other_types_are_not_its_business(qtbot: QtBot) -> None:
    plot = Counting()
    qtbot.addWidget(plot)
    plot.take([progress()])
    plot.flush()
    assert plot.drawn == 0


def test_a_hidden_plot_draws_when_it_shows(qtbot: QtBot) -> None:
    plot = Counting()
    qtbot.addWidget(plot)
    plot.take([scalars(1)])
    assert not plot._timer.isActive()
    plot.show()
    qtbot.waitUntil(lambda: plot.drawn == 1)
    plot.hide()
    plot.take([scalars(2)])
    assert not plot._timer.isActive()


def test_another_theme_is_drawn(qtbot: QtBot, qapp: QApplication) -> None:
    plot = Counting()
    qtbot.addWidget(plot)
    theme.apply(qapp, "dark" if theme.name == "light" else "light")
    plot.flush()
    assert plot.drawn == 1
