"""A text of several lines that is given when the keyboard leaves it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget


class NoteEdit(QPlainTextEdit):
    """Notes.

    Signals:
        given(str): the user changed the text.
    """

    given = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None, *, lines: int = 3) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + 16)

    def show_text(self, text: str, *, fresh: bool) -> None:
        """Show a text; what is being typed stays unless the text belongs to something else."""
        if fresh or not (self.hasFocus() and self.document().isModified()):
            if text != self.toPlainText():
                self.setPlainText(text)
            self.document().setModified(False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.document().isModified():
            self.document().setModified(False)
            self.given.emit(self.toPlainText())
