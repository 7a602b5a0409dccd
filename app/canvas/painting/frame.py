"""The frame: the scene as painted last, so that only what changed is painted again."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSizeF
from PySide6.QtGui import QPainter, QPixmap

from app.canvas.boxes import Box, from_rect

_MOST_RECTS: Final = 16
_WASTE: Final = 1.2  # how much larger than two rectangles their union may be
Paint = Callable[[QPainter, Box], None]


class Frame:
    """A picture of the widget without what gestures draw over it.

    Damage is kept in device pixels. `paint` is given a painter in widget units, clipped to a box.
    """

    def __init__(self, paint: Paint) -> None:
        self._paint = paint
        self._pixmap = QPixmap()
        self._ratio = 1.0
        self._stale: list[QRect] = []

    def resize(self, size: QSizeF, ratio: float) -> None:
        """The widget has another size or pixel ratio: all is painted again."""
        width, height = math.ceil(size.width() * ratio), math.ceil(size.height() * ratio)
        if (width, height, ratio) != (self._pixmap.width(), self._pixmap.height(), self._ratio):
            self._pixmap, self._ratio = QPixmap(max(1, width), max(1, height)), ratio
            self._pixmap.setDevicePixelRatio(ratio)
        self.damage_all()

    def damage(self, box: Box) -> None:
        """A widget box looks different."""
        ratio = self._ratio
        left, top = math.floor(box[0] * ratio) - 1, math.floor(box[1] * ratio) - 1
        rect = QRect(left, top, math.ceil(box[2] * ratio) + 2 - left, math.ceil(box[3] * ratio) + 2 - top)
        rect = rect.intersected(self._pixmap.rect())
        if rect.isEmpty() or any(stale.contains(rect) for stale in self._stale):
            return
        merged = rect
        kept = []
        for stale in self._stale:
            united = merged.united(stale)
            if _area(united) <= _WASTE * (_area(merged) + _area(stale)):
                merged = united
            else:
                kept.append(stale)
        kept.append(merged)
        self._stale = kept if len(kept) <= _MOST_RECTS else [functools.reduce(QRect.united, kept)]

    def damage_all(self) -> None:
        """Everything looks different."""
        self._stale = [self._pixmap.rect()]

    @property
    def stale(self) -> bool:
        """Whether anything must be painted again."""
        return bool(self._stale)

    def shift(self, x: float, y: float) -> None:
        """The picture moved by widget units that are whole device pixels; what comes into view is stale."""
        dx, dy = round(x * self._ratio), round(y * self._ratio)
        whole = self._pixmap.rect()
        if abs(dx) >= whole.width() or abs(dy) >= whole.height():
            self.damage_all()
            return
        for stale in self._stale:
            stale.translate(dx, dy)
        self._pixmap.scroll(dx, dy, whole)
        kept = whole.translated(dx, dy).intersected(whole)
        strips = (
            QRect(whole.left(), whole.top(), whole.width(), kept.top() - whole.top()),
            QRect(whole.left(), kept.bottom() + 1, whole.width(), whole.bottom() - kept.bottom()),
            QRect(whole.left(), kept.top(), kept.left() - whole.left(), kept.height()),
            QRect(kept.right() + 1, kept.top(), whole.right() - kept.right(), kept.height()),
        )
        self._stale = [rect for rect in (*self._stale, *strips) if not rect.isEmpty()]

    def picture(self) -> QPixmap:
        """The scene as it looks now."""
        if self._stale:
            painter = QPainter(self._pixmap)
            for rect in self._stale:
                ratio = self._ratio
                part = QRectF(rect.x() / ratio, rect.y() / ratio, rect.width() / ratio, rect.height() / ratio)
                painter.setClipRect(part)
                self._paint(painter, from_rect(part))
            painter.end()
            self._stale = []
        return self._pixmap


def _area(rect: QRect) -> int:
    return rect.width() * rect.height()
