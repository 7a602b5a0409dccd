"""The field of a value that is arithmetic over the parameters of the block around: `= width * 2`."""

from __future__ import annotations

from typing import Any, get_origin

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from app.forms import words
from app.forms.field import Field, mark
from app.theme import theme
from engine.spec import Param
from engine.spec.arithmetic import SIGN


class BoundField(Field):
    """A formula, and beside it what it gives in this place. What is typed without a `=` is a value again."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self._shown = ""
        self.edit = QLineEdit(self)
        self.edit.setMaxLength(400)
        self.edit.setFont(theme.mono())
        self.edit.setAccessibleName(f"Formula of {param.title}")
        self.edit.setProperty("bound", True)
        self.result = QLabel(self)
        self.setFocusProxy(self.edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.edit, 1)
        row.addWidget(self.result)
        self.edit.editingFinished.connect(self._take_text)
        self.show_result(None)

    def begin(self, text: str) -> None:
        """Let a formula be typed, from a start."""
        self._shown = ""
        self.edit.setText(text)
        self.edit.setModified(True)
        self.edit.setFocus()

    def show_value(self, value: Any, *, unset: bool) -> None:
        self._shown = words.shown(value)
        if not (self.edit.hasFocus() and self.edit.isModified()):
            self.edit.setText(self._shown)
            self.edit.setCursorPosition(0)
        mark(self.edit, unset=unset)

    def show_result(self, value: Any) -> None:
        """Show what the formula gives, None where that is not known."""
        self.result.setText(f"→ {words.shown(value)}" if value is not None else "")
        self.result.setVisible(value is not None)

    def drop_draft(self) -> None:
        self.edit.setModified(False)

    def show_mixed(self) -> None:
        self._shown = ""
        self.edit.clear()

    def show_fault(self, at_fault: bool) -> None:
        mark(self.edit, fault=at_fault)

    def _take_text(self) -> None:
        text = self.edit.text().strip()
        if not self.edit.isModified() or text == self._shown:
            return
        self.edit.setModified(False)
        self.edited.emit(read(text, self.param), "")


def read(text: str, param: Param) -> Any:
    """What was typed: a formula, a list with formulas in it for sizes, else a plain value."""
    if SIGN not in text:
        return words.read_any(text)
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1 and get_origin(param.type) is not tuple:
        return _formula(text)
    return [words.read_any(part) if part.lstrip("-").isdigit() else _formula(part) for part in parts if part]


def _formula(text: str) -> str:
    return f"{SIGN} {text.strip().removeprefix(SIGN).strip()}"
