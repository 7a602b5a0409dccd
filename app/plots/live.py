"""What all plots share: they look at a run's data and draw it at a steady rate while they are seen."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import ClassVar, Final

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.state import RunData
from app.theme import theme
from engine.messages.frames import Frame

INTERVAL_MS: Final = 50
SHARE: Final = 0.2


class LivePlot(QWidget):
    """A view of one type of frame.

    News only marks it: a timer draws what has gathered, at most 20 times a second, less often where
    drawing takes more than a fifth of the time, and not at all while the plot is hidden. `header` is the
    row of a plot's tools, where it has one.

    Signals:
        failed(str): a sentence why something was not saved.
    """

    failed = Signal(str)
    frames: ClassVar[tuple[type[Frame], ...]] = ()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data: RunData | None = None
        self.header: QHBoxLayout | None = None
        self._timer = QTimer(self, singleShot=True, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._draw)
        self._due = False
        theme.changed.connect(self._dress)

    def show_data(self, data: RunData | None) -> None:
        """Look at another run, or at none."""
        self.data = data
        self.reset()
        self.mark()

    def take(self, frames: Iterable[Frame]) -> None:
        """New frames have been added to the data."""
        if any(isinstance(frame, self.frames) for frame in frames):
            self.mark()

    def mark(self) -> None:
        """Draw again soon."""
        self._due = True
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Draw now what is due: before a picture is taken."""
        if self._due:
            self._draw()

    def reset(self) -> None:
        """Forget what is shown: other data follows."""

    def refresh(self) -> None:
        """Show the data as it is now."""
        raise NotImplementedError

    def dress(self) -> None:
        """Take the theme's colours."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._due:
            self.mark()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange):
            self._dress()
        return super().event(event)

    def _draw(self) -> None:
        self._due = False
        self._timer.stop()
        began = time.perf_counter()
        self.refresh()
        cost_ms = (time.perf_counter() - began) * 1000
        self._timer.setInterval(max(INTERVAL_MS, round(cost_ms / SHARE)))

    def _dress(self) -> None:
        self.dress()
        self.mark()
