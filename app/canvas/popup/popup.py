"""The popup: a line to type in and a list to choose from, at a point of the canvas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from app.canvas.popup.choice import HEIGHT, Choice, ChoicePainter, Choices
from app.theme import theme

_WIDTH: Final = 400
_ROWS: Final = 8
_STEPS: Final = {
    Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS, Qt.Key.Key_PageUp: -_ROWS,
}  # fmt: skip

Find = Callable[[str], Sequence[Choice]]


class Popup(QFrame):
    """Lists what fits the typed text.

    Signals:
        chosen(Choice): a row was chosen; the popup is closed.
        closed(): it closed, with or without a choice.
    """

    chosen = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("popup")
        self.setAccessibleName("Search")
        self.field = QLineEdit(self)
        self.field.setClearButtonEnabled(True)
        self.field.setAccessibleName("Search text")
        self.field.installEventFilter(self)
        self.field.textEdited.connect(self._look_up)
        self._model = Choices(self)
        self.list = QListView(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(ChoicePainter(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Matches")
        self.list.clicked.connect(lambda _index: self._choose())
        self.list.entered.connect(self.list.setCurrentIndex)
        self._nothing = QLabel(self)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 6, 6, 6)
        box.setSpacing(4)
        for widget in (self.field, self.list, self._nothing):
            box.addWidget(widget)
        self._find: Find = lambda _text: ()
        self._at = QPoint()
        self.setFixedWidth(_WIDTH)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(24)
        shadow.setOffset(0, 4)
        self.setGraphicsEffect(shadow)
        theme.changed.connect(self._dress)
        self._dress()
        self.hide()

    @property
    def choices(self) -> Sequence[Choice]:
        """What is listed."""
        return self._model.rows

    def open(self, find: Find, at: QPoint, hint: str) -> None:
        """Open at a point of the parent, empty, with what `find` gives for no text."""
        self._find = find
        self.field.setPlaceholderText(hint)
        self.field.clear()
        self._at = at
        self._look_up("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_up(self) -> None:
        """Close without a choice."""
        if not self.isHidden():
            self.hide()
            self._over.setFocus(Qt.FocusReason.PopupFocusReason)
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if watched is self.field and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
            self.closed.emit()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in _STEPS:
            row = self.list.currentIndex().row() + _STEPS[key]
            self._select(max(0, min(len(self.choices) - 1, row)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif key == Qt.Key.Key_Escape:
            self.close_up()
        else:
            return key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        return True

    def _look_up(self, text: str) -> None:
        self._model.show(self._find(text))
        self._select(0)
        shown = min(_ROWS, len(self.choices))
        self.list.setFixedHeight(max(1, shown) * HEIGHT)
        self.list.setVisible(shown > 0)
        self._nothing.setVisible(shown == 0)
        self._nothing.setText(f"Nothing fits “{text}”." if text else "Nothing fits here.")
        self.adjustSize()
        self._place()

    def _select(self, row: int) -> None:
        self.list.setCurrentIndex(self._model.index(row, 0))

    def _choose(self) -> None:
        index = self.list.currentIndex()
        if index.isValid():
            choice = self.choices[index.row()]
            self.close_up()
            self.chosen.emit(choice)

    def _place(self) -> None:
        """Lie at the point asked for, shifted only as far as the present height needs."""
        room = self._over.rect().adjusted(6, 6, -6, -6)
        x = max(room.left(), min(self._at.x(), room.right() - self.width()))
        y = max(room.top(), min(self._at.y(), room.bottom() - self.height()))
        self.move(x, y)

    def _dress(self) -> None:
        border, back = theme.color("card_border").name(), theme.color("raised").name()
        self.setStyleSheet(
            f"#popup {{ background: {back}; border: 1px solid {border}; border-radius: 8px; }}"
            "QListView { background: transparent; }"
        )
