"""Background: the canvas and its dots, which thin out while zooming away."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen, QPolygonF

from app.canvas.boxes import Box, to_rect
from app.canvas.painting.shot import Shot

SPACING: Final = 24.0
_FINEST: Final = 20.0  # widget units between dots, at least
_FULL: Final = 34.0
_COARSER: Final = 4


def paint(shot: Shot) -> None:
    """Paint the background of a box."""
    canvas = shot.look.color("canvas")
    view = shot.camera.box_to_view(shot.box)
    shot.painter.fillRect(to_rect(view), canvas)
    spacing = SPACING * shot.camera.scale
    while spacing < _FINEST:
        spacing *= _COARSER
    fade = min(1.0, (spacing - _FINEST) / (_FULL - _FINEST))
    if fade > 0.05:
        _dots(shot, view, spacing, shot.look.dots(fade))
    if spacing < _FULL * _COARSER:
        _dots(shot, view, spacing * _COARSER, shot.look.dots())


def _dots(shot: Shot, view: Box, spacing: float, color: QColor) -> None:
    camera, painter = shot.camera, shot.painter
    snap = camera.snap
    pixels = max(1, round(2 * camera.ratio))
    middle = pixels % 2 / 2 / camera.ratio  # so that a dot covers whole device pixels
    xs = [
        camera.dx + middle + snap(i * spacing) for i in _steps(view[0] - camera.dx, view[2] - camera.dx, spacing)
    ]
    row = QPolygonF([QPointF(x, 0.0) for x in xs])
    painter.save()
    pen = QPen(color, pixels, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap)
    pen.setCosmetic(True)
    painter.setPen(pen)
    above = 0.0
    for i in _steps(view[1] - camera.dy, view[3] - camera.dy, spacing):
        y = camera.dy + middle + snap(i * spacing)
        painter.translate(0.0, y - above)
        painter.drawPoints(row)
        above = y
    painter.restore()


def _steps(low: float, high: float, spacing: float) -> range:
    return range(math.floor(low / spacing), math.ceil(high / spacing) + 1)
