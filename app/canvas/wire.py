"""Wires: their curve, and how near a point is to it."""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias

from PySide6.QtGui import QPainterPath

from app.canvas.boxes import Box
from engine.graph import Edge

Point: TypeAlias = tuple[float, float]
WireState: TypeAlias = Literal["ok", "error", "blocked"]
Segment: TypeAlias = tuple[Point, Point, Point, Point]
_SAMPLES: Final = 20
_BACK: Final = 24.0  # how far a target may lie behind before its wire goes round
_ROUND: Final = 52.0
_WRITTEN: Final = 75.0  # how far the shape at its start reaches
_LEVEL: Final = 12.0
_BEND: Final = 100.0  # the last stretch, in which a wire goes up or down


class WireView:
    """What the canvas keeps of a wire: two ends and the curve between."""

    __slots__ = (
        "_path", "_points", "box", "category", "delayed", "edge", "hidden", "level", "state", "x0", "x1", "y0",
        "y1",
    )  # fmt: skip

    def __init__(self, edge: Edge) -> None:
        self.edge = edge
        self.x0 = self.y0 = self.x1 = self.y1 = 0.0
        self.box: Box = (0.0, 0.0, 0.0, 0.0)
        self.category = ""
        self.state: WireState = "ok"
        self.hidden = False
        self.delayed = False  # whether it is read a time step later
        self.level: float | None = None  # the height at which it runs back, where it must not cross cards
        self._path: QPainterPath | None = None
        self._points: list[Point] | None = None

    @property
    def start(self) -> Point:
        """Where it leaves a card."""
        return self.x0, self.y0

    @property
    def end(self) -> Point:
        """Where it enters a card."""
        return self.x1, self.y1

    def run(self, start: Point, end: Point, level: float | None = None) -> bool:
        """Lay the wire between two points, back at a level if one is given; whether it moved."""
        laid = self.box != (0.0, 0.0, 0.0, 0.0)
        if self.start == start and self.end == end and self.level == level and laid:
            return False
        (self.x0, self.y0), (self.x1, self.y1) = start, end
        self.level = level
        self._path = self._points = None
        self.box = _bounds(segments(start, end, level))
        return True

    @property
    def path(self) -> QPainterPath:
        """The curve."""
        if self._path is None:
            self._path = curve(self.start, self.end, self.level)
        return self._path

    @property
    def points(self) -> list[Point]:
        """Points along the curve, near enough to each other to measure by."""
        if self._points is None:
            self._points = sampled(self.start, self.end, self.level)
        return self._points

    @property
    def parts(self) -> list[Box]:
        """Boxes around the pieces of the curve: together much smaller than `box` where the wire is long."""
        return [_bounds([piece]) for piece in segments(self.start, self.end, self.level)]

    @property
    def steep(self) -> bool:
        """Whether the wire leaves its level already where the shape is written."""
        return self.x1 - self.x0 < _BEND + _WRITTEN and abs(self.y1 - self.y0) > _LEVEL

    def distance(self, x: float, y: float) -> float:
        """How far a point is from the wire."""
        points = self.points
        return min(_to_segment(x, y, *points[i], *points[i + 1]) for i in range(len(points) - 1))

    def crosses(self, one: Point, other: Point) -> bool:
        """Whether a straight cut meets the wire."""
        points = self.points
        return any(_meet(one, other, points[i], points[i + 1]) for i in range(len(points) - 1))


def returns(start: Point, end: Point) -> bool:
    """Whether a wire between two points runs back."""
    return end[0] - start[0] < -_BACK


def segments(start: Point, end: Point, level: float | None = None) -> list[Segment]:
    """The cubic pieces of a wire, level at both ends.

    A long one stays level until it is near its target, so that it keeps to the lane that layout gives it; one
    that runs back goes round between the two cards, or at the level that is given.
    """
    (x0, y0), (x1, y1) = start, end
    ahead = x1 - x0
    if not returns(start, end):
        straight = max(0.0, ahead - _BEND)
        bow = max(28.0, (ahead - straight) * 0.5)
        bend: Segment = ((x0 + straight, y0), (x0 + straight + bow, y0), (x1 - bow, y1), end)
        return [(start, start, bend[0], bend[0]), bend] if straight else [bend]
    if level is None:
        beside = abs(y1 - y0) < 2 * _ROUND
        level = max(y0, y1) + 1.6 * _ROUND if beside else (y0 + y1) / 2
    turn = (x0, level), (x1, level)
    return [
        (start, (x0 + _ROUND, y0), (x0 + _ROUND, level), turn[0]),
        (turn[0], (x0 + ahead / 3, level), (x1 - ahead / 3, level), turn[1]),
        (turn[1], (x1 - _ROUND, level), (x1 - _ROUND, y1), end),
    ]


def curve(start: Point, end: Point, level: float | None = None) -> QPainterPath:
    """The curve of a wire."""
    path = QPainterPath()
    path.moveTo(*start)
    for first, one, other, last in segments(start, end, level):
        if _is_level(first, one, other, last):
            path.lineTo(*last)
        else:
            path.cubicTo(*one, *other, *last)
    return path


def sampled(start: Point, end: Point, level: float | None = None) -> list[Point]:
    """Points along the curve of a wire."""
    found = [start]
    for first, one, other, last in segments(start, end, level):
        if _is_level(first, one, other, last):
            found.append(last)
            continue
        for step in range(1, _SAMPLES + 1):
            t = step / _SAMPLES
            s = 1 - t
            a, b, c, d = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
            found.append(
                (
                    a * first[0] + b * one[0] + c * other[0] + d * last[0],
                    a * first[1] + b * one[1] + c * other[1] + d * last[1],
                )
            )
    return found


def _is_level(first: Point, one: Point, other: Point, last: Point) -> bool:
    ahead = min(first[0], last[0]) <= min(one[0], other[0]) and max(one[0], other[0]) <= max(first[0], last[0])
    return first[1] == one[1] == other[1] == last[1] and ahead


def _bounds(pieces: list[Segment]) -> Box:
    """A box around the pieces: controls pull a curve out by three quarters of their way at most."""
    xs, ys = [], []
    for first, one, other, last in pieces:
        xs += [first[0], last[0], first[0] + 0.75 * (one[0] - first[0]), last[0] + 0.75 * (other[0] - last[0])]
        ys += [first[1], last[1]]
    return min(xs) - 2, min(ys) - 2, max(xs) + 2, max(ys) + 2


def _to_segment(x: float, y: float, x0: float, y0: float, x1: float, y1: float) -> float:
    dx, dy = x1 - x0, y1 - y0
    length = dx * dx + dy * dy
    t = 0.0 if not length else min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) / length))
    return math.hypot(x - x0 - t * dx, y - y0 - t * dy)


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) <= 0 and side(c, d, a) * side(c, d, b) <= 0
