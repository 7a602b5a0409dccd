"""Highlights: a wire that lights up, and a path shown while all else is dimmed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.canvas.painting import cards, wires
from app.canvas.painting.shot import Detail
from app.canvas.stage import Stage
from engine.graph import Edge

_MOST = 400
_VEIL = 0.62


def paint_wire(stage: Stage, painter: QPainter, edge: Edge) -> None:
    """Light a wire up."""
    wire = stage.scene.wires.get(edge)
    if wire is None:
        return
    camera, look = stage.camera, stage.look
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(camera.dx, camera.dy)
    painter.scale(camera.scale, camera.scale)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    thick = wires.width(camera.scale)
    painter.setPen(look.pen(look.color("accent", 0.3), thick + 7))
    painter.drawPath(wire.path)
    painter.setPen(look.pen(look.color("accent"), thick + 0.8))
    painter.drawPath(wire.path)
    painter.restore()


def paint_path(stage: Stage, painter: QPainter, path: frozenset[str]) -> None:
    """Dim all that does not belong to a path of nodes."""
    shot = stage.shot(painter, (0.0, 0.0, stage.camera.size.width(), stage.camera.size.height()))
    if shot.detail < Detail.SHELLS:
        return
    nodes, runs = stage.scene.near(shot.box)
    on_path = [view for view in nodes if view.id in path]
    if len(on_path) == len(nodes) or len(on_path) > _MOST:
        return
    painter.fillRect(
        QRectF(0, 0, stage.camera.size.width(), stage.camera.size.height()), stage.look.color("canvas", _VEIL)
    )
    wires.paint(shot, [wire for wire in runs if wire.edge.source in path and wire.edge.target in path])
    cards.paint(shot, on_path)
