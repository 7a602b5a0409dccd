"""Blocks: the whole graph from afar, in a few large batches."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.canvas.boxes import to_rect
from app.canvas.painting.shot import Shot
from app.theme import mix


def paint(shot: Shot) -> None:
    """Paint cards as rectangles of their category's colour, and all wires of a tile as one path."""
    painter, look = shot.painter, shot.look
    tiles = list(shot.scene.tiles.near(shot.box))
    scale = shot.camera.scale
    painter.save()
    painter.translate(shot.camera.dx, shot.camera.dy)
    painter.scale(scale, scale)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(look.pen(look.far_wire(), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for tile in tiles:
        painter.drawPath(tile.path)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    for tile in tiles:
        for (category, state), rects in tile.rects.items():
            painter.setBrush(_fill(shot, category, state))
            painter.drawRects(rects)
    _marked(shot)
    painter.restore()


def _fill(shot: Shot, category: str, state: str) -> QColor:
    if state == "error":
        return shot.look.color("error")
    block = shot.look.block(category)
    return block if state == "ok" else mix(shot.look.color("canvas"), block, 0.4)


def _marked(shot: Shot) -> None:
    painter, look = shot.painter, shot.look
    selected = [view.box for view in shot.scene.selected]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(look.pen(look.color("accent"), 2.0))
    painter.drawRects([_around(to_rect(box), 3 / shot.camera.scale) for box in selected])
    faulty = [shot.scene.nodes[id].box for id in shot.scene.faulty]
    painter.setPen(look.pen(look.color("error"), 1.5))
    painter.drawRects([_around(to_rect(box), 5 / shot.camera.scale) for box in faulty])


def _around(rect: QRectF, by: float) -> QRectF:
    return rect.adjusted(-by, -by, by, by)
