"""Box select: drag over empty canvas; Shift adds, Ctrl toggles."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from app.canvas import hits
from app.canvas.boxes import spanned, to_rect
from app.canvas.gestures.gesture import Gesture, Pointer, Press
from app.canvas.stage import Stage
from engine.graph import Edge


class BoxSelect(Gesture):
    """Select what a box touches; a click selects a wire, and on nothing it selects nothing."""

    order = 90
    hint = "Shift adds to the selection, Ctrl toggles."

    def __init__(self, stage: Stage, press: Press) -> None:
        super().__init__(stage, press)
        self._before = stage.session.selection
        self._corner = press.x, press.y

    @classmethod
    def begins(cls, _stage: Stage, press: Press) -> bool:
        return press.left and not press.hit.node

    def moved(self, pointer: Pointer) -> None:
        self._corner = pointer.x, pointer.y
        touched = hits.nodes_in(self.stage.scene, spanned(self.press.x, self.press.y, *self._corner))
        self.stage.session.select(self._combine(touched))
        self.stage.repaint_wanted.emit()

    def dropped(self, _pointer: Pointer) -> None:
        self.stage.repaint_wanted.emit()

    def clicked(self, _pointer: Pointer) -> None:
        if self.press.hit.wire is not None:
            choose_wire(self.stage, self.press, self.press.hit.wire)
        elif not (self.press.shift or self.press.ctrl):
            self.stage.choose_wires(())
            self.stage.session.select(())

    def cancelled(self) -> None:
        self.stage.session.select(self._before)

    def paint(self, painter: QPainter) -> None:
        if not self.dragging:
            return
        look = self.stage.look
        box = self.stage.camera.box_to_view(spanned(self.press.x, self.press.y, *self._corner))
        painter.setPen(look.pen(look.color("accent"), 1.0))
        painter.setBrush(look.color("accent", 0.12))
        painter.drawRect(to_rect(box))

    def _combine(self, touched: list[str]) -> list[str]:
        if self.press.shift:
            return [*self._before, *touched]
        if self.press.ctrl:
            return [id for id in self._before if id not in touched] + [
                id for id in touched if id not in self._before
            ]
        return touched


def choose_wire(stage: Stage, press: Press, edge: Edge) -> None:
    """Select a wire alone; Shift adds it to what is selected, Ctrl toggles it."""
    if press.shift:
        stage.choose_wires((*stage.chosen, edge))
    elif press.ctrl:
        others = tuple(each for each in stage.chosen if each != edge)
        stage.choose_wires(others if edge in stage.chosen else (*others, edge))
    else:
        stage.session.select(())
        stage.choose_wires((edge,))
