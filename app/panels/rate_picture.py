"""A small picture of the learning rate's course, drawn before training."""

from __future__ import annotations

import itertools
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import theme
from engine.errors import NeuroloomError
from engine.recipe import Recipe, all_schedules
from engine.recipe.course import course

Course = list[tuple[float, float]]
HEIGHT: Final = 96
_AIR: Final = 6.0
UNKNOWN: Final = 100
"""Steps of an epoch while it is not known how many samples there are."""


class RatePicture(QWidget):
    """The rate of each objective over the epochs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.courses: dict[str, Course] = {}
        self._epochs, self._reacts = 1, False
        self.setFont(theme.font(scale=0.85))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Course of the learning rate")
        theme.changed.connect(self.update)

    def show_recipe(self, recipe: Recipe | None, batches: int) -> None:
        """Show the courses of a recipe with so many steps an epoch; nothing where it is at fault."""
        try:
            aims = recipe.aims() if recipe is not None else []
            epochs = recipe.epochs if recipe is not None else 1
            found = {aim.name: course(aim, epochs, batches or UNKNOWN) for aim in aims}
            self._reacts = any(all_schedules()[aim.schedule.id].reacts for aim in aims)
        except NeuroloomError:
            found, epochs = {}, 1
        self.setVisible(bool(found))
        if found != self.courses or epochs != self._epochs:
            self.courses, self._epochs = found, epochs
            self.setAccessibleDescription("; ".join(_told(name, points) for name, points in found.items()))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is painted
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = float(painter.fontMetrics().height())
        highest = max((rate for points in self.courses.values() for _, rate in points), default=0.0) or 1.0
        left = painter.fontMetrics().horizontalAdvance(_number(highest)) + _AIR
        area = QRectF(left, text / 2 + 1, self.width() - left - _AIR, self.height() - 2 * text - _AIR)
        painter.fillRect(area, theme.color("plot_background"))
        self._paint_axes(painter, area, highest, text)
        for place, points in enumerate(self.courses.values()):
            self._paint_course(painter, area, points, highest, place)
        painter.end()

    def _paint_axes(self, painter: QPainter, area: QRectF, highest: float, text: float) -> None:
        painter.setPen(QPen(theme.color("plot_grid"), 1))
        for share in (0.0, 0.5, 1.0):
            y = area.bottom() - share * area.height()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(theme.color("muted"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for share, label in ((0.0, "0"), (1.0, _number(highest))):
            y = area.bottom() - share * area.height()
            painter.drawText(QRectF(0, y - text / 2, area.left() - _AIR + 2, text), right, label)
        below = QRectF(area.left(), area.bottom() + 2, area.width(), text)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"epoch {self._epochs}")
        if self._reacts:
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, "falls when the loss stalls")

    def _paint_course(self, painter: QPainter, area: QRectF, points: Course, highest: float, place: int) -> None:
        def at(epoch: float, rate: float) -> QPointF:
            across = min(1.0, epoch / self._epochs)
            # Held off the upper edge by its own width, or half of the line would be cut.
            return QPointF(
                area.left() + across * area.width(), area.bottom() - rate / highest * (area.height() - 1)
            )

        path = QPainterPath(at(*points[0]))
        for (_, before), (epoch, rate) in itertools.pairwise(points):
            if rate < 0.8 * before or rate > 1.25 * before:
                path.lineTo(at(epoch, before))  # a stair, not a slope
            path.lineTo(at(epoch, rate))
        path.lineTo(at(self._epochs, points[-1][1]))
        painter.setPen(QPen(theme.series(place), 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)


def _told(name: str, points: Course) -> str:
    rates = [rate for _, rate in points]
    begins = f"begins at {_number(rates[0])}, highest {_number(max(rates))}, ends at {_number(rates[-1])}"
    return f"{name} {begins}".strip()


def _number(rate: float) -> str:
    return f"{rate:.3g}"
