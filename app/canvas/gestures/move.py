"""Move: drag nodes, with guides to their neighbours; a node dropped on a wire is put into it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from app.canvas import inserting
from app.canvas.boxes import Box, union
from app.canvas.gestures.gesture import Gesture, Pointer, Press
from app.canvas.guides import Guide, Guides
from app.canvas.painting import highlight
from app.canvas.stage import Stage
from app.state import edits
from engine.graph import Batch, Edge, Edit, MoveNodes

_REACH: Final = 6.0  # widget units from which a guide holds


class Move(Gesture):
    """Select by a click, move by a drag. Shift adds to the selection, Ctrl toggles.

    While dragging, Ctrl suspends the guides and Alt keeps a node out of wires. Alt at the start pulls the
    nodes out of their chain, which heals.
    """

    order = 60
    hint = "Ctrl suspends the guides. Drop a free node on a wire to insert it; Alt keeps it out."

    def __init__(self, stage: Stage, press: Press) -> None:
        super().__init__(stage, press)
        self._id = press.hit.node
        self._pulls_out = press.alt
        self._was_selected = self._id in stage.session.selection
        self._from: dict[str, tuple[float, float]] = {}
        self._to: dict[str, tuple[float, float]] = {}
        self._box: Box = (0.0, 0.0, 0.0, 0.0)
        self._guides: Guides | None = None
        self._shown: list[Guide] = []
        self._wire: Edge | None = None
        if not self._was_selected:
            kept = stage.session.selection if press.ctrl else ()
            stage.session.select([*kept, self._id])

    @classmethod
    def begins(cls, _stage: Stage, press: Press) -> bool:
        return press.left and bool(press.hit.node)

    def started(self, _pointer: Pointer) -> None:
        scene = self.stage.scene
        if self._id not in self.stage.session.selection:
            self.stage.session.select([self._id])
        views = scene.selected
        self._from = {view.id: (view.x, view.y) for view in views}
        self._box = union(view.box for view in views) or self._box
        self._guides = Guides(scene, self._from, self._box, self.stage.camera.visible)

    def moved(self, pointer: Pointer) -> None:
        dx, dy = pointer.x - self.press.x, pointer.y - self.press.y
        self._shown = []
        if not pointer.ctrl and self._guides is not None:
            box = self._box[0] + dx, self._box[1] + dy, self._box[2] + dx, self._box[3] + dy
            snap_x, snap_y, self._shown = self._guides.snap(box, _REACH / self.stage.camera.scale)
            dx, dy = dx + snap_x, dy + snap_y
        self._to = {id: (x + dx, y + dy) for id, (x, y) in self._from.items()}
        self.stage.scene.place(self._to)
        barred = pointer.alt and not self._pulls_out
        self._wire = None if barred or len(self._to) != 1 else inserting.wire_under(self.stage, self._id)
        self.stage.repaint_wanted.emit()

    def dropped(self, _pointer: Pointer) -> None:
        ids = list(self._from)
        edit = self._edit()
        if edit is None or not self.stage.apply(*edit):
            self.stage.scene.settle(ids)
        self.stage.repaint_wanted.emit()

    def clicked(self, _pointer: Pointer) -> None:
        session = self.stage.session
        if self.press.ctrl and self._was_selected:
            session.select(id for id in session.selection if id != self._id)
        elif not self.press.ctrl:
            session.select([self._id])

    def cancelled(self) -> None:
        self.stage.scene.settle(self._from)
        self.stage.repaint_wanted.emit()

    def paint(self, painter: QPainter) -> None:
        if not self.dragging:
            return
        look, camera = self.stage.look, self.stage.camera
        if self._wire is not None:
            highlight.paint_wire(self.stage, painter, self._wire)
        painter.setPen(look.pen(look.color("accent"), 1.0, Qt.PenStyle.DashLine))
        for guide in self._shown:
            start, end = camera.to_view(guide.x0, guide.y0), camera.to_view(guide.x1, guide.y1)
            painter.drawLine(_crisp(start), _crisp(end))

    def _edit(self) -> tuple[Edit, str] | None:
        moved = {id: place for id, place in self._to.items() if place != self._from.get(id)}
        if not moved:
            return None
        graph = self.stage.session.graph
        if self._wire is not None:
            inserted = inserting.insert(self.stage, self._id, self._wire, moved[self._id])
            if inserted is not None:
                return inserted, "Insert on wire"
        title = "Move node" if len(moved) == 1 else f"Move {len(moved)} nodes"
        freed = edits.detach(graph, list(self._from)) if self._pulls_out else None
        if freed is not None:
            return Batch((freed, MoveNodes(moved)), "Pull out"), "Pull out"
        return MoveNodes(moved), title


def _crisp(point: QPointF) -> QPointF:
    return QPointF(round(point.x()) + 0.5, round(point.y()) + 0.5)
