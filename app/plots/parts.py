"""Pieces of plots in plain Qt: a legend that toggles, small buttons, the menu that copies and saves."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLayout,
    QLayoutItem,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.theme import theme, tip

Row = Sequence[object]
Rows = Callable[[], Iterable[Row]]
SaveSvg = Callable[[Path], None]


def muted_label(text: str = "") -> QLabel:
    """Plain secondary text."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setForegroundRole(made.palette().ColorRole.PlaceholderText)
    return made


def icon_button(icon: str, help: str, *, checkable: bool = False) -> QToolButton:
    """A small button with an icon, a tool tip and an accessible name."""
    made = QToolButton()
    made.setIcon(theme.icon(icon, "muted"))
    made.setIconSize(QSize(16, 16))
    made.setCheckable(checkable)
    made.setToolTip(tip(help))
    made.setAccessibleName(help)
    return made


class Chip(QToolButton):
    """One curve in the legend: its colour, its name, a value; a click shows or hides the curve."""

    def __init__(self, name: str, colour: int, *, dashed: bool = False) -> None:
        super().__init__()
        self.name, self.colour, self._dashed = name, colour, dashed
        self._value = ""
        self.setCheckable(True)
        self.setChecked(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(tip(f"Show or hide {name}"))
        self.setAccessibleName(name)

    def show_value(self, value: str) -> None:
        """Show a value after the name."""
        if value != self._value:
            wider = len(value) > len(self._value)
            self._value = value
            if wider:
                self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.name) + metrics.horizontalAdvance("0.00000") + 46
        return QSize(width, metrics.height() + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)
        middle = self.height() // 2
        colour = theme.series(self.colour) if self.isChecked() else theme.color("field_border")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRect(8, middle - 2, 14, 4), 2, 2)
        vertical = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(theme.color("text" if self.isChecked() else "muted"))
        painter.drawText(self.rect().adjusted(28, 0, 0, 0), vertical, self.name)
        start = 28 + self.fontMetrics().horizontalAdvance(self.name) + 8
        painter.setPen(theme.color("muted"))
        painter.drawText(self.rect().adjusted(start, 0, 0, 0), vertical, self._value)


class Flow(QLayout):
    """Widgets in a row that wraps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize(0, 0)
        for item in self._items:
            size = size.expandedTo(item.sizeHint())
        return size

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def _lay(self, rect: QRect, *, move: bool) -> int:
        x, y, row = rect.x(), rect.y(), 0
        for item in self._items:
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, row = rect.x(), y + row, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x, row = x + size.width(), max(row, size.height())
        return y + row - rect.y()


class SaveMenu(QToolButton):
    """Copies a plot as a picture, and saves it as SVG, PNG or CSV.

    Signals:
        failed(str): a sentence why a file was not written.
    """

    failed = Signal(str)

    def __init__(
        self,
        area: QWidget,
        rows: Callable[[], Iterable[Row]],
        *,
        name: str,
        svg: Callable[[Path], None] | None = None,
    ) -> None:
        super().__init__()
        self._area, self._rows, self._name, self._svg = area, rows, name, svg
        self.setIcon(theme.icon("dots-horizontal", "muted"))
        self.setIconSize(QSize(16, 16))
        self.setToolTip(tip("Copy or save"))
        self.setAccessibleName("Copy or save the plot")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.addAction(theme.icon("content-copy"), "Copy as picture", self.copy_picture)
        menu.addSeparator()
        if svg is not None:
            menu.addAction(theme.icon("svg"), "Save as SVG…", lambda: self._ask("svg"))
        menu.addAction(theme.icon("file-image-outline"), "Save as PNG…", lambda: self._ask("png"))
        menu.addAction(theme.icon("file-delimited-outline"), "Save values as CSV…", lambda: self._ask("csv"))
        self.setMenu(menu)

    def copy_picture(self) -> None:
        """Put a picture of the plot on the clipboard."""
        QApplication.clipboard().setPixmap(self._area.grab())

    def save(self, path: Path) -> None:
        """Write the plot to a file; its ending says how."""
        try:
            if path.suffix == ".svg" and self._svg is not None:
                self._svg(path)
            elif path.suffix == ".png":
                if not self._area.grab().save(str(path), "PNG"):
                    raise OSError("the picture cannot be written")
            else:
                path.write_text(csv_text(self._rows()), encoding="utf-8", newline="")
        except OSError as error:
            self.failed.emit(f"{path.name} was not written: {error.strerror or error}.")

    def _ask(self, ending: str) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self.window(), "Save the plot", f"{self._name}.{ending}", f"{ending.upper()} (*.{ending})"
        )
        if name:
            path = Path(name)
            self.save(path if path.suffix else path.with_suffix(f".{ending}"))


def csv_text(rows: Iterable[Row]) -> str:
    """Rows as CSV with commas."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
