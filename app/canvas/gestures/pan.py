"""Pan: drag with the middle button, or with Space held."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.canvas.gestures.gesture import Gesture, Pointer, Press
from app.canvas.stage import Stage


class Pan(Gesture):
    """Drag the canvas itself."""

    order = 10
    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, stage: Stage, press: Press) -> None:
        super().__init__(stage, press)
        self._last = press.view

    @classmethod
    def begins(cls, stage: Stage, press: Press) -> bool:
        return press.button == Qt.MouseButton.MiddleButton or (press.left and Qt.Key.Key_Space in stage.held)

    def follow(self, pointer: Pointer) -> None:
        way = pointer.view - self._last
        self._last = pointer.view
        self.stage.pan(way.x(), way.y())
