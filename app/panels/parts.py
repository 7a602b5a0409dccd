"""Pieces that panels are made of: headings, plain labels, buttons, lists of facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.forms import NarrowButton
from app.theme import theme, tip

MARGIN = 12
GAP = 6


def label(text: str = "", *, muted: bool = False, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Plain text, whatever it holds."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if muted:
        made.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


def icon_button(icon: str, help: str, do: Callable[[], object], shortcut: str = "") -> QToolButton:
    """A small button with an icon, a tool tip and an accessible name."""
    made = QToolButton()
    made.setIcon(theme.icon(icon))
    made.setIconSize(QSize(16, 16))
    made.setToolTip(tip(help, shortcut=shortcut))
    made.setAccessibleName(help)
    made.clicked.connect(lambda: do())
    return made


def push_button(
    text: str, help: str, do: Callable[[], object], *, icon: str = "", primary: bool = False, narrow: bool = False
) -> QPushButton:
    """A button with a text; the primary one carries the accent colour, a narrow one may cut its text."""
    made = NarrowButton(text) if narrow else QPushButton(text)
    if icon:
        made.setIcon(theme.icon(icon, "on_accent" if primary else "text"))
        made.setIconSize(QSize(20, 16))
    made.setProperty("primary", primary)
    made.setToolTip(tip(help))
    made.clicked.connect(lambda: do())
    return made


class Sign(QWidget):
    """An icon that follows the theme."""

    def __init__(self, icon: str, role: str = "text", side: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._role = icon, role
        self.setFixedSize(side, side)

    def show_icon(self, icon: str, role: str) -> None:
        """Show another icon."""
        self._icon, self._role = icon, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is painted
        painter = QPainter(self)
        theme.icon(self._icon, self._role).paint(painter, self.rect())
        painter.end()


class Facts(QWidget):
    """Names and values in two columns; the values can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[tuple[str, str, str], ...] = ()
        self._pairs: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Iterable[tuple[str, str, str]]) -> None:
        """Show (name, value, tool tip); nothing is built anew where they are the same."""
        wanted = tuple(facts)
        if wanted == self._shown:
            return
        if len(wanted) != len(self._shown):
            self._build(len(wanted))
        self._shown = wanted
        for pair, (name, value, help) in zip(self._pairs, wanted, strict=True):
            for part, text in zip(pair, (name, value), strict=True):
                if part.text() != text:
                    part.setText(text)
                part.setToolTip(tip(help))

    def _build(self, rows: int) -> None:
        clear(self._grid)
        self._pairs = [(label(muted=True), label(wrap=True, selectable=True)) for _ in range(rows)]
        for row, (name, value) in enumerate(self._pairs):
            self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, row, 1)

    def texts(self) -> list[str]:
        """The values shown."""
        return [value for _, value, _ in self._shown]


def scrolling(inside: QWidget) -> QScrollArea:
    """An area that scrolls up and down only."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


def column(parent: QWidget, *, margin: int = MARGIN, spacing: int = GAP) -> QVBoxLayout:
    """A column over a whole widget."""
    made = QVBoxLayout(parent)
    made.setContentsMargins(margin, margin, margin, margin)
    made.setSpacing(spacing)
    return made


def row(*parts: QWidget, spacing: int = GAP) -> QHBoxLayout:
    """Widgets beside each other."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for part in parts:
        made.addWidget(part)
    return made


def clear(layout: QLayout) -> None:
    """Remove all that a layout holds."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
