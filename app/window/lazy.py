"""A place for a widget that is made when it is first seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


class Lazy(QWidget):
    """Makes its content after its first paint: what nobody looks at costs nothing, and no panel keeps the window
    from the screen."""

    def __init__(self, make: Callable[[], QWidget]) -> None:
        super().__init__()
        self._make = make
        self.content: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.content is None:
            QTimer.singleShot(0, self, self._make_if_seen)

    def ensure(self) -> QWidget:
        """The content, made now where it was not."""
        if self.content is None:
            self.content = self._make()
            layout = self.layout()
            assert layout is not None, "made with one"
            layout.addWidget(self.content)
        return self.content

    def _make_if_seen(self) -> None:
        if self.isVisible():
            self.ensure()
