"""The hand: turns events of the mouse into gestures and hovering."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter

from app.canvas.gestures import Gesture, Pointer, Press, gesture_for
from app.canvas.hits import Hit
from app.canvas.painting import highlight
from app.canvas.stage import Stage

DWELL = 450  # milliseconds on a node before its path is shown


class Hand(QObject):
    """One gesture at a time; without one, what the mouse is on shows itself."""

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self.gesture: Gesture | None = None
        self.path: frozenset[str] = frozenset()
        self._button = Qt.MouseButton.NoButton
        self._dwell = QTimer(self, singleShot=True, interval=DWELL)
        self._dwell.timeout.connect(self._show_path)

    def press(self, event: QMouseEvent, *, double: bool = False) -> None:
        """A button went down."""
        if self.gesture is not None:
            return
        self.rest()
        pointer = self._pointer(event)
        press = Press(
            pointer.view,
            pointer.x,
            pointer.y,
            pointer.modifiers,
            event.button(),
            self._stage.hit(pointer.view),
            double,
        )
        self.gesture = gesture_for(self._stage, press)
        self._button = event.button()
        self._stage.hint_changed.emit(self.gesture.hint if self.gesture else "")

    def move(self, event: QMouseEvent) -> None:
        """The mouse moved."""
        pointer = self._pointer(event)
        self._stage.cursor = pointer.view
        if self.gesture is not None:
            self.gesture.follow(pointer)
        else:
            self._hover(self._stage.hit(pointer.view))

    def release(self, event: QMouseEvent) -> None:
        """A button went up."""
        if self.gesture is None or event.button() != self._button:
            return
        gesture, self.gesture = self.gesture, None
        gesture.finish(self._pointer(event))
        self._stage.hint_changed.emit("")
        self._stage.repaint_wanted.emit()

    def cancel(self) -> bool:
        """Give the gesture up; whether there was one."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.cancelled()
            self._stage.hint_changed.emit("")
            self._stage.repaint_wanted.emit()
        return gesture is not None

    def document_changed(self) -> None:
        """The document, and the scene after it, changed: a gesture that did not do it is given up."""
        self.path = frozenset()
        if not self._stage.applying:
            self.cancel()
        if self._stage.hovered not in self._stage.session.graph:
            self.rest()

    def rest(self) -> None:
        """Nothing is hovered."""
        self._hover(Hit())

    def cursor(self) -> Qt.CursorShape:
        """The shape of the mouse now."""
        if self.gesture is not None and self.gesture.cursor is not None:
            return self.gesture.cursor
        if Qt.Key.Key_Space in self._stage.held:
            return Qt.CursorShape.OpenHandCursor
        return Qt.CursorShape.CrossCursor if Qt.Key.Key_Y in self._stage.held else Qt.CursorShape.ArrowCursor

    def paint(self, painter: QPainter) -> None:
        """Draw what hovering or the gesture shows."""
        if self.gesture is not None:
            self.gesture.paint(painter)
        elif self.path:
            highlight.paint_path(self._stage, painter, self.path)

    def _hover(self, hit: Hit) -> None:
        if hit.node == self._stage.hovered:
            return
        self._stage.hover(hit.node)
        if self.path:
            self.path = frozenset()
            self._stage.repaint_wanted.emit()
        if hit.node:
            self._dwell.start()
        else:
            self._dwell.stop()

    def _show_path(self) -> None:
        id, graph = self._stage.hovered, self._stage.session.graph
        if id in graph and self.gesture is None:
            self.path = frozenset({id} | graph.upstream(id) | graph.downstream(id))
            self._stage.repaint_wanted.emit()

    def _pointer(self, event: QMouseEvent) -> Pointer:
        point = QPointF(event.position())
        return Pointer(point, *self._stage.camera.to_scene(point), event.modifiers())
