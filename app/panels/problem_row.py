"""One diagnostic with its fixes as buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.panels.parts import Sign, label, push_button
from app.theme import tip
from engine.analysis import Diagnostic, Fix

ICONS = {"error": "alert-circle", "warning": "alert", "hint": "lightbulb-on-outline"}
ROLES = {"error": "error", "warning": "warning", "hint": "info"}


class ProblemRow(QWidget):
    """A diagnostic: its severity, its sentence, where it is, and its fixes.

    Signals:
        activated(): the user wants to be taken there.
    """

    activated = Signal()

    def __init__(
        self, found: Diagnostic, mend: Callable[[Fix], None], *, place: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.diagnostic = found
        self.setAccessibleName(f"{found.severity}: {found.message}")
        sign = Sign(ICONS[found.severity], ROLES[found.severity])
        sign.setAccessibleName(found.severity)
        words = QVBoxLayout()
        words.setSpacing(3)
        sentence = QHBoxLayout()
        sentence.setSpacing(8)
        where = " ▸ ".join(filter(None, (*found.within, found.node)))
        if place and where:
            sentence.addWidget(label(where, muted=True), 0, Qt.AlignmentFlag.AlignTop)
        sentence.addWidget(label(found.message, wrap=True), 1)
        words.addLayout(sentence)
        self.buttons = [self._button(fix, mend) for fix in found.fixes]
        for button in self.buttons:
            words.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 2, 0, 2)
        whole.setSpacing(8)
        whole.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(words, 1)
        if place and where:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.activated.emit()
        else:
            super().keyPressEvent(event)

    def _button(self, fix: Fix, mend: Callable[[Fix], None]) -> QWidget:
        help = "Cannot change what a valid part computes." if fix.safe else "One step; undo takes it back."
        button = push_button(fix.title, "", lambda: mend(fix), icon="auto-fix", narrow=True)
        button.setToolTip(tip(fix.title, help))
        button.setAccessibleName(f"Fix: {fix.title}")
        return button
