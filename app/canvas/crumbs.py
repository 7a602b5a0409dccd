"""Breadcrumbs: the way from the document to the block that is shown, each step a button."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from app.canvas.stage import Stage
from app.state import Level
from app.theme import theme, tip

_LONGEST: Final = 44
_INSET: Final = 10


class Crumbs(QFrame):
    """Lies over the canvas at its top left while a block is shown.

    Left and Right move between the buttons, Escape gives the keyboard back to the canvas.
    """

    def __init__(self, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self._stage, self._over = stage, parent
        self.buttons: list[QToolButton] = []
        self.setObjectName("crumbs")
        self.setAccessibleName("Path to the block")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 2, 4, 2)
        self._row.setSpacing(0)
        theme.changed.connect(self._dress)
        self._dress()
        self.renew()

    def renew(self) -> None:
        """Show the way to the present level."""
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        session = self._stage.session
        chain = session.level.chain()
        self.buttons = []
        for place, level in enumerate(chain):
            if place:
                between = QLabel()
                between.setPixmap(theme.icon("chevron-right", "muted").pixmap(QSize(14, 14)))
                self._row.addWidget(between)
            self._row.addWidget(self._button(level, self._name(level), last=place == len(chain) - 1))
        self.setVisible(len(chain) > 1)
        self.lie()

    def lie(self) -> None:
        """Lie at the top left, cut off where the canvas is too narrow."""
        self.adjustSize()
        self.setGeometry(
            _INSET,
            _INSET,
            min(self.sizeHint().width(), max(40, self._over.width() - 2 * _INSET)),
            self.sizeHint().height(),
        )

    def take_keyboard(self) -> None:
        """Put the keyboard on the last step back."""
        if len(self.buttons) > 1:
            self.buttons[-2].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched in self.buttons:
            return self._key(self.buttons.index(watched), Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _key(self, place: int, key: Qt.Key) -> bool:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        if step:
            self.buttons[max(0, min(place + step, len(self.buttons) - 1))].setFocus()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.buttons[place].click()
        elif key == Qt.Key.Key_Escape:
            self._over.setFocus(Qt.FocusReason.OtherFocusReason)
        return bool(step) or key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)

    def _button(self, level: Level, name: str, *, last: bool) -> QToolButton:
        button = QToolButton(self)
        button.setText(name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…")
        button.setAutoRaise(True)
        button.setFont(theme.font(bold=last))
        button.setToolTip(tip(f"Go to {name}" if not last else f"{name}, which is shown", shortcut="U"))
        button.setAccessibleName(f"Go to {name}")
        button.installEventFilter(self)
        button.clicked.connect(lambda: self._go(level))
        self.buttons.append(button)
        return button

    def _go(self, level: Level) -> None:
        self._over.setFocus(Qt.FocusReason.OtherFocusReason)
        self._stage.session.go(level)

    def _name(self, level: Level) -> str:
        session = self._stage.session
        if level.outer is None:
            return session.title
        document = session.document
        graphs = session.graphs
        name = graphs[len(level.way)]
        title = document.block(name).title or name
        if not level.way:
            return title
        node = document.graph(graphs[len(level.way) - 1])[level.way[-1]]
        return f"{title} · {node.id}" if title != node.id else title

    def _dress(self) -> None:
        border, back = theme.color("card_border").name(), theme.color("raised").name()
        text, hover = theme.color("text").name(), theme.color("hover").name()
        self.setStyleSheet(
            f"#crumbs {{ background: {back}; border: 1px solid {border}; border-radius: 7px; }}"
            f"#crumbs QToolButton {{ color: {text}; border: 1px solid transparent; border-radius: 4px;"
            "  padding: 3px 6px; }"
            f"#crumbs QToolButton:hover {{ background: {hover}; }}"
            f"#crumbs QToolButton:focus {{ border-color: {theme.color('accent').name()}; }}"
        )
