"""PySide6 6.12.0 on Python 3.11 loses a reference to None in every void call; after thousands the process ends."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

CALLS = 1_000


def test_void_calls_leave_the_references_to_none_where_they_were(qtbot: QtBot) -> None:
    thing = QObject()
    thing.setObjectName("warm")
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("name")
    # Python 3.12 keeps None for good: its count does not move at all.
    assert abs(sys.getrefcount(None) - before) < CALLS / 10
