"""Gradient norms of all layers over time, as a heat map."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.plots import axes
from app.plots.live import LivePlot
from app.plots.parts import FIRST, Elided, Row, SaveMenu, header_row, icon_button
from app.theme import theme, tip
from engine.messages.frames import LayerNorms

COLUMNS: Final = 800
NAME_LENGTH: Final = 16
FLOOR: Final = 1e-12
QUANTITIES: Final = ("gradient norm", "update / weight")

Matrix = NDArray[np.float64]


class NormsPlot(LivePlot):
    """Rows are layers in order of depth, the first on top; columns are steps; colour is the logarithm.

    Even rows of the same colour mean healthy gradients; rows that darken with depth mean vanishing ones.
    """

    frames = (LayerNorms,)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.surface = axes.surface()
        self.plot = axes.plot(left=96)
        self.plot.showGrid(x=False, y=False)
        self.plot.invertY(True)
        self.surface.addItem(self.plot, row=0, col=0)
        self.image = pg.ImageItem(axisOrder="row-major")
        self.image.setColorMap(axes.heat_map())
        self.plot.addItem(self.image)
        self.bar = _LogBar(self.image)
        self.surface.addItem(self.bar, row=0, col=1)
        self.surface.scene().sigMouseMoved.connect(self._mouse_moved)
        self.surface.viewport().installEventFilter(self)
        self.quantity = QComboBox()
        self.quantity.addItems([name.capitalize() for name in QUANTITIES])
        self.quantity.setToolTip(
            tip(
                "What the colours show",
                "Gradient norm: how strongly the loss pulls on a layer.",
                "Update / weight: how far a step moves it; about 0.001 is healthy.",
            )
        )
        self.quantity.setAccessibleName("Quantity")
        self.quantity.currentIndexChanged.connect(self.mark)
        self.reading = Elided()
        self.follow = icon_button("fit-to-page-outline", "Show the whole course and follow it", checkable=True)
        self.follow.setChecked(True)
        self.follow.toggled.connect(self.mark)
        self.plot.getViewBox().sigResized.connect(lambda *_: self._write_names())
        self.plot.getViewBox().sigYRangeChanged.connect(lambda *_: self._write_names())
        self.plot.getViewBox().sigRangeChangedManually.connect(lambda *_: self.follow.setChecked(False))
        self.menu = SaveMenu(self.surface, self.rows, name="gradients", svg=True)
        self.menu.failed.connect(self.failed)
        self.header = header_row(self.follow, self.menu)
        self.header.insertWidget(0, self.quantity)
        self.header.insertWidget(1, self.reading, FIRST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.header)
        column.addWidget(self.surface, 1)
        self._history = _History()
        self.dress()

    def reset(self) -> None:
        self._history = _History()
        self.image.clear()
        self.reading.clear()
        self.follow.setChecked(True)

    def refresh(self) -> None:
        if self.data is None or not self.data.norms:
            return
        self._history.follow(self.data.norms, self.data.thinned)
        steps, values = self._history.read(self.quantity.currentIndex())
        grid, first, last = resampled(steps, values, COLUMNS)
        nodes = self.data.norms[-1].nodes
        with np.errstate(divide="ignore"):
            shown = np.log10(np.where(grid > FLOOR, grid, np.nan))
        low, high = _levels(shown)
        whole = QRectF(first, 0, last - first, len(nodes))
        self.image.setImage(shown, autoLevels=False, levels=(low, high), rect=whole)
        self.bar.show_levels(low, high, QUANTITIES[self.quantity.currentIndex()])
        self._write_names()
        self.plot.getViewBox().setLimits(yMin=0, yMax=len(nodes))
        if self.follow.isChecked():
            self.plot.setRange(whole, padding=0)
        self.surface.scene().prepareForPaint()

    def _write_names(self) -> None:
        """Name the layers, as many as have room."""
        nodes = self.data.norms[-1].nodes if self.data is not None and self.data.norms else []
        box = self.plot.getViewBox()
        low, high = box.viewRange()[1]
        line = QFontMetricsF(theme.font(scale=0.9)).height()
        every = max(1, math.ceil((high - low) * line / max(1.0, box.height())))
        self.plot.getAxis("left").setTicks(
            [[(row + 0.5, _short(nodes[row])) for row in range(0, len(nodes), every)]]
        )

    def dress(self) -> None:
        axes.dress(self.surface, self.plot)
        self.bar.dress()

    def rows(self) -> Iterator[Row]:
        """The recorded norms: step, node, gradient, ratio."""
        yield "step", "node", "gradient_norm", "update_ratio"
        for frame in self.data.norms if self.data else ():
            for node, gradient, ratio in zip(frame.nodes, frame.gradients, frame.ratios, strict=True):
                yield frame.step, node, gradient, ratio

    def value_at(self, step: float, row: int) -> float | None:
        """What was recorded last at or before a step, for the layer in a row."""
        steps, values = self._history.read(self.quantity.currentIndex())
        index = int(np.searchsorted(steps, step, side="right")) - 1
        inside = 0 <= index < len(steps) and 0 <= row < values.shape[1]
        return float(values[index, row]) if inside else None

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 140)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.reading.clear()
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self.follow.setChecked(True)
        return super().eventFilter(watched, event)

    def _mouse_moved(self, place: QPointF) -> None:
        box = self.plot.getViewBox()
        if self.data is None or not self.data.norms or not box.sceneBoundingRect().contains(place):
            self.reading.clear()
            return
        point = box.mapSceneToView(place)
        row, nodes = int(point.y()), self.data.norms[-1].nodes
        value = self.value_at(point.x(), row)
        self.reading.setText("" if value is None else f"{nodes[row]} · step {point.x():,.0f} · {value:.3g}")


class _History:
    """The norms as growing matrices, so that a refresh converts only what is new."""

    def __init__(self) -> None:
        self._taken = self._thinned = 0
        self._steps: Matrix = np.empty(0)
        self._values: list[Matrix] = [np.empty((0, 0)), np.empty((0, 0))]

    def follow(self, norms: list[LayerNorms], thinned: int) -> None:
        """Take what is new of the frames."""
        if thinned != self._thinned or len(norms) < self._taken:
            self.__init__()  # type: ignore[misc]  # one list of what it starts with
            self._thinned = thinned
        new = norms[self._taken :]
        if not new:
            return
        width = len(new[0].nodes)
        read = [np.array([frame.gradients for frame in new]), np.array([frame.ratios for frame in new])]
        for place, values in enumerate(read):
            old = self._values[place] if self._taken else np.empty((0, width))
            self._values[place] = np.concatenate([old, values.reshape(len(new), width)])
        self._steps = np.concatenate([self._steps, np.array([frame.step for frame in new], dtype=np.float64)])
        self._taken = len(norms)

    def read(self, quantity: int) -> tuple[Matrix, Matrix]:
        """Steps, and values by step and layer."""
        return self._steps, self._values[quantity]


class _LogBar(pg.GraphicsWidget):  # type: ignore[misc]  # pyqtgraph has no annotations
    """The colour bar: powers of ten beside the colours, what they measure on the side."""

    def __init__(self, image: Any) -> None:
        super().__init__()
        self.axis = pg.AxisItem("right")
        self._bar = pg.ImageItem(np.linspace(0, 1, 256)[:, None], axisOrder="row-major")
        self._bar.setColorMap(image.getColorMap())
        self._view = pg.ViewBox(enableMouse=False, enableMenu=False)
        self._view.addItem(self._bar)
        self.axis.linkToView(self._view)
        self.axis.setWidth(50)
        self.axis.setTickFont(theme.font(scale=0.9))
        layout = pg.QtWidgets.QGraphicsGridLayout(self)
        layout.setContentsMargins(4, 0, 0, 22)
        layout.setHorizontalSpacing(0)
        layout.addItem(self._view, 0, 0)
        layout.addItem(self.axis, 0, 1)
        self._view.setFixedWidth(12)
        self.setFixedWidth(66)

    def show_levels(self, low: float, high: float, title: str) -> None:
        """Label the colours from 10^low to 10^high."""
        self._bar.setRect(QRectF(0, low, 1, high - low))
        self._view.setRange(xRange=(0, 1), yRange=(low, high), padding=0)
        self.axis.setTicks([_powers(low, high)])
        self.axis.setLabel(title)

    def dress(self) -> None:
        """Take the theme's colours."""
        self.axis.setPen(pg.mkPen(theme.color("plot_grid")))
        self.axis.setTextPen(pg.mkPen(theme.color("muted")))
        self.axis.label.setFont(theme.font(scale=0.9))


