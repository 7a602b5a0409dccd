"""The window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.window import MainWindow
from tests.support.windows import open_window


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """A window with nothing open."""
    with open_window(qtbot) as made:
        yield made
