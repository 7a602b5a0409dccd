"""A card for one example: picture, title, one line, and the button that trains it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.dialogs.graph_picture import GraphPicture
from app.theme import theme, tip
from engine.catalog import Catalog
from engine.graph import Document

WIDTH = 280


class ExampleCard(QWidget):
    """An example to open or to train.

    Signals:
        opened(Path): a click on the card, or Enter.
        trained(Path): a click on its button.
    """

    opened = Signal(object)
    trained = Signal(object)

    def __init__(self, path: Path, document: Document, catalog: Catalog, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._hovered = False
        self.title = _label(document.title or path.stem.replace("_", " "))
        self.title.setFont(theme.font(scale=1.05, bold=True))
        self.about = _label(document.notes.partition("\n")[0])
        self.about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.train = QPushButton(theme.icon("play", "accent"), "Train")
        self.train.setIconSize(QSize(20, 16))
        self.train.setToolTip(tip("Open the example and train it now"))
        self.train.setAccessibleName(f"Train {self.title.text()}")
        self.train.clicked.connect(lambda: self.trained.emit(path))
        self._lay_out(GraphPicture(document, catalog), len(document.graph()))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumWidth(WIDTH)
        self.setAccessibleName(f"Example: {self.title.text()}")
        self.setToolTip(tip("Open the example"))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self.path)
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is painted
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self._hovered or self.hasFocus()
        painter.setPen(QPen(theme.color("accent" if marked else "card_border"), 1.4 if marked else 1))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), 9, 9)
        painter.end()

    def _lay_out(self, picture: GraphPicture, nodes: int) -> None:
        count = _label(f"{nodes} nodes")
        count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        foot = QHBoxLayout()
        foot.addWidget(count)
        foot.addStretch(1)
        foot.addWidget(self.train)
        words = QVBoxLayout()
        words.setContentsMargins(4, 2, 4, 2)
        words.setSpacing(4)
        words.addWidget(self.title)
        words.addWidget(self.about, 1)
        words.addLayout(foot)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 10, 10, 10)
        whole.setSpacing(8)
        whole.addWidget(picture)
        whole.addLayout(words, 1)


def _label(text: str) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    return made
