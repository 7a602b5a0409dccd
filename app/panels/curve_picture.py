"""A small picture of the curve that a kind bends each number along, over its slope."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.panels.curve_lines import CurveLines, Line, curve_lines
from app.theme import theme
from engine.catalog import NodeKind

WIDTH: Final = 1.8
_AIR: Final = 6.0
_UPPER_SHARE: Final = 0.58
_DECIMALS: Final = 4


class CurvePicture(QWidget):
    """The curve above, its slope below, over one axis."""

    def __init__(self, height: int = 220, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: NodeKind | None = None
        self._lines: CurveLines | None = None
        self._height = height
        self.setFont(theme.font(scale=0.85))
        self.setMinimumWidth(140)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Curve and slope")
        theme.changed.connect(self.update)

    def show_kind(self, kind: NodeKind | None) -> bool:
        """Show the curve of a kind with its parameters; says whether it has one."""
        if kind != self._kind:
            self._kind = kind
            self._lines = curve_lines(kind) if kind is not None else None
            self.setAccessibleDescription(_told(self._lines) if self._lines else "")
            self.update()
        return self._lines is not None

    def sizeHint(self) -> QSize:
        return QSize(260, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is painted
        if self._lines is None or self._kind is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self.height() - 3 * painter.fontMetrics().height() - 3 * _AIR
        upper, lower = room * _UPPER_SHARE, room * (1 - _UPPER_SHARE)
        trained = type(self._kind).slope is not NodeKind.slope
        curve, slope = _words(self._lines)
        plots = (
            _Plot("Output", curve, theme.series(0), self._lines.curve, upper),
            _Plot("Slope for training" if trained else "Slope", slope, theme.series(1), self._lines.slope, lower),
        )
        self._paint(painter, plots, self._lines.reach)
        painter.end()

    def _paint(self, painter: QPainter, plots: tuple[_Plot, _Plot], reach: float) -> None:
        metrics = painter.fontMetrics()
        text = float(metrics.height())
        left = max(metrics.horizontalAdvance(label) for plot in plots for label in plot.labels(text)) + _AIR
        width = self.width() - left - metrics.horizontalAdvance(_number(reach)) / 2 - 1
        top = 0.0
        for plot in plots:
            area = QRectF(left, top + text + _AIR / 2, width, plot.height)
            plot.paint(painter, area, reach)
            top = area.bottom() + _AIR
        for x in (-reach, 0.0, reach):
            place = left + width * (x / reach + 1) / 2
            box = QRectF(place - 60, self.height() - text, 120, text)
            painter.setPen(theme.color("muted"))
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, _number(x))


class _Plot(NamedTuple):
    """One of the two plots: its name, a remark, its colour and lines."""

    title: str
    remark: str
    colour: QColor
    lines: list[Line]
    height: float

    def labels(self, text: float) -> list[str]:
        """What stands beside the plot, in a font of such a height."""
        return [_number(y) for y in self._ticks(text)]

    def paint(self, painter: QPainter, area: QRectF, reach: float) -> None:
        """Paint the plot into an area, and its title above."""
        self._paint_ground(painter, area)
        low, high = self._bounds()

        def at(x: float, y: float) -> QPointF:
            across = (x / reach + 1) / 2
            up = (y - low) / (high - low) * area.height()
            return QPointF(area.left() + across * area.width(), area.bottom() - up)

        ticks = self._ticks(painter.fontMetrics().height())
        self._paint_grid(painter, area, [(at(0, y), _number(y)) for y in ticks], at(0, 0))
        painter.save()
        painter.setClipRect(area.adjusted(-1, -1, 1, 1))
        for line in self.lines:
            self._paint_line(painter, [at(x, y) for x, y in line])
        painter.restore()

    def _paint_ground(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("plot_background"))
        painter.drawRect(area)
        height = painter.fontMetrics().height()
        head = QRectF(area.left(), area.top() - height - _AIR / 2, area.width(), height)
        painter.setPen(self.colour)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft, self.title)
        painter.setPen(theme.color("muted"))
        painter.drawText(head, Qt.AlignmentFlag.AlignRight, self.remark)

    def _paint_grid(
        self, painter: QPainter, area: QRectF, ticks: list[tuple[QPointF, str]], origin: QPointF
    ) -> None:
        height = painter.fontMetrics().height()
        grid, axis = QPen(theme.color("plot_grid"), 1), QPen(theme.color("wire"), 1)
        for place, label in ticks:
            painter.setPen(axis if math.isclose(place.y(), origin.y()) else grid)
            painter.drawLine(QPointF(area.left(), _sharp(place.y())), QPointF(area.right(), _sharp(place.y())))
            painter.setPen(theme.color("muted"))
            box = QRectF(0, place.y() - height / 2, area.left() - _AIR + 1, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label)
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            x = _sharp(area.left() + share * area.width())
            painter.setPen(axis if share == 0.5 else grid)
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _paint_line(self, painter: QPainter, points: list[QPointF]) -> None:
        if points[-1].x() - points[0].x() < 0.5:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.colour)
            painter.drawEllipse(points[0], 1.5 * WIDTH, 1.5 * WIDTH)
            return
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        pen = QPen(self.colour, WIDTH)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _bounds(self) -> tuple[float, float]:
        """Lowest and highest number shown: all of the lines and 0, with some air."""
        numbers = [0.0, *(y for line in self.lines for _, y in line)]
        low, high = min(numbers), max(numbers)
        if high - low < 1e-9:
            high = low + 1
        air = 0.08 * (high - low)
        return low - air, high + air

    def _ticks(self, text: float) -> list[float]:
        """Some round numbers within the bounds, 0 among them; their labels do not touch."""
        low, high = self._bounds()
        most = max(2.0, self.height / (1.9 * text))
        step = next(step for step in _steps(high - low) if (high - low) / step <= most)
        return [step * count for count in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _steps(span: float) -> Iterator[float]:
    """Round numbers, from a tenth of a span up."""
    unit = 10.0 ** math.floor(math.log10(span / 10))
    while True:
        yield from (unit, 2 * unit, 2.5 * unit, 5 * unit)
        unit *= 10


def _words(lines: CurveLines) -> tuple[str, str]:
    """What is remarkable about the curve and about its slope."""
    return _jumping(lines.jumps), _jumping(lines.kinks)


def _told(lines: CurveLines) -> str:
    """The same for those who cannot see the picture."""
    words = zip(("Output", "Slope"), _words(lines), strict=True)
    return ". ".join(f"{what} {remark}" for what, remark in words if remark)


def _jumping(places: list[float]) -> str:
    pairs = [x for x in places if x > 0 and -x in places]
    texts = [_number(x) for x in places if x not in pairs and -x not in pairs] + [f"±{_number(x)}" for x in pairs]
    return f"jumps at {', '.join(texts)}" if texts else ""


def _number(number: float) -> str:
    return f"{round(number, _DECIMALS) or 0.0:g}".replace("-", "−")


def _sharp(place: float) -> float:
    """The middle of a pixel, where a thin line is not smeared."""
    return math.floor(place) + 0.5
