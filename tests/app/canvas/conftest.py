"""Canvases in front."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme import theme
from engine.graph import Document
from tests.support.board import Board

Show = Callable[..., Board]


@pytest.fixture
def show(qtbot: QtBot, qapp: QApplication) -> Iterator[Show]:
    """Shows a document on a canvas that has the keyboard; all is put away after the test."""
    theme.apply(qapp, "dark")
    boards: list[Board] = []

    def make(document: Document | None = None, width: int = 1200, height: int = 800) -> Board:
        board = Board(document or Document(), width, height)
        boards.append(board)
        with qtbot.waitActive(board.view):
            board.view.show()
            board.view.activateWindow()
        board.view.setFocus()
        return board

    yield make
    for board in boards:
        board.close()
