"""The welcome page: examples that train at a click, recent files, a new document."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.dialogs.example_card import WIDTH, ExampleCard
from app.state import EditorState
from app.theme import theme, tip
from engine.errors import DocumentError
from engine.graph import file

log = logging.getLogger(__name__)

SIDE = 250
GAP = 14
MOST_COLUMNS = 4


class WelcomePage(QWidget):
    """What is shown while no document is open.

    Signals:
        open_requested(Path): open this file, an example or a recent one.
        browse_requested(): ask the user for a file to open.
        train_requested(Path): open this example and train it.
        new_requested(): a new document.
    """

    open_requested = Signal(object)
    browse_requested = Signal()
    train_requested = Signal(object)
    new_requested = Signal()

    def __init__(
        self,
        editor: EditorState,
        examples: Sequence[Path],
        recents: Sequence[Path] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Welcome")
        self.cards = [card for path in examples if (card := self._card(editor, path)) is not None]
        self.recents: list[QPushButton] = []
        self._columns = 0
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        self._recent_column = QVBoxLayout()
        self._recent_column.setSpacing(0)
        self._lay_out()
        self.set_recents(recents)

    def set_recents(self, paths: Sequence[Path]) -> None:
        """Show these files as those opened last."""
        for button in self.recents:
            self._recent_column.removeWidget(button)
            button.deleteLater()
        self.recents = [self._recent(path) for path in paths]
        for button in self.recents:
            self._recent_column.addWidget(button)
        self._recent_title.setVisible(bool(self.recents))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._flow()

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(28, 30, 28, 28)
        column.setSpacing(12)
        heading = _label("Examples")
        heading.setFont(theme.font(scale=1.25, bold=True))
        column.addWidget(heading)
        column.addWidget(_label("A click opens one, Train starts it. Each learns within a minute.", muted=True))
        column.addLayout(self._grid)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._side())
        whole.addWidget(area, 1)

    def _side(self) -> QWidget:
        side = QWidget()
        side.setObjectName("side")
        side.setFixedWidth(SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(24, 28, 18, 24)
        column.setSpacing(8)
        name = _label("Neuroloom")
        name.setFont(theme.font(scale=1.9, bold=True))
        column.addWidget(name)
        column.addWidget(_label("Draw a neural network, train it and watch it think.", muted=True))
        column.addSpacing(14)
        self.new = _wide_button("New document", "file-plus-outline", "An empty canvas (Ctrl+N)", primary=True)
        self.open = _wide_button("Open …", "folder-open-outline", "Open a .loom file (Ctrl+O)", primary=False)
        self.new.clicked.connect(lambda: self.new_requested.emit())
        self.open.clicked.connect(lambda: self.browse_requested.emit())
        column.addWidget(self.new)
        column.addWidget(self.open)
        column.addSpacing(14)
        self._recent_title = _label("Recent")
        self._recent_title.setFont(theme.font(bold=True))
        column.addWidget(self._recent_title)
        column.addLayout(self._recent_column)
        column.addStretch(1)
        return side

    def _card(self, editor: EditorState, path: Path) -> ExampleCard | None:
        try:
            document = file.load(path)
        except DocumentError:
            log.info("the example %s cannot be read", path, exc_info=True)
            return None
        card = ExampleCard(path, document, editor.catalog)
        card.opened.connect(self.open_requested)
        card.trained.connect(self.train_requested)
        return card

    def _recent(self, path: Path) -> QPushButton:
        button = QPushButton(theme.icon("file-outline", "muted"), path.stem)
        button.setProperty("flat", True)
        button.setObjectName("recent")
        button.setToolTip(tip(str(path)))
        button.setAccessibleName(f"Open {path.stem}")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self.open_requested.emit(path))
        return button

    def _flow(self) -> None:
        room = self.width() - SIDE - 2 * 28 - 12
        columns = max(1, min(MOST_COLUMNS, (room + GAP) // (WIDTH + GAP)))
        if columns == self._columns:
            return
        self._columns = columns
        for place, card in enumerate(self.cards):
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(MOST_COLUMNS):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)


def _label(text: str, *, muted: bool = False) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    if muted:
        made.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return made


def _wide_button(text: str, icon: str, help: str, *, primary: bool) -> QPushButton:
    made = QPushButton(theme.icon(icon, "on_accent" if primary else "text"), text)
    made.setIconSize(QSize(22, 16))
    made.setMinimumHeight(32)
    made.setProperty("primary", primary)
    made.setToolTip(tip(help))
    return made
