"""Labels: the shape that leaves each output, written above its wire, or below one that rises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QStaticText, QTransform

from app.canvas.card import NodeView, PortView, static
from app.canvas.painting.shot import Detail, Shot

_GAP: Final = 9.0
_LIFT: Final = 3.0


def paint(shot: Shot, nodes: Iterable[NodeView]) -> None:
    """Paint the shapes at the outputs of nodes."""
    painter, camera = shot.painter, shot.camera
    painter.save()
    far = shot.detail == Detail.COMPACT
    font = shot.look.far_label_font if far else shot.look.label_font
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink, paper = shot.look.color("muted"), shot.look.color("canvas", 0.82)
    base = painter.transform()
    for view in nodes:
        for port in view.outputs:
            if port.shape:
                text = _text(port, font, far=far)
                lift = _LIFT + text.size().height() if port.below else -_LIFT
                x, y = camera.pixel(view.x + port.x + _GAP, view.y + port.y + lift)
                painter.setTransform(QTransform(camera.scale, 0, 0, camera.scale, x, y) * base)
                size = text.size()
                box = QRectF(-3, -size.height(), size.width() + 6, size.height())
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(paper)
                painter.drawRoundedRect(box, 3, 3)
                painter.setPen(ink)
                painter.drawStaticText(QPointF(0, -size.height()), text)
    painter.restore()


def _without_batch(shape: str) -> str:
    """The shape of one sample: larger letters leave no room for more."""
    batch, _, sample = shape.partition("×")
    return sample if batch == "N" and sample else shape


def _text(port: PortView, font: QFont, *, far: bool) -> QStaticText:
    if far:
        if port.far_shape_text is None:
            port.far_shape_text = static(_without_batch(port.shape), font)
        return port.far_shape_text
    if port.shape_text is None:
        port.shape_text = static(port.shape, font)
    return port.shape_text
