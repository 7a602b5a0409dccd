"""Panels in front."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.theme import theme


@pytest.fixture
def in_front(qtbot: QtBot, qapp: QApplication) -> Callable[[QWidget], None]:
    """Shows a widget and gives it the keyboard."""
    theme.apply(qapp, "light")

    def show(widget: QWidget) -> None:
        qtbot.addWidget(widget)
        widget.resize(320, 700)
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()

    return show
