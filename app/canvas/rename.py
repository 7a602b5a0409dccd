"""Renaming: a field over the card's name, which says at once why a name cannot be taken."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from app.canvas.card import ICON_X
from app.canvas.commands import editing
from app.canvas.stage import Stage
from app.theme import theme
from engine.errors import EditError
from engine.graph import check_id


class RenameField(QLineEdit):
    """The name of one node, being edited. Enter takes it, Escape or leaving the field gives up."""

    def __init__(self, stage: Stage, id: str, parent: QWidget) -> None:
        super().__init__(id, parent)
        self._stage, self._id, self._over = stage, id, parent
        self._why = QLabel(parent)
        self._why.setTextFormat(Qt.TextFormat.PlainText)
        self._why.setWordWrap(True)
        self._why.setMargin(6)
        self._why.setStyleSheet(
            f"background: {theme.color('raised').name()}; color: {theme.color('error').name()};"
            f"border: 1px solid {theme.color('error').name()}; border-radius: 5px;"
        )
        self._why.hide()
        self.setAccessibleName("Name of the node")
        self.textEdited.connect(self._check)
        stage.camera_changed.connect(self.follow)
        self.follow()
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def refusal(self) -> str:
        """Why the present text cannot be the name; empty where it can."""
        return self._refusal(self.text())

    def follow(self) -> None:
        """Lie over the card's name, wherever it is shown."""
        view = self._stage.scene.nodes.get(self._id)
        if view is None:
            self.close_up()
            return
        scale = self._stage.camera.scale
        at = self._stage.camera.to_view(view.x + ICON_X + 18, view.y + 4)
        width = max(150, round((view.width - ICON_X - 22) * scale))
        self.setGeometry(QRect(round(at.x()), round(at.y()), width, max(24, round(22 * scale))))
        self._why.setGeometry(QRect(round(at.x()), self.geometry().bottom() + 4, max(260, width), 44))
        self._why.adjustSize()

    def close_up(self) -> None:
        """Give up."""
        if self._id:
            self._id = ""
            self._why.deleteLater()
            self.hide()
            self._over.setFocus(Qt.FocusReason.OtherFocusReason)
            self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_up()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_up()

    def _take(self) -> None:
        name = self.text().strip()
        if self._refusal(name):
            self._check(name)
        elif editing.rename(self._stage, self._id, name):
            self.close_up()

    def _check(self, text: str) -> None:
        why = self._refusal(text)
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self.follow()
        self._why.raise_()

    def _refusal(self, text: str) -> str:
        name = text.strip()
        try:
            check_id(name)
        except EditError as error:
            return str(error)
        taken = name != self._id and name in self._stage.session.graph
        return f'There is already a node "{name}".' if taken else ""
