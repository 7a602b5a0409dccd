"""Menu: click with the right button for the context menu, drag with it to pan."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.canvas.gestures.gesture import Gesture, Pointer, Press
from app.canvas.stage import Stage


class Menu(Gesture):
    """Open the context menu of what is under the mouse."""

    order = 18

    def __init__(self, stage: Stage, press: Press) -> None:
        super().__init__(stage, press)
        self._last = press.view
        id = press.hit.node
        if id and id not in stage.session.selection:
            stage.session.select([id])

    @classmethod
    def begins(cls, _stage: Stage, press: Press) -> bool:
        return press.button == Qt.MouseButton.RightButton

    def moved(self, pointer: Pointer) -> None:
        way = pointer.view - self._last
        self._last = pointer.view
        self.stage.pan(way.x(), way.y())

    def clicked(self, pointer: Pointer) -> None:
        self.stage.menu_wanted.emit(pointer.view)
