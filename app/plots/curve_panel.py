"""One panel of curves that share a y axis."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from app.plots import axes
from app.plots.series import Series
from app.plots.thin import means, peaks, smooth, within
from app.state import RunData
from app.theme import theme

POINTS: Final = 2000
SMOOTH_POINTS: Final = 800
DENSE: Final = 40
"""From so many points on a curve is smoothed; below, each point is marked."""
PALE: Final = 0.28

Values = NDArray[np.float64]


class CurvePanel:
    """Curves of one quantity, or of all losses. A curve with a value each step has a pale unsmoothed twin."""

    def __init__(
        self, title: str, members: list[Series], colours: dict[str, int], left: Callable[[], None]
    ) -> None:
        self.members, self._colours = members, colours
        self.plot = axes.plot(title)
        self.plot.getViewBox().sigRangeChangedManually.connect(lambda *_: left())
        self.cursor = axes.cursor_line()
        self.plot.addItem(self.cursor, ignoreBounds=True)
        self.twins = {series.name: self._line(0) for series in members}
        self.lines = {series.name: self._line(1) for series in members}
        self._drawn: dict[str, tuple[Values, Values]] = {}
        self._shown: set[str] = set()
        self._log = False

    @property
    def any_shown(self) -> bool:
        """Whether a curve of this panel is shown."""
        return any(series.name in self._shown for series in self.members)

    def draw(self, data: RunData, *, by_epoch: bool, smoothing: float, follow: bool) -> None:
        """Draw the series as they are now; while following, all of x is in view."""
        low, high = (-np.inf, np.inf) if follow else self.plot.viewRange()[0]
        for series in self.members:
            if series.name not in self._shown:
                continue
            steps, values = data.series[series.name]
            x, y = _numbers(data.epochs[series.name] if by_epoch else steps), _numbers(values)
            self._drawn[series.name] = x, y
            self._draw_one(series, x, y, within(x, low, high), smoothing)
        if follow:
            self.plot.enableAutoRange()

    def set_log(self, on: bool) -> None:
        """A logarithmic y axis, or a linear one."""
        self._log = on
        self.plot.setLogMode(x=False, y=on)

    def show_only(self, names: set[str]) -> None:
        """Show these curves of the panel."""
        self._shown = names
        for name in self.lines:
            for item in (self.lines[name], self.twins[name]):
                item.setVisible(name in names)

    def show_x(self, title: str, shown: bool) -> None:
        """Name the x axis, on the panels where it is written."""
        axis = self.plot.getAxis("bottom")
        axis.setStyle(showValues=shown)
        axis.setHeight(None if shown else 8)
        axis.showLabel(shown)
        if shown:
            self.plot.setLabel("bottom", title)

    def x_at(self, place: QPointF) -> float | None:
        """The x below a point of the scene, None outside of this panel."""
        box = self.plot.getViewBox()
        if self.plot.scene() is None or not box.sceneBoundingRect().contains(place):
            return None
        return float(box.mapSceneToView(place).x())

    def set_cursor(self, x: float | None) -> None:
        """Put the cursor at an x, or take it away."""
        self.cursor.setVisible(x is not None)
        if x is not None:
            self.cursor.setPos(x)

    def values(self, at: float | None) -> dict[str, float | None]:
        """The value of each curve that is nearest to an x; the last where none is given."""
        return {name: _nearest(x, y, at) for name, (x, y) in self._drawn.items() if name in self._shown}

    def dress(self) -> None:
        """Take the theme's colours."""
        self.cursor.setPen(axes.pen(theme.color("muted"), 1))
        for name, colour in self._colours.items():
            shade = theme.series(colour)
            self.lines[name].setPen(axes.pen(shade))
            self.twins[name].setPen(axes.pen(shade, 1, alpha=PALE))
            self.lines[name].setSymbolBrush(shade)

    def _line(self, depth: int) -> Any:
        line = pg.PlotDataItem(symbolPen=None, symbolSize=5, skipFiniteCheck=False)
        line.setZValue(depth)
        self.plot.addItem(line)
        return line

    def _draw_one(self, series: Series, x: Values, y: Values, view: slice, smoothing: float) -> None:
        if self._log:
            y = np.where(y > 0, y, np.nan)
        line, twin = self.lines[series.name], self.twins[series.name]
        if len(y) <= DENSE:
            twin.setData([], [])
            line.setData(x, y, symbol="o")
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
