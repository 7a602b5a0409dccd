"""Plots that are seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots import LivePlot
from app.state import RunData
from app.theme import theme


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication) -> Callable[[LivePlot, RunData | None], None]:
    """Shows a plot with a run's data, drawn."""
    theme.apply(qapp, "light")

    def show(plot: LivePlot, data: RunData | None) -> None:
        qtbot.addWidget(plot)
        plot.resize(700, 500)
        with qtbot.waitExposed(plot):
            plot.show()
        plot.show_data(data)
        plot.flush()

    return show
