"""Losses and metrics over the course of a run."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSlider, QToolButton, QVBoxLayout, QWidget

from app.plots.curve_panel import CurvePanel
from app.plots.live import LivePlot
from app.plots.parts import Row, SaveMenu, header_row, icon_button, text_button
from app.plots.series import panels
from app.theme import tip
from engine.messages.frames import Scalars

SMOOTHING: Final = 60
WIDE: Final = 1.6
"""A panel so many times as wide as it is high reads best."""
LEAST_WIDE: Final = 260
LEAST_HIGH: Final = 110
"""A panel below that shows no course any more; where all do not fit, they scroll."""


def columns(count: int, width: int, height: int) -> int:
    """How many columns make so many panels largest."""

    def size(across: int) -> float:
        return min(width / across / WIDE, height / max(1, math.ceil(count / across)))

    return max(range(1, max(1, min(count, width // LEAST_WIDE)) + 1), key=size)


class CurvesPlot(LivePlot):
    """A panel for each loss and metric, beside and below each other so that each is as large as can be.

    All share their x axis, which counts steps or epochs, and a cursor whose values stand in the legends.
    """

    frames = (Scalars,)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panels: dict[str, CurvePanel] = {}
        self.extras: dict[str, QToolButton] = {}
        self._columns = 1
        self._at: float | None = None
        self._build_tools()
        self._area = QWidget()
        self._area.setObjectName("plots")
        self._grid = QGridLayout(self._area)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self.menu = SaveMenu(self._area, self.rows, name="curves", svg=True)
        self.menu.failed.connect(self.failed)
        self.tools = self.header = header_row(self.smoothing, self.log, self.by_epoch, self.follow, self.menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.header)
        column.addWidget(self._scrolling(), 1)
        self.dress()

    def _scrolling(self) -> QScrollArea:
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._area)
        return self._scroll

    def _build_tools(self) -> None:
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, 99)
        self.smoothing.setValue(SMOOTHING)
        self.smoothing.setFixedWidth(72)
        self.smoothing.setToolTip(tip("Smoothing", "The pale curve is what was recorded."))
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.valueChanged.connect(self.mark)
        self.log = text_button("log", "Logarithmic y axis")
        self.log.toggled.connect(self._set_log)
        self.by_epoch = text_button("epoch", "Count epochs on the x axis instead of steps")
        self.by_epoch.toggled.connect(self._x_changed)
        self.follow = icon_button("fit-to-page-outline", "Show the whole course and follow it", checkable=True)
        self.follow.setChecked(True)
        self.follow.toggled.connect(self.mark)

    def reset(self) -> None:
        for panel in self.panels.values():
            self._grid.removeWidget(panel)
            panel.hide()
            panel.deleteLater()
        for button in self.extras.values():
            self.tools.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.panels, self.extras = {}, {}
        self._at = None
        self.follow.setChecked(True)

    def refresh(self) -> None:
        if self.data is None:
            return
        wanted = {title: [s.name for s in members] for title, members in panels(self.data.series).items()}
        if wanted != {title: [s.name for s in panel.members] for title, panel in self.panels.items()}:
            self._build()
        shown, follow = self._shown(), self.follow.isChecked()
        weight, by_epoch = self.smoothing.value() / 100, self.by_epoch.isChecked()
        for panel in shown:
            panel.draw(self.data, by_epoch=by_epoch, smoothing=weight, follow=follow)
            panel.set_cursor(self._at)
        extents = [extent for panel in shown if (extent := panel.extent()) is not None]
        if follow and extents:
            across = min(low for low, _ in extents), max(high for _, high in extents)
            for panel in shown:
                panel.show_all(across)
        for panel in shown:
            panel.settle()

    def dress(self) -> None:
        for panel in self.panels.values():
            panel.dress()

    def rows(self) -> Iterator[Row]:
        """The recorded values: series, step, epoch, value."""
        yield "series", "step", "epoch", "value"
        if self.data is None:
            return
        for name, (steps, values) in self.data.series.items():
            for step, epoch, value in zip(steps, self.data.epochs[name], values, strict=True):
                yield name, int(step), epoch, value

    def panel_of(self, name: str) -> CurvePanel:
        """The panel in which a series stands."""
        return next(panel for panel in self.panels.values() if name in panel.lines)

    def show_series(self, name: str, shown: bool) -> None:
        """Show or hide a curve."""
        self.panel_of(name).chips[name].setChecked(shown)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 140)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitting() != self._columns:
            self._arrange()

    def _build(self) -> None:
        assert self.data is not None, "asked only with data"
        chosen = {name: chip.isChecked() for panel in self.panels.values() for name, chip in panel.chips.items()}
        opened = {title for title, button in self.extras.items() if button.isChecked()}
        following = self.follow.isChecked()
        self.reset()
        self.follow.setChecked(following)
        for title, members in panels(self.data.series).items():
            panel = self.panels[title] = CurvePanel(title, members, self._area)
            for name, chip in panel.chips.items():
                chip.setChecked(chosen.get(name, chip.isChecked()))
            panel.set_log(self.log.isChecked())
            panel.left.connect(self._left_by_hand)
            panel.double_clicked.connect(lambda: self.follow.setChecked(True))
            panel.pointed.connect(self._set_cursor)
            panel.toggled.connect(self.mark)
            if not any(series.is_main for series in members):
                self._add_extra(title, title in opened)
        self._arrange()

    def _add_extra(self, title: str, on: bool) -> None:
        """What is neither loss nor metric has a button that shows its panel."""
        button = self.extras[title] = text_button(title, f"Show {title} over the course of the run")
        button.setChecked(on)
        button.toggled.connect(lambda _: self._arrange())
        self.tools.insertWidget(self.tools.indexOf(self.log), button)

    def _shown(self) -> list[CurvePanel]:
        extras = {title: button.isChecked() for title, button in self.extras.items()}
        return [panel for title, panel in self.panels.items() if extras.get(title, True)]

    def _arrange(self) -> None:
        shown = self._shown()
        for panel in self.panels.values():
            self._grid.removeWidget(panel)
            panel.setVisible(panel in shown)
        self._columns = self._fitting()
        for place, panel in enumerate(shown):
            panel.setMinimumHeight(LEAST_HIGH)
            self._grid.addWidget(panel, *divmod(place, self._columns))
            panel.plot.setXLink(None if place == 0 else shown[0].plot)
        self.mark()

    def _fitting(self) -> int:
        room = self._scroll.maximumViewportSize()
        return columns(len(self._shown()), room.width(), room.height())

    def _set_log(self, on: bool) -> None:
        for panel in self.panels.values():
            panel.set_log(on)
        self.mark()

    def _x_changed(self) -> None:
        self.follow.setChecked(True)
        self.mark()

    def _left_by_hand(self) -> None:
        self.follow.setChecked(False)
        self.mark()

    def _set_cursor(self, x: float | None) -> None:
        self._at = x
        for panel in self.panels.values():
            panel.set_cursor(x)