def resampled(steps: Matrix, values: Matrix, columns: int) -> tuple[Matrix, float, float]:
    """Values by layer and column over evenly spaced steps, with the first and the last of these.

    A column holds what was recorded last before its end.
    """
    first, last = float(steps[0]), float(max(steps[-1], steps[0] + 1))
    ends = np.linspace(first, last, min(columns, max(2, len(steps))))
    index = np.searchsorted(steps, ends, side="right") - 1
    return values[np.clip(index, 0, len(steps) - 1)].T, first, last


def _levels(logs: Matrix) -> tuple[float, float]:
    known = logs[np.isfinite(logs)]
    if not len(known):
        return -1.0, 0.0
    low, high = np.percentile(known, [1, 99])
    return (float(low), float(high)) if high - low > 0.5 else (float(low) - 0.25, float(high) + 0.25)


def _powers(low: float, high: float) -> list[tuple[float, str]]:
    """Ticks at powers of ten, at 1, 2, 5 between where there are few."""
    whole = list(range(int(np.ceil(low)), int(np.floor(high)) + 1))
    if len(whole) >= 3:
        return [(float(power), f"1e{power}") for power in whole[:: max(1, len(whole) // 6)]]
    powers = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    numbers = [base * 10.0**power for power in powers for base in (1, 2, 5)]
    return [(float(np.log10(number)), f"{number:.1g}") for number in numbers if low <= np.log10(number) <= high]


def _short(node: str) -> str:
    """A name, or the end of it, which tells the layers of one block apart."""
    return node if len(node) <= NAME_LENGTH else f"…{node[1 - NAME_LENGTH :]}"
