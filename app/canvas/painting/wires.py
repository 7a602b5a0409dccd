"""Wires: smooth lines in a hint of their source's colour; dashed red where wrong, long dashes where delayed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen

from app.canvas.painting.shot import Shot
from app.canvas.wire import WireView


def paint(shot: Shot, wires: Iterable[WireView]) -> None:
    """Paint wires, those of one look together."""
    by_look: dict[tuple[str, str, bool], list[WireView]] = {}
    for wire in wires:
        if wire.hidden:
            continue
        by_look.setdefault((wire.state, wire.category, wire.delayed), []).append(wire)
    painter = shot.painter
    painter.save()
    painter.translate(shot.camera.dx, shot.camera.dy)
    painter.scale(shot.camera.scale, shot.camera.scale)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for (state, category, delayed), alike in sorted(by_look.items()):
        painter.setPen(pen(shot, state, category, delayed=delayed))
        for wire in alike:
            painter.drawPath(wire.path)
    painter.restore()


def width(scale: float) -> float:
    """How thick wires are, in widget units."""
    return min(3.0, max(1.0, 1.7 * scale))


def pen(shot: Shot, state: str, category: str, *, delayed: bool = False) -> QPen:
    """The pen of wires in a state that leave nodes of a category."""
    look, thick = shot.look, width(shot.camera.scale)
    if state == "error":
        made = look.pen(look.color("error"), thick * 1.15)
        made.setDashPattern([4.0, 3.0])
        return made
    if state == "blocked":
        made = look.pen(look.color("wire", 0.75), thick)
        made.setDashPattern([1.0, 3.0])
        return made
    made = look.pen(look.wire(category), thick)
    if delayed:
        made.setDashPattern([6.0, 4.0])
    return made
