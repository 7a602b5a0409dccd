"""What a gesture is: it takes a press, follows the mouse, and ends with one edit at most."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from app.canvas.hits import Hit
from app.canvas.stage import Stage

DRAG_FROM = 4.0  # widget units that make a press a drag


class Pointer(msgspec.Struct, frozen=True):
    """The mouse: where in the widget and in the scene, and which modifiers are down."""

    view: QPointF
    x: float
    y: float
    modifiers: Qt.KeyboardModifier

    def has(self, modifier: Qt.KeyboardModifier) -> bool:
        """Whether a modifier key is down."""
        return bool(self.modifiers & modifier)

    @property
    def shift(self) -> bool:
        """Whether Shift is down."""
        return self.has(Qt.KeyboardModifier.ShiftModifier)

    @property
    def ctrl(self) -> bool:
        """Whether Ctrl (Command on a Mac) is down."""
        return self.has(Qt.KeyboardModifier.ControlModifier)

    @property
    def alt(self) -> bool:
        """Whether Alt is down."""
        return self.has(Qt.KeyboardModifier.AltModifier)


class Press(Pointer, frozen=True):
    """A button went down on something."""

    button: Qt.MouseButton
    hit: Hit
    double: bool = False

    @property
    def left(self) -> bool:
        """Whether it is the main button."""
        return self.button == Qt.MouseButton.LeftButton


class Gesture:
    """One gesture under way. Of all that would begin, the one of the lowest `order` does."""

    order: ClassVar[int] = 50
    hint: ClassVar[str] = ""
    cursor: ClassVar[Qt.CursorShape | None] = None

    def __init__(self, stage: Stage, press: Press) -> None:
        self.stage, self.press = stage, press
        self.dragging = False

    @classmethod
    def begins(cls, stage: Stage, press: Press) -> bool:
        """Whether a press starts this gesture."""
        raise NotImplementedError(f"{cls.__name__} must say when it begins")

    def follow(self, pointer: Pointer) -> None:
        """The mouse moved; small tremors at the start are left out."""
        way = pointer.view - self.press.view
        if not self.dragging and abs(way.x()) + abs(way.y()) >= DRAG_FROM:
            self.dragging = True
            self.started(pointer)
        if self.dragging:
            self.moved(pointer)

    def finish(self, pointer: Pointer) -> None:
        """The button went up."""
        if self.dragging:
            self.dropped(pointer)
        else:
            self.clicked(pointer)

    def started(self, pointer: Pointer) -> None:
        """The press became a drag."""

    def moved(self, pointer: Pointer) -> None:
        """The drag goes on."""

    def dropped(self, pointer: Pointer) -> None:
        """The drag ends."""

    def clicked(self, pointer: Pointer) -> None:
        """The button went up where it went down."""

    def cancelled(self) -> None:
        """Escape, or the document changed: leave all as it was."""

    def paint(self, painter: QPainter) -> None:
        """Draw over the scene, in widget units."""
