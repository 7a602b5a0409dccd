"""pyqtgraph dressed in the theme: the only module that sets it up."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame

from app.theme import heat, theme

pg.setConfigOptions(antialias=True, useOpenGL=False)

WIDTH = 1.8
LEFT_AXIS = 44
BOTTOM_AXIS = 24


def surface() -> Any:
    """A widget that holds several items beside each other."""
    made = pg.GraphicsLayoutWidget()
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.ci.layout.setContentsMargins(4, 6, 10, 2)
    made.ci.layout.setSpacing(4)
    return made


def view() -> Any:
    """A widget that holds one plot."""
    made = pg.PlotWidget(plotItem=plot())
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setMinimumSize(80, 40)
    return made


def plot(*, left: int = LEFT_AXIS) -> Any:
    """An empty plot; the wheel zooms, dragging pans, there is no menu of pyqtgraph's own."""
    made = pg.PlotItem()
    made.setMenuEnabled(False)
    made.hideButtons()
    made.getAxis("left").setWidth(left)
    made.getAxis("bottom").setHeight(BOTTOM_AXIS)
    made.showGrid(x=True, y=True, alpha=1.0)
    for name in ("left", "bottom"):
        made.getAxis(name).enableAutoSIPrefix(False)
    made.setDefaultPadding(0.03)
    made.setContentsMargins(0, 4, 10, 2)
    return made


def dress(area: Any, *plots: Any) -> None:
    """Give plots the theme's colours and type."""
    area.setBackground(theme.color("plot_background"))
    font = theme.font(scale=0.9)
    for item in plots:
        for name in ("left", "bottom"):
            axis = item.getAxis(name)
            axis.setPen(pg.mkPen(theme.color("plot_grid")))
            axis.setTickPen(pg.mkPen(theme.color("plot_grid"), width=1))  # another width is ten times slower
            axis.setTextPen(pg.mkPen(theme.color("muted")))
            axis.setStyle(tickFont=font, tickLength=-4, tickTextOffset=4, maxTickLevel=0)
            axis.label.setFont(font)


def pen(colour: QColor, ratio: float, width: float = WIDTH, *, alpha: float = 1.0) -> Any:
    """A curve's pen. pyqtgraph's pens count pixels of the screen, of which there are `ratio` a unit."""
    shade = QColor(colour)
    shade.setAlphaF(alpha)
    return pg.mkPen(shade, width=width * ratio)


def cursor_line() -> Any:
    """The line that follows the mouse."""
    made = pg.InfiniteLine(angle=90, movable=False)
    made.setZValue(50)
    made.hide()
    return made


def heat_map() -> Any:
    """The theme's colours from low to high."""
    colours = [((value >> 16) & 255, (value >> 8) & 255, value & 255) for value in heat()]
    return pg.ColorMap(None, colours)
