"""What the selected node makes of one validation sample."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSpinBox, QVBoxLayout, QWidget

from app.plots.live import LivePlot
from app.plots.map_grid import MapGrid, ramp
from app.plots.parts import FIRST, Elided, Row, SaveMenu, header_row, icon_button
from app.theme import theme, tip
from engine.messages.frames import FeatureMaps


class FeatureMapsPlot(LivePlot):
    """A grid of the maps of one node, with the range of their values.

    Signals:
        sample_wanted(int): the user chose another validation sample.
    """

    frames = (FeatureMaps,)
    sample_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.node = ""
        self.grid = MapGrid()
        self.title = Elided()
        self._title = ""
        self.sample = QSpinBox(minimum=0, maximum=0)
        self.sample.setToolTip(tip("Validation sample", "Whose way through the network is shown."))
        self.sample.setAccessibleName("Validation sample")
        self.sample.setKeyboardTracking(False)
        self.sample.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.sample.setAlignment(Qt.AlignmentFlag.AlignCenter)
        back, forth = icon_button("chevron-left", "Sample before"), icon_button("chevron-right", "Next sample")
        back.clicked.connect(self.sample.stepDown)
        forth.clicked.connect(self.sample.stepUp)
        self.sample.valueChanged.connect(self.sample_wanted)
        self.range = _RangeBar()
        self.menu = SaveMenu(self.grid, self.rows, name="feature-maps", svg=False)
        self.menu.failed.connect(self.failed)
        self.grid.read.connect(self._show_reading)
        self.header = header_row(back, self.sample, forth, self.menu)
        self.header.insertWidget(0, self.title, FIRST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        column.addLayout(self.header)
        column.addWidget(self.grid, 1)
        column.addWidget(self.range)

    def show_node(self, node: str) -> None:
        """Look at another node."""
        if node != self.node:
            self.node = node
            self.mark()

    def reset(self) -> None:
        self.grid.show_maps(None)
        self.range.show_range(None)

    def refresh(self) -> None:
        maps = self.data.maps_of(self.node) if self.data is not None else None
        self.grid.show_maps(maps)
        self.range.show_range(maps)
        self._title = title_of(self.node, maps, others=self.data is not None and bool(self.data.maps))
        self._show_reading(self.grid.reading)
        self._show_sample(maps)

    def dress(self) -> None:
        self.grid.update()

    def rows(self) -> Iterator[Row]:
        """The values shown, to 8 bits: map, row, column, value."""
        yield "map", "row", "column", "value"
        maps = self.data.maps_of(self.node) if self.data is not None else None
        if maps is None:
            return
        step = (maps.high - maps.low) / 255
        for index, byte in enumerate(maps.pixels):
            place, column = divmod(index, maps.width)
            number, row = divmod(place, maps.height)
            yield number, row, column, maps.low + byte * step

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 140)

    def _show_reading(self, reading: str) -> None:
        """What is under the mouse takes the place of the title."""
        self.title.setText(reading or self._title)

    def _show_sample(self, maps: FeatureMaps | None) -> None:
        total = self.data.sample.total if self.data is not None and self.data.sample else 0
        self.sample.setEnabled(total > 1)
        self.sample.blockSignals(True)
        self.sample.setMaximum(max(0, total - 1))
        self.sample.setSuffix(f" / {total - 1}" if total > 1 else "")
        if maps is not None and not self.sample.hasFocus():
            self.sample.setValue(maps.sample)
        self.sample.blockSignals(False)


class _RangeBar(QWidget):
    """The colours from the smallest to the largest value."""

    def __init__(self) -> None:
        super().__init__()
        self._ends: tuple[str, str] | None = None
        self.setFixedHeight(18)

    def show_range(self, maps: FeatureMaps | None) -> None:
        self._ends = None if maps is None else (f"{maps.low:.3g}", f"{maps.high:.3g}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._ends is None:
            return
        painter = QPainter(self)
        painter.setFont(theme.font(scale=0.9))
        metrics = painter.fontMetrics()
        low, high = self._ends
        painter.setPen(theme.color("muted"))
        vertical = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(self.rect().adjusted(10, 0, 0, 0), vertical, low)
        painter.drawText(self.rect().adjusted(0, 0, -10, 0), vertical | int(Qt.AlignmentFlag.AlignRight), high)
        left = 18 + metrics.horizontalAdvance(low)
        right = self.width() - 18 - metrics.horizontalAdvance(high)
        painter.drawImage(self.rect().adjusted(left, 6, right - self.width(), -6), ramp())


def title_of(node: str, maps: FeatureMaps | None, *, others: bool = False) -> str:
    """What is shown, in words: `conv1 · 6×28×28 · step 340`; `others` says that there are pictures of others."""
    if not node:
        return "No node is selected"
    if maps is None:
        return f"{node} · no picture is taken of it" if others else f"{node} · no picture yet"
    shape = "×".join(map(str, maps.shape)) or "one number"
    channels = maps.shape[0] if len(maps.shape) > 2 else 0
    cut = f" · first {maps.count} of {channels}" if channels > maps.count else ""
    return f"{node} · {shape}{cut} · step {maps.step:,}"
