"""Questions that must be answered, asked in a bar at the top of the window instead of in a dialog."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.theme import theme, tip


class Answer(msgspec.Struct, frozen=True):
    """One way to answer: the button's text, what it does, and its tool tip. The first of a question is primary."""

    text: str
    do: Callable[[], None]
    help: str = ""


class Question(msgspec.Struct, frozen=True):
    """A question and its answers; `cancel` is the text of the button that leaves everything as it is."""

    text: str
    answers: tuple[Answer, ...]
    cancel: str = "Cancel"


class QuestionBar(QFrame):
    """Shows one question; a new one takes the place of an old one, which counts as cancelled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question: Question | None = None
        self.buttons: list[QPushButton] = []
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 8, 10, 8)
        self._row.setSpacing(8)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._text, 1)
        theme.changed.connect(self._dress)
        self._dress()
        self.hide()

    def ask(self, question: Question) -> None:
        """Show a question."""
        self._clear()
        self.question = question
        self._text.setText(question.text)
        self.setAccessibleName(question.text)
        for place, answer in enumerate(question.answers):
            self._add(answer.text, answer.help, answer.do, primary=place == 0)
        self._add(question.cancel, "Leave everything as it is.", None, primary=False)
        self.show()
        self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def cancel(self) -> None:
        """Take the question away."""
        self._clear()
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("raised"))
        painter.fillRect(0, self.height() - 2, self.width(), 2, theme.color("warning"))

    def _add(self, text: str, help: str, do: Callable[[], None] | None, *, primary: bool) -> None:
        button = QPushButton(text)
        button.setProperty("primary", primary)
        button.setToolTip(tip(help))
        button.setAutoDefault(True)

        def answered() -> None:
            self.cancel()
            if do is not None:
                do()

        button.clicked.connect(answered)
        self._row.addWidget(button)
        self.buttons.append(button)

    def _clear(self) -> None:
        self.question = None
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []

    def _dress(self) -> None:
        self._icon.setPixmap(theme.icon("help-circle-outline", "warning").pixmap(QSize(20, 20)))
        self.update()
