"""Quick connect: Shift-drag from node to node wires their best ports."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from app.canvas.gestures.gesture import Gesture, Pointer, Press
from app.canvas.stage import Stage
from app.state import edits


class QuickConnect(Gesture):
    """Wire a node to another without aiming at ports; a click adds the node to the selection."""

    order = 55
    hint = "Drop on a node to connect the ports that fit."
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage, press: Press) -> None:
        super().__init__(stage, press)
        self._at = press.view

    @classmethod
    def begins(cls, _stage: Stage, press: Press) -> bool:
        return press.left and press.shift and bool(press.hit.node) and press.hit.port is None

    def moved(self, pointer: Pointer) -> None:
        self._at = pointer.view
        self.stage.repaint_wanted.emit()

    def dropped(self, pointer: Pointer) -> None:
        stage, session, source = self.stage, self.stage.session, self.press.hit.node
        target = stage.hit(pointer.view).node
        stage.repaint_wanted.emit()
        if not target or target == source:
            return
        edge = edits.best_edge(session, source, target, replace=True)
        if edge is None:
            stage.editor.notify("info", f"No output of {source} fits an input of {target}.")
        else:
            stage.apply(edits.connect(session.graph, session.catalog, edge), "Connect")

    def clicked(self, _pointer: Pointer) -> None:
        session = self.stage.session
        session.select([*session.selection, self.press.hit.node])

    def paint(self, painter: QPainter) -> None:
        if not self.dragging:
            return
        look, view = self.stage.look, self.stage.scene.nodes.get(self.press.hit.node)
        if view is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.pen(look.color("accent"), 2.0, Qt.PenStyle.DashLine))
        start = self.stage.camera.to_view(*view.centre())
        painter.drawLine(QPointF(start), QPointF(self._at))
