"""Live pictures: what a node gives for one sample, below its card."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from app.canvas.card import PICTURE_GAP, PICTURE_HEIGHT, VECTOR_HEIGHT, NodeView
from app.canvas.painting.shot import Shot
from app.theme import heat
from engine.messages.frames import FeatureMaps

_GAP: Final = 2.0


def paint(shot: Shot, view: NodeView) -> None:
    """Paint a node's picture, the painter standing at its card's corner."""
    frame = view.frame
    if frame is None:
        return
    if view.picture is None:
        view.picture = _stacked(frame)
    if view.picture.isNull():
        return
    painter = shot.painter
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    top = view.height + PICTURE_GAP
    if frame.height == 1:
        painter.drawPixmap(
            QRectF(0, top, view.width, VECTOR_HEIGHT), view.picture, QRectF(0, 0, frame.width, frame.count)
        )
    else:
        for index, place in enumerate(_places(frame, view.width)):
            source = QRectF(0, index * frame.height, frame.width, frame.height)
            painter.drawPixmap(place.translated(0, top), view.picture, source)
    painter.setPen(shot.look.pen(shot.look.color("card_border"), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if frame.height == 1:
        painter.drawRect(QRectF(0, top, view.width, VECTOR_HEIGHT))


def _stacked(frame: FeatureMaps) -> QPixmap:
    rows = frame.count * frame.height
    if frame.width < 1 or rows < 1 or len(frame.pixels) < frame.width * rows:
        return QPixmap()
    image = QImage(frame.pixels, frame.width, rows, frame.width, QImage.Format.Format_Indexed8)
    image.setColorTable(heat())
    return QPixmap.fromImage(image)


def _places(frame: FeatureMaps, room: float) -> list[QRectF]:
    side, columns = max(_fit(frame, room, rows) for rows in (1, 2, 3, 4))
    high = side * frame.height
    wide = side * frame.width
    places = [
        QRectF((index % columns) * (wide + _GAP), (index // columns) * (high + _GAP), wide, high)
        for index in range(frame.count)
    ]
    shift = (room - (columns * (wide + _GAP) - _GAP)) / 2
    return [place.translated(shift, 0) for place in places]


def _fit(frame: FeatureMaps, room: float, rows: int) -> tuple[float, int]:
    columns = -(-frame.count // rows)
    high = (PICTURE_HEIGHT - (rows - 1) * _GAP) / rows / frame.height
    wide = (room - (columns - 1) * _GAP) / columns / frame.width
    return max(0.0, min(high, wide)), columns
