"""Losses and metrics over the course of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from app.plots import axes
from app.plots.curve_panel import CurvePanel
from app.plots.live import LivePlot
from app.plots.parts import Chip, Flow, Row, SaveMenu, icon_button, muted_label
from app.plots.series import colours, panels
from app.theme import tip
from engine.messages.frames import Scalars

SMOOTHING: Final = 60
WIDE: Final = 1.7


class CurvesPlot(LivePlot):
    """A panel for the losses and one for each metric, beside each other where there is little height.

    All share their x axis, which counts steps or epochs, and a cursor whose values stand in the legend.
    """

    frames = (Scalars,)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panels: dict[str, CurvePanel] = {}
        self.chips: dict[str, Chip] = {}
        self._beside = False
        self._at: float | None = None
        self.surface = axes.surface()
        self.surface.scene().sigMouseMoved.connect(self._mouse_moved)
        self.surface.viewport().installEventFilter(self)
        self._legend = QWidget()
        self._chips = Flow(self._legend)
        self._build_tools()
        header = QHBoxLayout()
        header.setContentsMargins(8, 4, 6, 2)
        header.setSpacing(4)
        header.addWidget(self._legend, 1)
        for tool in self._tools:
            header.addWidget(tool, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self.surface, 1)
        self.dress()

    def _build_tools(self) -> None:
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, 99)
        self.smoothing.setValue(SMOOTHING)
        self.smoothing.setFixedWidth(84)
        self.smoothing.setToolTip(
            tip("Smoothing", "Of curves with a value each step; the pale curve is unsmoothed.")
        )
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.valueChanged.connect(self.mark)
        self.log = icon_button("math-log", "Logarithmic y axis", checkable=True)
        self.log.toggled.connect(self._set_log)
        self.x_axis = QComboBox()
        self.x_axis.addItems(["by step", "by epoch"])
        self.x_axis.setToolTip(tip("What the x axis counts"))
        self.x_axis.setAccessibleName("X axis")
        self.x_axis.currentIndexChanged.connect(self._x_changed)
        self.follow = icon_button("fit-to-page-outline", "Show the whole course and follow it", checkable=True)
        self.follow.setChecked(True)
        self.follow.toggled.connect(self._set_follow)
        self.menu = SaveMenu(self.surface, self.rows, name="curves", svg=self._save_svg)
        self._tools = (muted_label("Smooth"), self.smoothing, self.log, self.x_axis, self.follow, self.menu)

    @property
    def by_epoch(self) -> bool:
        """Whether x counts epochs."""
        return self.x_axis.currentIndex() == 1

    def reset(self) -> None:
        for chip in self.chips.values():
            self._chips.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips, self.panels = {}, {}
        self.surface.clear()
        self.follow.setChecked(True)

    def refresh(self) -> None:
        if self.data is None:
            return
        if set(self.data.series) != set(self.chips):
            self._build()
        weight = self.smoothing.value() / 100
        for panel in self.panels.values():
            panel.draw(self.data, by_epoch=self.by_epoch, smoothing=weight, follow=self.follow.isChecked())
        self._show_values()

    def dress(self) -> None:
        axes.dress(self.surface, *(panel.plot for panel in self.panels.values()))
        for panel in self.panels.values():
            panel.dress()
        for chip in self.chips.values():
            chip.update()

    def rows(self) -> Iterator[Row]:
        """The recorded values: series, step, epoch, value."""
        yield "series", "step", "epoch", "value"
        if self.data is None:
            return
        for name, (steps, values) in self.data.series.items():
            for step, epoch, value in zip(steps, self.data.epochs[name], values, strict=True):
                yield name, int(step), epoch, value

    def show_series(self, name: str, shown: bool) -> None:
        """Show or hide a curve; a panel without any is left out."""
        self.chips[name].setChecked(shown)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 140)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() > WIDE * max(1, self.height()) and self.width() > 520
        if beside != self._beside:
            self._beside = beside
            self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._set_cursor(None)
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self.follow.setChecked(True)
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        assert self.data is not None, "asked only with data"
        hidden = {name for name, chip in self.chips.items() if not chip.isChecked()}
        known = set(self.chips)
        self.reset_legend()
        for title, members in panels(self.data.series).items():
            colour = colours(members)
            self.panels[title] = CurvePanel(title, members, colour, self._left_by_hand)
            for series in members:
                chip = Chip(series.title, colour[series.name])
                chip.setChecked(series.name not in hidden and (series.is_main or series.name in known))
                chip.toggled.connect(self._toggled)
                self.chips[series.name] = chip
                self._chips.addWidget(chip)
        self._arrange()
        self.dress()
        self._set_log(self.log.isChecked())

    def reset_legend(self) -> None:
        """Forget curves and legend, not where the user looks."""
        following = self.follow.isChecked()
        self.reset()
        self.follow.setChecked(following)

    def _toggled(self) -> None:
        self._arrange()
        self.mark()

    def _arrange(self) -> None:
        self.surface.clear()
        shown = []
        for panel in self.panels.values():
            panel.show_only({name for name, chip in self.chips.items() if chip.isChecked()})
            if panel.any_shown:
                shown.append(panel)
        for place, panel in enumerate(shown):
            row, column = (0, place) if self._beside else (place, 0)
            self.surface.addItem(panel.plot, row=row, col=column)
            panel.plot.setXLink(None if place == 0 else shown[0].plot)
            last = self._beside or place == len(shown) - 1
            panel.show_x("epoch" if self.by_epoch else "step", last)
        self.mark()

    def _set_log(self, on: bool) -> None:
        for panel in self.panels.values():
            panel.set_log(on)
        self.mark()

    def _x_changed(self) -> None:
        self.follow.setChecked(True)
        self._arrange()

    def _set_follow(self, on: bool) -> None:
        if on:
            self.mark()

    def _left_by_hand(self) -> None:
        self.follow.setChecked(False)
        self.mark()

    def _mouse_moved(self, place: QPointF) -> None:
        for panel in self.panels.values():
            x = panel.x_at(place)
            if x is not None:
                self._set_cursor(x)
                return
        self._set_cursor(None)

    def _set_cursor(self, x: float | None) -> None:
        self._at = x
        for panel in self.panels.values():
            panel.set_cursor(x)
        self._show_values()

    def _show_values(self) -> None:
        for panel in self.panels.values():
            for name, value in panel.values(self._at).items():
                self.chips[name].show_value("" if value is None else f"{value:.4g}")

    def _save_svg(self, path: Path) -> None:
        axes.save_svg(self.surface, path)
