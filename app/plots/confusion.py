"""Which class was taken for which, as a heat map with counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QVBoxLayout, QWidget

from app.plots.live import LivePlot
from app.plots.parts import FIRST, Elided, Row, SaveMenu, header_row
from app.theme import heat, theme, tip
from engine.messages.frames import ConfusionMatrix

MARGIN: Final = 8
LONGEST: Final = 0.3
"""Share of the width that the labels of the rows may take."""


class ConfusionPlot(LivePlot):
    """Rows are true classes, columns what they were taken for; the colour is the share of the row.

    A bright diagonal means that classes are told apart.
    """

    frames = (ConfusionMatrix,)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox()
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choice.setToolTip(tip("Which table", "Of held-out (val) or training samples, in the newest epoch."))
        self.choice.setAccessibleName("Which table")
        self.choice.activated.connect(self.mark)
        self.title = Elided()
        self._title = ""
        self.grid = TableGrid()
        self.grid.read.connect(self._show_reading)
        self.menu = SaveMenu(self.grid, self.rows, name="confusion", svg=False)
        self.menu.failed.connect(self.failed)
        self.header = header_row(self.menu)
        self.header.insertWidget(0, self.choice)
        self.header.insertWidget(1, self.title, FIRST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        column.addLayout(self.header)
        column.addWidget(self.grid, 1)

    @property
    def table(self) -> ConfusionMatrix | None:
        """The table that is chosen; held-out samples come first."""
        tables = self.data.tables if self.data is not None else {}
        return tables.get(self.choice.currentText()) or next(iter(tables.values()), None)

    def reset(self) -> None:
        self.choice.clear()
        self.grid.show_table(None)

    def refresh(self) -> None:
        names = sorted(self.data.tables, key=lambda name: (not name.startswith("val/"), name)) if self.data else []
        if names != [self.choice.itemText(index) for index in range(self.choice.count())]:
            chosen = self.choice.currentText() if self.choice.count() else ""
            self.choice.clear()
            self.choice.addItems(names)
            self.choice.setCurrentIndex(max(0, self.choice.findText(chosen)))
        table = self.table
        self.grid.show_table(table)
        self._title = "" if table is None else f"Epoch {table.epoch} · {sum(table.counts):,} answers"
        self._show_reading(self.grid.reading)

    def dress(self) -> None:
        self.grid.update()

    def rows(self) -> Iterator[Row]:
        """The counts shown: true class, found class, count."""
        yield "true", "found", "count"
        table = self.table
        for index, count in enumerate(table.counts if table is not None else ()):
            row, column = divmod(index, len(table.labels))  # type: ignore[union-attr]  # there are counts
            yield table.labels[row], table.labels[column], count  # type: ignore[union-attr]

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 140)

    def _show_reading(self, reading: str) -> None:
        """What is under the mouse takes the place of the title."""
        self.title.setText(reading or self._title)


class TableGrid(QWidget):
    """The cells of a table with the names of the classes beside and below.

    Signals:
        read(str): what is under the mouse, empty where nothing is.
    """

    read = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reading = ""
        self._labels: list[str] = []
        self._counts: NDArray[np.int64] = np.empty((0, 0), np.int64)
        self._shares: NDArray[np.float64] = np.empty((0, 0))
        self.setMouseTracking(True)
        self.setMinimumSize(120, 80)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Confusion matrix")

    def show_table(self, table: ConfusionMatrix | None) -> None:
        """Show other counts; a table that is not square is not shown."""
        size = len(table.labels) if table is not None else 0
        if table is None or len(table.counts) != size * size:
            size, table = 0, None
        self._labels = list(table.labels) if table is not None else []
        self._counts = np.array(table.counts if table is not None else [], np.int64).reshape(size, size)
        self._shares = self._counts / np.maximum(self._counts.sum(axis=1, keepdims=True), 1)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 260)

    def value_at(self, place: QPointF) -> str:
        """What is recorded at a point, in words."""
        area, size = self.area(), len(self._labels)
        if not size or not area.contains(place):
            return ""
        row = min(int((place.y() - area.top()) / area.height() * size), size - 1)
        column = min(int((place.x() - area.left()) / area.width() * size), size - 1)
        what = "found" if row == column else f"taken for {self._labels[column]}"
        share = self._shares[row, column]
        return f"{self._labels[row]} · {what}: {self._counts[row, column]:,} ({share:.0%})"

    def area(self) -> QRectF:
        """Where the cells are: beside the names of the rows, above those of the columns."""
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(label) for label in self._labels), default=0)
        left = MARGIN + metrics.height() + min(widest, round(self.width() * LONGEST)) + MARGIN
        below = 2 * metrics.height() + MARGIN
        return QRectF(left, MARGIN, max(1, self.width() - left - MARGIN), max(1, self.height() - MARGIN - below))

    def cell(self, row: int, column: int) -> QRectF:
        """Where one count is."""
        area, size = self.area(), len(self._labels)
        width, height = area.width() / size, area.height() / size
        return QRectF(area.left() + column * width, area.top() + row * height, width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._labels:
            return
        painter = QPainter(self)
        gap = 1 if self.cell(0, 0).height() > 6 else 0
        for row in range(len(self._labels)):
            for column in range(len(self._labels)):
                self._paint_cell(painter, row, column, gap)
        self._paint_labels(painter)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._read(self.value_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._read("")

    def _read(self, words: str) -> None:
        self.reading = words
        self.read.emit(words)

    def _paint_cell(self, painter: QPainter, row: int, column: int, gap: int) -> None:
        room = self.cell(row, column)
        colour = QColor.fromRgb(heat()[round(self._shares[row, column] * 255)])
        painter.fillRect(room.adjusted(0, 0, -gap, -gap), colour)
        text, metrics = f"{self._counts[row, column]:,}", painter.fontMetrics()
        if metrics.horizontalAdvance(text) + 4 < room.width() and metrics.height() < room.height():
            painter.setPen(QColor("black" if colour.lightnessF() > 0.45 else "white"))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_labels(self, painter: QPainter) -> None:
        area, metrics = self.area(), painter.fontMetrics()
        cell, line = self.cell(0, 0), metrics.height()
        painter.setPen(theme.color("muted"))
        every = max(1, int(np.ceil(line / cell.height())))
        side = round(area.left()) - line - 2 * MARGIN
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        for row in range(0, len(self._labels), every):
            name = metrics.elidedText(self._labels[row], Qt.TextElideMode.ElideRight, side)
            place = QRectF(line + MARGIN, self.cell(row, 0).center().y() - line / 2, side, line)
            painter.drawText(place, middle | int(Qt.AlignmentFlag.AlignRight), name)
        widest = max(min(metrics.horizontalAdvance(label), 3 * line) for label in self._labels) + 6
        every = max(1, int(np.ceil(widest / cell.width())))
        for column in range(0, len(self._labels), every):
            room = int(cell.width() * every) - 4
            name = metrics.elidedText(self._labels[column], Qt.TextElideMode.ElideRight, room)
            place = QRectF(self.cell(0, column).center().x() - room / 2, area.bottom() + 2, room, line)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), name)
        foot = QRect(round(area.left()), self.height() - line - 2, round(area.width()), line)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignCenter), "found")
        painter.translate(MARGIN / 2 + line / 2, area.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-60, -line / 2, 120, line), int(Qt.AlignmentFlag.AlignCenter), "true")
