"""Wiring: what drawing a wire and moving its end share: targets that glow, and why others refuse."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QTransform

from app.canvas import hits
from app.canvas.card import PORT_RADIUS, NodeView
from app.canvas.fits import Fits
from app.canvas.gestures.gesture import Gesture, Pointer, Press
from app.canvas.hits import Hit, PortRef
from app.canvas.painting import bubble
from app.canvas.stage import Stage
from app.canvas.wire import curve

_SNAP: Final = 18.0  # widget units from which a wire's end jumps to a port
_MOST_MARKED: Final = 400


class Wiring(Gesture):
    """A wire's end follows the mouse. Subclasses say where it is fixed and what a drop does."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage, press: Press, fixed: list[PortRef], fits: list[Fits]) -> None:
        super().__init__(stage, press)
        self.fixed, self.fits = fixed, fits
        self.target: PortRef | None = None
        self.refusal = ""
        self.refused: PortRef | None = None
        self._at = press.view
        self._marked: list[NodeView] = []

    def moved(self, pointer: Pointer) -> None:
        self._at = pointer.view
        hit = self.stage.hit(pointer.view)
        self._aim(hit, pointer)
        views, _ = self.stage.scene.near(self.stage.camera.visible)
        self._marked = views if len(views) <= _MOST_MARKED else []
        self.fits[0].look_around(self._marked)
        self.stage.repaint_wanted.emit()

    def cancelled(self) -> None:
        self.stage.repaint_wanted.emit()

    def paint(self, painter: QPainter) -> None:
        if not self.dragging:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter)
        look = self.stage.look
        wrong = bool(self.refusal)
        pen = look.pen(look.color("error" if wrong else "accent"), 2.2)
        if wrong:
            pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ref in self.fixed:
            painter.drawPath(self._path(ref))
        if self.refusal:
            bubble.paint(painter, look, self.refusal, self._at, self.stage.camera.size)

    def _aim(self, hit: Hit, pointer: Pointer) -> None:
        """Find the port that a drop would go to, and why it would be refused."""
        self.target, self.refused, self.refusal = None, None, ""
        ref = hits.port_near(self.stage.scene, self.stage.camera, pointer.view, _SNAP)
        wrong_side = ref is not None and ref.is_input == self.fixed[0].is_input
        if (ref is None or wrong_side) and hit.node and hit.node not in {each.node for each in self.fixed}:
            ref = self.fits[0].best(self.stage.scene.nodes[hit.node])
            if ref is None:
                side = "output" if self.fixed[0].is_input else "input"
                self.refusal = f"{hit.node} has no {side}."
        if ref is None or ref.node in {each.node for each in self.fixed}:
            return
        why = next((why for fits in self.fits if (why := fits.why_not(ref)) is not None), None)
        if why is None:
            self.target = ref
        else:
            self.refusal = why
            self.refused = ref if ref.is_input != self.fixed[0].is_input else None

    def _path(self, fixed: PortRef) -> QPainterPath:
        here = self._place(fixed)
        there = self._place(self.target) if self.target is not None else self._at
        start, end = (there, here) if fixed.is_input else (here, there)
        scale = self.stage.camera.scale
        path = curve((start.x() / scale, start.y() / scale), (end.x() / scale, end.y() / scale))
        return _scaled(path, scale)

    def _place(self, ref: PortRef) -> QPointF:
        view = self.stage.scene.nodes.get(ref.node)
        port = view.port(ref.port, ref.is_input) if view is not None else None
        if view is None or port is None:
            return self._at
        return self.stage.camera.to_view(view.x + port.x, view.y + port.y)

    def _paint_marks(self, painter: QPainter) -> None:
        look, camera = self.stage.look, self.stage.camera
        size = max(3.0, PORT_RADIUS * camera.scale)
        seeks_input = not self.fixed[0].is_input
        for view in self._marked:
            for port in view.ports:
                ref = PortRef(view.id, port.name, port.is_input)
                at = camera.to_view(view.x + port.x, view.y + port.y)
                reach = port.reach * camera.scale
                box = QRectF(at.x() - size, at.y() - reach - size, 2 * size, 2 * (reach + size))
                if ref in self.fixed:
                    continue
                if port.is_input == seeks_input and self.fits[0].known(ref) and self.fits[0].why_not(ref) is None:
                    _glow(painter, look.color("accent", 0.28), box.adjusted(-5, -5, 5, 5))
                    _glow(painter, look.color("accent"), box)
                elif port.is_input != seeks_input or self.fits[0].known(ref):
                    _glow(painter, look.color("card", 0.72), box.adjusted(-1.5, -1.5, 1.5, 1.5))
        if self.target is not None:
            at = self._place(self.target)
            painter.setPen(look.pen(look.color("accent"), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, size + 5, size + 5)


def _glow(painter: QPainter, color: QColor, box: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    radius = box.width() / 2
    painter.drawRoundedRect(box, radius, radius)


def _scaled(path: QPainterPath, scale: float) -> QPainterPath:
    return QTransform.fromScale(scale, scale).map(path)
