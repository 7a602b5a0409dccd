"""Pictures of one node's output beside each other, each pixel sharp."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import heat, theme
from engine.messages.frames import FeatureMaps

GAP: Final = 3
BARS: Final = 32
"""A vector of at most so many numbers is shown as bars."""


class MapGrid(QWidget):
    """Feature maps in a grid as square as the place allows; a short vector as bars.

    Signals:
        read(str): what is under the mouse, empty where nothing is.
    """

    read = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reading = ""
        self._maps: FeatureMaps | None = None
        self._bytes: NDArray[np.uint8] = np.empty((0, 0, 0), np.uint8)
        self._images: list[QImage] = []
        self.setMouseTracking(True)
        self.setMinimumSize(120, 80)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Feature maps")

    def show_maps(self, maps: FeatureMaps | None) -> None:
        """Show other pictures."""
        self._maps = maps
        self._bytes = _unpacked(maps)
        self._images = [_image(picture) for picture in self._bytes]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 220)

    def value_at(self, place: QPointF) -> str:
        """What is recorded at a point, in words."""
        maps = self._maps
        if maps is None or not len(self._bytes):
            return ""
        if self._as_bars:
            index = int(place.x() / max(1.0, self.width() / self._bytes.size))
            return f"{index}: {self._number(self._bytes.reshape(-1)[index])}" if index < self._bytes.size else ""
        for index, cell in enumerate(self._cells()):
            if cell.contains(place.toPoint()):
                x = int((place.x() - cell.left()) * maps.width / cell.width())
                y = int((place.y() - cell.top()) * maps.height / cell.height())
                byte = self._bytes[index, min(y, maps.height - 1), min(x, maps.width - 1)]
                return f"map {index} · row {y}, column {x} · {self._number(byte)}"
        return ""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._as_bars:
            self._paint_bars(painter)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for cell, image in zip(self._cells(), self._images, strict=False):
            painter.drawImage(cell, image)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._read(self.value_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._read("")

    def _read(self, words: str) -> None:
        self.reading = words
        self.read.emit(words)

    @property
    def _as_bars(self) -> bool:
        maps = self._maps
        return maps is not None and maps.height == 1 and maps.count == 1 and 0 < self._bytes.size <= BARS

    def _number(self, byte: int) -> str:
        assert self._maps is not None, "asked only with pictures"
        return f"{self._maps.low + int(byte) / 255 * (self._maps.high - self._maps.low):.3g}"

    def _cells(self) -> list[QRect]:
        if self._maps is None or not self._images:
            return []
        return cells(len(self._images), self._maps.width, self._maps.height, self.size(), self.devicePixelRatioF())

    def _paint_bars(self, painter: QPainter) -> None:
        assert self._maps is not None, "asked only with pictures"
        low, high = min(self._maps.low, 0.0), max(self._maps.high, 0.0)
        scale = (self.height() - 30) / ((high - low) or 1.0)
        zero = 8 + high * scale
        width = self.width() / self._bytes.size
        values = self._maps.low + self._bytes.reshape(-1) / 255 * (self._maps.high - self._maps.low)
        best = int(np.argmax(values))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, value in enumerate(values.tolist()):
            top, bottom = sorted((zero, zero - value * scale))
            size = QSize(max(1, round(width - 4)), max(1, round(bottom - top)))
            bar = QRect(QPoint(round(index * width + 2), round(top)), size)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent" if index == best else "port"))
            painter.drawRoundedRect(bar, 2, 2)
            painter.setPen(theme.color("muted"))
            room = QRect(round(index * width), self.height() - 18, round(width), 16)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), str(index))


def cells(count: int, width: int, height: int, room: QSize, ratio: float = 1.0) -> list[QRect]:
    """Where each of `count` pictures goes: as large as fits, in whole pixels of the screen where it can."""
    if not count or room.isEmpty():
        return []
    best = max(range(1, count + 1), key=lambda columns: _scale(count, columns, width, height, room))
    scale = _scale(count, best, width, height, room)
    if scale * ratio >= 1:
        scale = math.floor(scale * ratio) / ratio
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    rows = -(-count // best)
    left = max(0, (room.width() - best * (across + GAP) + GAP) // 2)
    top = max(0, (room.height() - rows * (down + GAP) + GAP) // 2)
    return [
        QRect(left + index % best * (across + GAP), top + index // best * (down + GAP), across, down)
        for index in range(count)
    ]


def _scale(count: int, columns: int, width: int, height: int, room: QSize) -> float:
    rows = -(-count // columns)
    across = (room.width() - (columns - 1) * GAP) / (columns * width)
    return min(across, (room.height() - (rows - 1) * GAP) / (rows * height))


def _unpacked(maps: FeatureMaps | None) -> NDArray[np.uint8]:
    """Pictures as (count, height, width); a long vector is folded into rows."""
    if maps is None or len(maps.pixels) < maps.count * maps.height * maps.width:
        return np.empty((0, 0, 0), np.uint8)
    read = np.frombuffer(maps.pixels, np.uint8, maps.count * maps.height * maps.width)
    return read.reshape(maps.count, maps.height, maps.width)


def _image(picture: NDArray[np.uint8]) -> QImage:
    height, width = picture.shape
    content = np.ascontiguousarray(picture).tobytes()
    image = QImage(content, width, height, width, QImage.Format.Format_Indexed8).copy()
    image.setColorTable(list(heat()))
    return image


def ramp() -> QImage:
    """The colours from low to high, one pixel each."""
    return _image(np.arange(256, dtype=np.uint8)[None, :])
