"""The number field: type, drag, nudge, double."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget

from app.forms import steps, words
from app.forms.field import MIXED, Field, mark, new_gesture
from app.theme import theme
from engine.spec import Param
from engine.spec.arithmetic import SIGN, NotANumberError


class NumberEdit(QLineEdit):
    """A line for one number. Dragging changes it, a click types, arithmetic is worked out on Enter.

    Signals:
        edited(object, str): a number (or None), and the gesture's key, empty for a step of its own.
        refused(str): what was typed is no number.
    """

    edited = Signal(object, str)
    refused = Signal(str)

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.param = param
        self._value: int | float | None = None
        self._press: QPoint | None = None
        self._start = 0.0
        self._gesture = ""
        self._typing = False
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setMinimumWidth(48)
        self.editingFinished.connect(self._take_text)
        if param.unit:
            self.setTextMargins(0, 0, self.fontMetrics().horizontalAdvance(param.unit) + 6, 0)

    def show_number(self, value: Any, *, unset: bool) -> None:
        """Show a value without telling anybody."""
        self._value = value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
        text = words.shown(value)
        if not (self.hasFocus() and self.isModified() and not self._gesture):
            self.setText(text)
            self.setCursorPosition(0 if not self.hasFocus() else len(text))
        self.setPlaceholderText("")
        mark(self, unset=unset)

    def show_named(self, word: str) -> None:
        """Show a word in the place of a number."""
        self._value = None
        self.clear()
        self.setPlaceholderText(word)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._typing and self.isEnabled():
            self._press = event.position().toPoint()
            self._start = self._present()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            super().mouseMoveEvent(event)
            return
        pixels = event.position().toPoint().x() - self._press.x()
        if not self._gesture and abs(pixels) < QApplication.startDragDistance() // 2:
            return
        self._gesture = self._gesture or new_gesture(self.param)
        held = event.modifiers()
        value = steps.dragged(
            self.param,
            self._start,
            pixels,
            fine=bool(held & Qt.KeyboardModifier.ShiftModifier),
            snap=bool(held & Qt.KeyboardModifier.ControlModifier),
        )
        self._give(value, self._gesture)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            super().mouseReleaseEvent(event)
            return
        if not self._gesture:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.selectAll()
            self._type(True)
        self._press, self._gesture = None, ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl and the wheel nudge; Shift too doubles. The wheel alone scrolls the form."""
        held = event.modifiers()
        turns = event.angleDelta().y() or event.angleDelta().x()
        if not held & Qt.KeyboardModifier.ControlModifier or not turns:
            event.ignore()
            return
        self._move(1 if turns > 0 else -1, double=bool(held & Qt.KeyboardModifier.ShiftModifier))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            up = 1 if event.key() == Qt.Key.Key_Up else -1
            self._move(up, double=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self.setText(words.shown(self._value) if self._value is not None else "")
            self.setModified(False)
            self.selectAll()
            self.refused.emit("")
        else:
            self._type(True)
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._type(False)
        self.setCursorPosition(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.param.unit and self.text():
            painter = QPainter(self)
            painter.setPen(theme.color("muted"))
            place = QRect(self.rect()).adjusted(0, 0, -8, 0)
            painter.drawText(
                place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self.param.unit
            )
            painter.end()

    def _type(self, typing: bool) -> None:
        """While one types, the mouse selects text; else it drags the number."""
        self._typing = typing
        self.setCursor(Qt.CursorShape.IBeamCursor if typing else Qt.CursorShape.SizeHorCursor)

    def _present(self) -> float:
        value = self._value if self._value is not None else self.param.default
        number = value[0] if isinstance(value, tuple) and value else value
        return number if isinstance(number, (int, float)) else (self.param.low or 0)

    def _move(self, by: int, *, double: bool) -> None:
        move = steps.doubled if double else steps.nudged
        self._give(move(self.param, self._present(), by), f"{self.param.name}~")

    def _give(self, value: int | float | None, gesture: str) -> None:
        if value == self._value:
            return
        self.setModified(False)
        self._value = value
        self.setText(words.shown(value))
        self.edited.emit(value, gesture)

    def _take_text(self) -> None:
        if not self.isModified():
            return
        if self.text().lstrip().startswith(SIGN):
            self.setModified(False)
            self.edited.emit(self.text().strip(), "")
            return
        try:
            value = words.read_number(self.text())
        except NotANumberError as fault:
            self.refused.emit(str(fault))
            return
        self.setModified(False)
        self._type(False)
        self._value = value
        self.setText(words.shown(value))
        self.edited.emit(value, "")


class NumberField(Field):
    """One number, or none where the parameter allows that."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.edit = NumberEdit(param, self)
        self.setFocusProxy(self.edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit)
        self.edit.edited.connect(self.edited)
        self.edit.refused.connect(self.refused)

    def show_value(self, value: Any, *, unset: bool) -> None:
        self.edit.show_number(value, unset=unset)

    def show_mixed(self) -> None:
        self.edit.show_named(MIXED)

    def drop_draft(self) -> None:
        self.edit.setModified(False)

    def show_fault(self, at_fault: bool) -> None:
        mark(self.edit, fault=at_fault)
