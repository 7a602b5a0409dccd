"""A picture of a run's curves: loss and metrics on train and validation, by epoch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from engine.runs import Curve, RunFolder, RunReader

if TYPE_CHECKING:
    import numpy as np
    from PIL import ImageDraw, ImageFont

NAME: Final = "curves.png"
POINTS: Final = 4_000
SHARPNESS: Final = 2  # pixels of the file a point
SCALE: Final = 2 * SHARPNESS  # drawn larger, then reduced: Pillow's lines have hard edges
PANEL_WIDTH, PANEL_HEIGHT = 620, 400
LEFT, RIGHT, TOP, BOTTOM = 72, 24, 64, 52
PAPER, INK, QUIET, GRID = "#ffffff", "#24292f", "#6e7781", "#e6e8eb"
COLOURS: Final = {"train": "#3b6fd4", "val": "#d9730d"}
OTHER: Final = "#57606a"
WORDS: Final = {"train": "training", "val": "validation"}
SMOOTH_ABOVE: Final = 120
WINDOW: Final = 0.03


class Span(msgspec.Struct, frozen=True):
    """A range of values, and the ticks on it."""

    low: float
    high: float
    ticks: tuple[float, ...]


class Panel(msgspec.Struct, frozen=True):
    """One plot: what it shows, and its curves by split."""

    title: str
    curves: dict[str, Curve]


def draw(run: RunFolder, title: str) -> Path | None:
    """Write the picture into the run's folder; None where nothing was recorded yet.

    Raises:
        RunError: the run cannot be read.
    """
    from PIL import Image, ImageDraw

    with RunReader(run) as reader:
        panels = _panels(reader.series(limit=POINTS))
    if not panels:
        return None
    size = (PANEL_WIDTH * len(panels) * SCALE, (PANEL_HEIGHT + TOP // 2) * SCALE)
    image = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(image)
    _text(pen, (LEFT, 14), title, size=17, colour=INK)
    for place, panel in enumerate(panels):
        _Plot(pen, place * PANEL_WIDTH, TOP // 2, panel).draw()
    path = run.path / NAME
    image.reduce(SCALE // SHARPNESS).save(path, optimize=True)
    return path


def _panels(series: Mapping[str, Curve]) -> list[Panel]:
    """Loss first, then every metric that train and validation share, at most three."""
    found: dict[str, dict[str, Curve]] = {}
    for name, curve in series.items():
        split, _, what = name.partition("/")
        if split in COLOURS and len(curve.steps):
            found.setdefault(what, {})[split] = curve
    order = sorted(found, key=lambda what: (what != "loss", len(found[what]) < 2, what))
    return [Panel(what, dict(sorted(found[what].items()))) for what in order[:3]]


class _Plot:
    """A panel with its axes, in pixels of the whole picture before scaling."""

    def __init__(self, pen: ImageDraw.ImageDraw, left: int, top: int, panel: Panel) -> None:
        self.pen, self.panel = pen, panel
        self.box = (left + LEFT, top + TOP, left + PANEL_WIDTH - RIGHT, top + PANEL_HEIGHT - BOTTOM)
        curves = panel.curves.values()
        self.x = span([(0.0, max(float(curve.epochs[-1]) for curve in curves))], whole=True)
        self.y = span([_extent(curve.values) for curve in curves])

    def draw(self) -> None:
        left, top, right, bottom = self.box
        for tick in self.y.ticks:
            y = self._y(tick)
            self._line([(left, y), (right, y)], GRID, 1)
            self._text((left - 8, y), brief(tick, self.y), "rm")
        for tick in self.x.ticks:
            self._line([(self._x(tick), bottom), (self._x(tick), bottom + 4)], QUIET, 1)
            self._text((self._x(tick), bottom + 8), f"{tick:g}", "mt")
        self._line([(left, bottom), (right, bottom)], QUIET, 1)
        self._text(((left + right) / 2, bottom + 30), "epoch", "mt")
        _text(self.pen, (left, top - 28), self.panel.title, size=14, colour=INK)
        for split, curve in self.panel.curves.items():
            self._curve(curve, COLOURS.get(split, OTHER))
        self._legend()

    def _curve(self, curve: Curve, colour: str) -> None:
        smoothed = smooth(curve.values)
        if smoothed is not None:
            self._stroke(curve.epochs, curve.values, _pale(colour), 1)
        self._stroke(curve.epochs, curve.values if smoothed is None else smoothed, colour, 2.2)
        if len(curve.steps) <= 60:
            for x, y in zip(curve.epochs.tolist(), curve.values.tolist(), strict=True):
                if math.isfinite(y):
                    self._dot(self._x(x), self._y(y), colour)

    def _stroke(self, x: np.ndarray, y: np.ndarray, colour: str, width: float) -> None:
        """A line through the points that are finite, broken where they are not."""
        part: list[tuple[float, float]] = []
        for epoch, value in zip(x.tolist(), y.tolist(), strict=True):
            if math.isfinite(value):
                part.append((self._x(epoch), self._y(value)))
                continue
            self._line(part, colour, width)
            part = []
        self._line(part, colour, width)

    def _legend(self) -> None:
        right, y = float(self.box[2]), self.box[1] - 20
        for split in reversed(list(self.panel.curves)):
            last = self.panel.curves[split].values[-1]
            words = f"{WORDS.get(split, split)}  {last:.4g}"
            width = self.pen.textlength(words, font=_font(12)) / SCALE
            self._text((right - width, y), words, "lm", colour=INK)
            self._line([(right - width - 24, y), (right - width - 8, y)], COLOURS.get(split, OTHER), 3)
            right -= width + 44

    def _x(self, value: float) -> float:
        left, _, right, _ = self.box
        return left + (value - self.x.low) / (self.x.high - self.x.low) * (right - left)

    def _y(self, value: float) -> float:
        _, top, _, bottom = self.box
        share = (value - self.y.low) / (self.y.high - self.y.low)
        return bottom - min(max(share, 0.0), 1.0) * (bottom - top)

    def _line(self, points: list[tuple[float, float]], colour: str, width: float) -> None:
        if len(points) > 1:
            scaled = [(x * SCALE, y * SCALE) for x, y in points]
            self.pen.line(scaled, fill=colour, width=round(width * SCALE), joint="curve")

    def _dot(self, x: float, y: float, colour: str) -> None:
        radius = 3
        box = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]
        self.pen.ellipse(box, fill=colour)

    def _text(self, at: tuple[float, float], words: str, anchor: str, colour: str = QUIET) -> None:
        _text(self.pen, at, words, anchor=anchor, colour=colour)


def smooth(values: np.ndarray) -> np.ndarray | None:
    """A centred moving average over 3 % of the points; None where there are few, or some are not finite."""
    import numpy as np

    count = len(values)
    if count < SMOOTH_ABOVE or not np.isfinite(values).all():
        return None
    half = max(2, round(count * WINDOW / 2))
    sums = np.concatenate([[0.0], np.cumsum(values)])
    places = np.arange(count)
    low, high = np.maximum(places - half, 0), np.minimum(places + half + 1, count)
    averaged: np.ndarray = (sums[high] - sums[low]) / (high - low)
    return averaged


def span(extents: list[tuple[float, float]], *, whole: bool = False) -> Span:
    """A range with round ticks that holds all extents; `whole`: ticks on whole numbers, the end as it is."""
    low, high = min(low for low, _ in extents), max(high for _, high in extents)
    if high <= low:
        low, high = (low - 0.5, high + 0.5) if not whole else (low, low + 1)
    step = _round_step((high - low) / 5)
    if whole:
        step = max(1.0, step)
        return Span(low, high, tuple(step * n for n in range(math.ceil(low / step), math.floor(high / step) + 1)))
    first, last = math.floor(low / step), math.ceil(high / step)
    return Span(first * step, last * step, tuple(n * step for n in range(first, last + 1)))


def brief(value: float, axis: Span) -> str:
    """A tick's number with as many decimals as its axis needs."""
    step = axis.ticks[1] - axis.ticks[0] if len(axis.ticks) > 1 else 1.0
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:.{decimals}f}" if decimals <= 6 else f"{value:.2e}"


def _extent(values: np.ndarray) -> tuple[float, float]:
    """Lowest and highest finite value; of a long curve without the top 1 %, since a first spike hides the rest."""
    import numpy as np

    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    high = np.quantile(finite, 0.99) if len(finite) > SMOOTH_ABOVE else finite.max()
    return float(finite.min()), float(high)


def _round_step(raw: float) -> float:
    power: float = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)


def _pale(colour: str) -> str:
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{255 - (255 - part) * 3 // 10:02x}" for part in parts)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    from PIL import ImageFont

    return ImageFont.load_default(size * SCALE)


def _text(
    pen: ImageDraw.ImageDraw,
    at: tuple[float, float],
    words: str,
    *,
    size: int = 12,
    anchor: str = "la",
    colour: str = QUIET,
) -> None:
    pen.text((at[0] * SCALE, at[1] * SCALE), words, font=_font(size), fill=colour, anchor=anchor)
