"""Drops: a kind dragged from the palette becomes a node, in a wire where it is dropped on one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent, QPainter

from app.canvas import inserting
from app.canvas.card import HEADER, NARROWEST
from app.canvas.commands import editing
from app.canvas.painting import highlight
from app.canvas.stage import SearchRequest, Stage
from engine.catalog import NodeKind
from engine.graph import Edge

KIND_MIME: Final = "application/x-neuroloom-kind"


class Drops:
    """What is being dragged over the canvas."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._wire: Edge | None = None

    def handle(self, event: QEvent) -> bool:
        """Follow what is dragged over the canvas; whether it was dropped there."""
        if not isinstance(event, QDropEvent):
            self.leave()
            return False
        kind = self.kind(event.mimeData())
        if kind is None:
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.DragMove:
            self.over(kind, event.position(), alt=bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
        dropped = event.type() == QEvent.Type.Drop
        if dropped:
            self.drop(kind, event.position())
        return dropped

    def kind(self, data: QMimeData) -> type[NodeKind] | None:
        """The kind that is dragged, if it is one."""
        if not data.hasFormat(KIND_MIME):
            return None
        return self._stage.kind(bytes(data.data(KIND_MIME).data()).decode(errors="replace"))

    def over(self, kind: type[NodeKind], at: QPointF, *, alt: bool) -> None:
        """It hovers over a widget point; Alt keeps it out of wires."""
        x, y = self._stage.camera.to_scene(at)
        box = x - NARROWEST / 2, y - HEADER / 2, x + NARROWEST / 2, y + HEADER / 2
        fits = bool(kind.inputs and kind.outputs) and not alt
        self._wire = inserting.wire_at(self._stage, box) if fits else None
        self._stage.repaint_wanted.emit()

    def drop(self, kind: type[NodeKind], at: QPointF) -> str:
        """It is let go; returns the new node's id."""
        request = SearchRequest(self._stage.camera.to_scene(at), wire=self._wire)
        self.leave()
        return editing.add(self._stage, kind, {}, request)

    def leave(self) -> None:
        """It is gone."""
        self._wire = None
        self._stage.repaint_wanted.emit()

    def paint(self, painter: QPainter) -> None:
        """Light up the wire that would take the node."""
        if self._wire is not None:
            highlight.paint_wire(self._stage, painter, self._wire)
