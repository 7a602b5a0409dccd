"""Cut: Ctrl and right-drag, or hold Y and drag, through every wire to remove."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPolygonF

from app.canvas.boxes import spanned
from app.canvas.gestures.gesture import Gesture, Pointer, Press
from app.canvas.stage import Stage
from app.state import edits
from engine.graph import Edge


class Cut(Gesture):
    """Remove every wire that the drawn line crosses."""

    order = 15
    hint = "Draw across wires to cut them."
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage, press: Press) -> None:
        super().__init__(stage, press)
        self._line = [(press.x, press.y)]
        self._crossed: dict[Edge, None] = {}

    @classmethod
    def begins(cls, stage: Stage, press: Press) -> bool:
        by_key = press.left and Qt.Key.Key_Y in stage.held
        return by_key or (press.button == Qt.MouseButton.RightButton and press.ctrl)

    def moved(self, pointer: Pointer) -> None:
        last, here = self._line[-1], (pointer.x, pointer.y)
        scene = self.stage.scene
        for edge in scene.wire_grid.near(spanned(*last, *here)):
            if scene.wires[edge].crosses(last, here):
                self._crossed[edge] = None
        self._line.append(here)
        self.stage.repaint_wanted.emit()

    def dropped(self, _pointer: Pointer) -> None:
        if self._crossed:
            title = "Cut wire" if len(self._crossed) == 1 else f"Cut {len(self._crossed)} wires"
            self.stage.apply(edits.delete((), self._crossed), title)

    def paint(self, painter: QPainter) -> None:
        camera, look = self.stage.camera, self.stage.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.pen(look.color("error"), 3.0))
        for edge in self._crossed:
            wire = self.stage.scene.wires.get(edge)
            if wire is not None:
                painter.drawPolyline(QPolygonF([camera.to_view(*point) for point in wire.points]))
        painter.setPen(look.pen(look.color("text"), 1.5, Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF([camera.to_view(*point) for point in self._line]))
