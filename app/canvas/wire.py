"""Wires: their curve, and how near a point is to it."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

from PySide6.QtGui import QPainterPath

from app.canvas.boxes import Box
from engine.graph import Edge

Point: TypeAlias = tuple[float, float]
WireState: TypeAlias = Literal["ok", "error", "blocked"]
_SAMPLES = 24


class WireView:
    """What the canvas keeps of a wire: two ends and the curve between."""

    __slots__ = ("_path", "_points", "box", "category", "edge", "hidden", "state", "x0", "x1", "y0", "y1")

    def __init__(self, edge: Edge) -> None:
        self.edge = edge
        self.x0 = self.y0 = self.x1 = self.y1 = 0.0
        self.box: Box = (0.0, 0.0, 0.0, 0.0)
        self.category = ""
        self.state: WireState = "ok"
        self.hidden = False
        self._path: QPainterPath | None = None
        self._points: list[Point] | None = None

    def run(self, start: Point, end: Point) -> bool:
        """Lay the wire between two points; whether it moved."""
        if (self.x0, self.y0) == start and (self.x1, self.y1) == end and self.box != (0.0, 0.0, 0.0, 0.0):
            return False
        (self.x0, self.y0), (self.x1, self.y1) = start, end
        self._path = self._points = None
        bow = reach(self.x0, self.x1)
        over = bow * 0.3 if self.x1 < self.x0 + bow else 0.0  # how far a wire that runs back swings out
        self.box = (
            min(self.x0, self.x1) - over - 2,
            min(self.y0, self.y1) - 2,
            max(self.x0, self.x1) + over + 2,
            max(self.y0, self.y1) + 2,
        )
        return True

    @property
    def path(self) -> QPainterPath:
        """The curve."""
        if self._path is None:
            self._path = curve((self.x0, self.y0), (self.x1, self.y1))
        return self._path

    @property
    def points(self) -> list[Point]:
        """Points along the curve, near enough to each other to measure by."""
        if self._points is None:
            self._points = sampled((self.x0, self.y0), (self.x1, self.y1))
        return self._points

    def distance(self, x: float, y: float) -> float:
        """How far a point is from the wire."""
        points = self.points
        return min(_to_segment(x, y, *points[i], *points[i + 1]) for i in range(len(points) - 1))

    def crosses(self, one: Point, other: Point) -> bool:
        """Whether a straight cut meets the wire."""
        points = self.points
        return any(_meet(one, other, points[i], points[i + 1]) for i in range(len(points) - 1))


def reach(x0: float, x1: float) -> float:
    """How far a wire runs level before it bends."""
    ahead = x1 - x0
    return max(28.0, ahead * 0.5) if ahead >= 0 else min(160.0, 40.0 - ahead * 0.4)


def curve(start: Point, end: Point) -> QPainterPath:
    """The curve of a wire, level at both ends."""
    bow = reach(start[0], end[0])
    path = QPainterPath()
    path.moveTo(*start)
    path.cubicTo(start[0] + bow, start[1], end[0] - bow, end[1], *end)
    return path


def sampled(start: Point, end: Point) -> list[Point]:
    """Points along the curve of a wire."""
    bow = reach(start[0], end[0])
    xs = (start[0], start[0] + bow, end[0] - bow, end[0])
    ys = (start[1], start[1], end[1], end[1])
    found = []
    for step in range(_SAMPLES + 1):
        t = step / _SAMPLES
        s = 1 - t
        a, b, c, d = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
        found.append(
            (a * xs[0] + b * xs[1] + c * xs[2] + d * xs[3], a * ys[0] + b * ys[1] + c * ys[2] + d * ys[3])
        )
    return found


def _to_segment(x: float, y: float, x0: float, y0: float, x1: float, y1: float) -> float:
    dx, dy = x1 - x0, y1 - y0
    length = dx * dx + dy * dy
    t = 0.0 if not length else min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) / length))
    return math.hypot(x - x0 - t * dx, y - y0 - t * dy)


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) <= 0 and side(c, d, a) * side(c, d, b) <= 0
