"""One panel of curves that share a y axis, below a legend that toggles them."""

from __future__ import annotations

from array import array
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.plots import axes
from app.plots.parts import Chip, number_words
from app.plots.series import Series, colours
from app.plots.thin import means, peaks, smooth, within
from app.state import RunData
from app.theme import theme

POINTS: Final = 2000
SMOOTH_POINTS: Final = 800
DENSE: Final = 40
"""Above so many points a curve is smoothed; up to it, each point is marked."""
PALE: Final = 0.35
PADDING: Final = 0.04

Values = NDArray[np.float64]


class CurvePanel(QWidget):
    """Curves of one quantity, or of all losses. A curve with a value each step has a pale unsmoothed twin.

    Signals:
        left(): the user zoomed or panned by hand.
        double_clicked(): the user wants to see all again.
        pointed(object): the x below the mouse, None where it left.
        toggled(): a curve was shown or hidden.
    """

    left = Signal()
    double_clicked = Signal()
    pointed = Signal(object)
    toggled = Signal()

    def __init__(self, title: str, members: list[Series], parent: QWidget) -> None:
        super().__init__(parent)
        self.title, self.members, self._colours = title, members, colours(members)
        self.view = axes.view()
        self.plot = self.view.getPlotItem()
        self.plot.getViewBox().disableAutoRange()
        self.plot.getViewBox().sigRangeChangedManually.connect(lambda *_: self.left.emit())
        self.view.scene().sigMouseMoved.connect(self._mouse_moved)
        self.view.viewport().installEventFilter(self)
        self.pointer = axes.cursor_line()
        self.plot.addItem(self.pointer, ignoreBounds=True)
        self.twins = {series.name: self._line(0) for series in members}
        self.lines = {series.name: self._line(1) for series in members}
        self.chips = {series.name: self._chip(series) for series in members}
        self._drawn: dict[str, tuple[Values, Values]] = {}
        self._log = False
        self._lay_out()
        self.dress()

    def draw(self, data: RunData, *, by_epoch: bool, smoothing: float, follow: bool) -> None:
        """Draw the series as they are now; not following, only what lies in view is needed."""
        low, high = (-np.inf, np.inf) if follow else self.plot.viewRange()[0]
        for series in self.members:
            if not self.chips[series.name].isChecked():
                continue
            steps, values = data.series[series.name]
            x, y = _numbers(data.epochs[series.name] if by_epoch else steps), _numbers(values)
            self._drawn[series.name] = x, y
            self._draw_one(series, x, y, within(x, low, high), smoothing)

    def extent(self) -> tuple[float, float] | None:
        """The first and the last x of what is shown."""
        shown = [x for x, _ in self._shown()]
        return (min(x[0] for x in shown), max(x[-1] for x in shown)) if shown else None

    def show_all(self, across: tuple[float, float]) -> None:
        """Bring an extent of x into view, with all values."""
        values = np.concatenate([y[np.isfinite(y)] for _, y in self._shown()] or [np.empty(0)])
        if self._log:
            values = np.log10(values[values > 0])
        down = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
        self.plot.getViewBox().setRange(xRange=across, yRange=down, padding=PADDING)

    def settle(self) -> None:
        """Work out what follows from another range now: found out while painting, it is painted twice."""
        self.view.scene().prepareForPaint()

    def set_log(self, on: bool) -> None:
        """A logarithmic y axis, or a linear one."""
        self._log = on
        self.plot.setLogMode(x=False, y=on)

    def set_cursor(self, x: float | None) -> None:
        """Put the cursor at an x and show the values there; without one, the last values."""
        self.pointer.setVisible(x is not None)
        if x is not None:
            self.pointer.setPos(x)
        for name, value in self.values(x).items():
            self.chips[name].show_value("" if value is None else number_words(value))

    def values(self, at: float | None) -> dict[str, float | None]:
        """The value of each curve that is nearest to an x; the last where none is given."""
        drawn = self._drawn.items()
        return {name: _nearest(x, y, at) for name, (x, y) in drawn if self.chips[name].isChecked()}

    def dress(self) -> None:
        """Take the theme's colours."""
        axes.dress(self.view, self.plot)
        ratio = self.devicePixelRatioF()
        self.pointer.setPen(axes.pen(theme.color("muted"), ratio, 1))
        self._title.setFont(theme.font(scale=0.95, bold=True))
        for name, colour in self._colours.items():
            shade = theme.series(colour)
            self.lines[name].setPen(axes.pen(shade, ratio))
            self.twins[name].setPen(axes.pen(shade, ratio, 1, alpha=PALE))
            self.lines[name].setSymbolBrush(shade)
            self.chips[name].update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.pointed.emit(None)
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self.double_clicked.emit()
        return super().eventFilter(watched, event)

    def _shown(self) -> list[tuple[Values, Values]]:
        """What is drawn and not hidden, as long as there is anything of it."""
        return [(x, y) for name, (x, y) in self._drawn.items() if self.chips[name].isChecked() and len(x)]

    def _lay_out(self) -> None:
        self._title = QLabel(self.title.capitalize())
        legend = QHBoxLayout()
        legend.setContentsMargins(10, 0, 2, 0)
        legend.setSpacing(0)
        legend.addWidget(self._title)
        legend.addSpacing(2)
        for chip in self.chips.values():
            legend.addWidget(chip)
        legend.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(legend)
        column.addWidget(self.view, 1)

    def _line(self, depth: int) -> Any:
        line = pg.PlotDataItem(useCache=False)  # cached symbols are bitmaps in an SVG
        line.setZValue(depth)
        self.plot.addItem(line)
        return line

    def _chip(self, series: Series) -> Chip:
        short = series.split if series.quantity == self.title else series.title
        chip = Chip(short or series.title, self._colours[series.name])
        chip.toggled.connect(lambda on: self._toggle(series.name, on))
        return chip

    def _toggle(self, name: str, on: bool) -> None:
        for item in (self.lines[name], self.twins[name]):
            item.setVisible(on)
        self.toggled.emit()

    def _mouse_moved(self, place: QPointF) -> None:
        box = self.plot.getViewBox()
        inside = box.sceneBoundingRect().contains(place)
        self.pointed.emit(float(box.mapSceneToView(place).x()) if inside else None)

    def _draw_one(self, series: Series, x: Values, y: Values, view: slice, smoothing: float) -> None:
        if self._log:
            y = np.where(y > 0, y, np.nan)
        line, twin = self.lines[series.name], self.twins[series.name]
        if len(y) <= DENSE:
            twin.setData([], [])
            line.setData(x, y, symbol="o", symbolSize=5, symbolPen=None)
            return
        raw = peaks(x[view], y[view], POINTS)
        if smoothing > 0:
            twin.setData(*raw)
            middle_x, middle_y = means(x, y, SMOOTH_POINTS)
            line.setData(middle_x, smooth(middle_y, smoothing), symbol=None)
        else:
            twin.setData([], [])
            line.setData(*raw, symbol=None)


def _numbers(values: array[float]) -> Values:
    return np.array(values, dtype=np.float64)


def _nearest(x: Values, y: Values, at: float | None) -> float | None:
    if not len(x):
        return None
    if at is None:
        return float(y[-1])
    after = int(np.searchsorted(x, at))
    near = after if after < len(x) and (after == 0 or x[after] - at < at - x[after - 1]) else after - 1
    return float(y[near])
