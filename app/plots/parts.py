"""Pieces of plots in plain Qt: a legend that toggles, small buttons, the menu that copies and saves."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.theme import theme, tip

Row = Sequence[object]
Rows = Callable[[], Iterable[Row]]
NAME_LEFT: Final = 23
FIRST: Final = 100
"""Stretch of what stands first in a header: it takes all room that the tools leave."""


def muted_label(text: str = "") -> QLabel:
    """Plain secondary text."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setForegroundRole(made.palette().ColorRole.PlaceholderText)
    return made


class Elided(QLabel):
    """Plain secondary text that is cut with an ellipsis where there is no room; the tool tip has all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.color("muted"))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), shown)
        self.setToolTip(tip(self.text()) if shown != self.text() else "")


def icon_button(icon: str, help: str, *, checkable: bool = False) -> QToolButton:
    """A small button with an icon, a tool tip and an accessible name."""
    made = QToolButton()
    made.setIcon(theme.icon(icon, "muted"))
    made.setIconSize(QSize(16, 16))
    made.setCheckable(checkable)
    made.setToolTip(tip(help))
    made.setAccessibleName(help)
    return made


def number_words(value: float) -> str:
    """A number in about six characters."""
    exact = f"{value:.4g}"
    return exact if len(exact) <= 6 else f"{value:.2g}"


def text_button(text: str, help: str) -> QToolButton:
    """A small button with a word, that is on or off."""
    made = QToolButton()
    made.setText(text)
    made.setCheckable(True)
    made.setToolTip(tip(help))
    made.setAccessibleName(help)
    return made


def header_row(*tools: QWidget) -> QHBoxLayout:
    """A row above a plot with its tools on the right; there is room for more on the left."""
    row = QHBoxLayout()
    row.setContentsMargins(8, 3, 6, 3)
    row.setSpacing(4)
    row.addStretch(1)
    for tool in tools:
        row.addWidget(tool)
    return row


class Chip(QToolButton):
    """One curve in the legend: its colour, its name, a value; a click shows or hides the curve."""

    def __init__(self, name: str, colour: int) -> None:
        super().__init__()
        self.name, self.colour = name, colour
        self._value = ""
        self.setCheckable(True)
        self.setChecked(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setToolTip(tip(f"Show or hide {name}"))
        self.setAccessibleName(name)

    def show_value(self, value: str) -> None:
        """Show a value after the name."""
        if value != self._value:
            self._value = value
            self.update()

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint() + QSize(self.fontMetrics().horizontalAdvance("0.0000") + 8, 0)

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(NAME_LEFT + metrics.horizontalAdvance(self.name) + 6, metrics.height() + 8)

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
        painter.drawRoundedRect(QRect(6, middle - 2, 12, 4), 2, 2)
        vertical = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(theme.color("text" if self.isChecked() else "muted"))
        painter.drawText(self.rect().adjusted(NAME_LEFT, 0, 0, 0), vertical, self.name)
        metrics = self.fontMetrics()
        start = NAME_LEFT + metrics.horizontalAdvance(self.name) + 7
        if start + metrics.horizontalAdvance(self._value) <= self.width():
            painter.setPen(theme.color("muted"))
            painter.drawText(self.rect().adjusted(start, 0, 0, 0), vertical, self._value)


class SaveMenu(QToolButton):
    """Copies a plot as a picture, and saves it as SVG, PNG or CSV.

    Signals:
        failed(str): a sentence why a file was not written.
    """

    failed = Signal(str)

    def __init__(self, area: QWidget, rows: Rows, *, name: str, svg: bool) -> None:
        super().__init__()
        self._area, self._rows, self._name = area, rows, name
        self.setIcon(theme.icon("dots-horizontal", "muted"))
        self.setIconSize(QSize(16, 16))
        self.setToolTip(tip("Copy or save"))
        self.setAccessibleName("Copy or save the plot")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.addAction(theme.icon("content-copy"), "Copy as picture", self.copy_picture)
        menu.addSeparator()
        if svg:
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
            if path.suffix == ".svg":
                save_svg(self._area, path)
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


def save_svg(area: QWidget, path: Path) -> None:
    """Write what a widget paints as SVG.

    Raises:
        OSError: the file cannot be written.
    """
    path.touch()
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(area.size())
    generator.setViewBox(area.rect())
    generator.setResolution(area.logicalDpiX())
    generator.setTitle("Neuroloom")
    painter = QPainter(generator)
    area.render(painter, QPoint(0, 0))
    painter.end()


def csv_text(rows: Iterable[Row]) -> str:
    """Rows as CSV with commas."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
