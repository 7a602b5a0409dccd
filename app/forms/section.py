"""A heading that folds."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.theme import theme

BELOW: Final = 6


class Section(QWidget):
    """A heading that folds what is below it."""

    def __init__(self, title: str, parent: QWidget | None = None, *, open: bool = True) -> None:
        super().__init__(parent)
        self.heading = QToolButton(self)
        self.heading.setText(title)
        self.heading.setCheckable(True)
        self.heading.setAccessibleName(f"Section {title}")
        self.heading.setObjectName("heading")
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setIconSize(QSize(14, 14))
        self.heading.setFont(theme.font(bold=True))
        self.heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.body = QWidget(self)
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, 2, 0, BELOW)
        self.column.setSpacing(5)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addWidget(self.heading)
        whole.addWidget(self.body)
        self.heading.toggled.connect(self._fold)
        self.heading.setChecked(open)
        self._fold(open)

    def add(self, widget: QWidget) -> None:
        """Put a widget below the heading."""
        self.column.addWidget(widget)

    def open(self, open: bool = True) -> None:
        """Unfold what is below, or fold it."""
        self.heading.setChecked(open)

    def _fold(self, open: bool) -> None:
        self.body.setVisible(open)
        self.heading.setIcon(theme.icon("chevron-down" if open else "chevron-right", "muted"))
