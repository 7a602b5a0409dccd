"""The curve of a kind and its slope as lines to draw: how far they go, where they break."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from engine.catalog import NodeKind

Function: TypeAlias = Callable[[float], float | None]
Line: TypeAlias = list[tuple[float, float]]

USUAL_REACH: Final = 4.0
POINTS: Final = 240
MOST_BREAKS: Final = 8
"""What seems to break more often than that is a wave too fine to follow."""

_A_DECADE: Final = 12
_NARROW: Final = 5e-6


class CurveLines(NamedTuple):
    """Lines between `-reach` and `reach`, and where the curve jumps (`jumps`) or its slope does (`kinks`)."""

    reach: float
    curve: list[Line]
    slope: list[Line]
    jumps: list[float]
    kinks: list[float]


class _Break(NamedTuple):
    left: tuple[float, float]
    right: tuple[float, float]

    @property
    def place(self) -> float:
        return (self.left[0] + self.right[0]) / 2

    @property
    def size(self) -> float:
        return abs(self.right[1] - self.left[1])


def curve_lines(kind: NodeKind) -> CurveLines | None:
    """What there is to draw of a kind; None where it has no curve."""
    if kind.curve(0.5) is None:
        return None
    reach = _reach(kind)
    places = [reach * (2 * step / POINTS - 1) for step in range(POINTS + 1)]
    curve, jumps = _broken(kind.curve, places)
    slope, kinks = _broken(kind.slope, places, [found.place for found in jumps])
    lines = [line for line in slope if line[-1][0] - line[0][0] > reach / POINTS]  # shorter: a kink, smeared
    at = _places(jumps)
    return CurveLines(reach, curve, lines, at, [x for x in _places(kinks) if x not in at])


def _reach(kind: NodeKind) -> float:
    """How far from 0 the curve is worth seeing: beyond its outermost kink, or until its slope settles."""
    steps = [10 ** (exponent / _A_DECADE) for exponent in range(-2 * _A_DECADE, 2 * _A_DECADE + 1)]
    places = [-x for x in reversed(steps)] + steps  # finer towards 0
    jumps = _breaks(kind.curve, places)
    kinks = _breaks(kind.slope, places, [found.place for found in jumps])
    if jumps or kinks:
        outermost = max(abs(found.place) for found in (*jumps, *kinks))
        near = 1e-3 < outermost < 0.25
        return _round_up(6 * outermost if near else max(1.5 * outermost, USUAL_REACH))
    return _round_up(_settled(kind))


def _settled(kind: NodeKind) -> float:
    """Where a smooth curve has shown nearly all of its slopes."""
    shown = {2.0**power: _span(kind.slope, 2.0**power) for power in range(-8, 8)}
    whole = max(shown.values())
    if shown[128.0] > 50 * shown[USUAL_REACH]:  # it only gets steeper
        return USUAL_REACH
    soon = min(reach for reach, span in shown.items() if span >= 0.999 * whole)
    far = min(reach for reach, span in shown.items() if span >= 0.9 * whole)
    return 4 * soon if soon < 1 else max(USUAL_REACH, far)


def _span(function: Function, reach: float) -> float:
    found = [_at(function, reach * step / 32) for step in range(-32, 33)]
    known = [value for value in found if math.isfinite(value)]
    return max(known) - min(known) if known else 0.0


def _broken(
    function: Function, places: Sequence[float], known: Sequence[float] = ()
) -> tuple[list[Line], list[_Break]]:
    """A function as lines, cut where it jumps."""
    breaks = _breaks(function, places, known)
    lines: list[Line] = [[]]
    waiting = list(breaks)
    for x in places:
        while waiting and waiting[0].right[0] <= x:
            found = waiting.pop(0)
            lines[-1].append(found.left)
            lines.append([found.right])
        y = _at(function, x)
        if not math.isfinite(y):
            lines.append([])
        elif not _near(x, known):
            lines[-1].append((x, y))
    return [line for line in lines if line], breaks


def _breaks(function: Function, places: Sequence[float], known: Sequence[float] = ()) -> list[_Break]:
    """Where a function jumps; at `known` places its derivative by differences means nothing."""
    found = list(_find(function, [x for x in places if not _near(x, known)], known))
    return found if len(found) <= MOST_BREAKS else []


def _find(function: Function, places: Sequence[float], known: Sequence[float]) -> Iterator[_Break]:
    values = [_at(function, x) for x in places]
    for left, right in pairwise(zip(places, values, strict=True)):
        if not _differ(left[1], right[1]):
            continue
        jump = next((x for x in known if left[0] < x < right[0]), None)
        if jump is not None:
            yield _Break((jump, left[1]), (jump, right[1]))
            continue
        wide = _narrowed(function, _Break(left, right), 8 * _NARROW)
        found = _narrowed(function, wide, _NARROW)
        if found.size > wide.size / 2 and _differ(
            found.left[1], found.right[1]
        ):  # the smooth shrinks with the width
            yield found


def _narrowed(function: Function, around: _Break, width: float) -> _Break:
    """The half that changes more, over and over, down to a width."""
    left, right = around
    while right[0] - left[0] > width * max(1.0, abs(left[0])):
        x = (left[0] + right[0]) / 2
        middle = (x, _at(function, x))
        if abs(middle[1] - left[1]) >= abs(right[1] - middle[1]):
            right = middle
        else:
            left = middle
    return _Break(left, right)


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > 1e-3 * (1e-2 + max(abs(one), abs(other)))


def _near(x: float, known: Sequence[float]) -> bool:
    return any(abs(x - place) < 2 * _NARROW * max(1.0, abs(x)) for place in known)


def _at(function: Function, x: float) -> float:
    try:
        y = function(x)
    except (ArithmeticError, ValueError):
        return math.nan
    return math.nan if y is None else y


def _places(breaks: Sequence[_Break]) -> list[float]:
    return sorted({float(f"{found.place:.3g}") if abs(found.place) > 1e-4 else 0.0 for found in breaks})


def _round_up(reach: float) -> float:
    unit = 10.0 ** math.floor(math.log10(reach))
    return next(step * unit for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * unit >= reach * (1 - 1e-9))
