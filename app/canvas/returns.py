"""Where wires that are read a time step later run back: above or below all cards between their ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.canvas.boxes import Box
from app.canvas.wire import WireView, returns
from engine.graph import Edge

_CLEAR: Final = 22.0
_APART: Final = 12.0
_TURN: Final = 40.0  # how far a wire bulges beyond its ends where it turns


def levels(wires: Iterable[WireView], cards: Iterable[Box]) -> dict[Edge, float]:
    """The height at which each wire that runs back passes the cards, on the side that is the shorter way.

    Short wires come first and lie nearest to the cards; no two of them lie on each other.
    """
    boxes = list(cards)
    laid: list[tuple[float, float, float]] = []
    found: dict[Edge, float] = {}
    for wire in sorted((wire for wire in wires if returns(wire.start, wire.end)), key=_length):
        left, right = wire.x1 - _TURN, wire.x0 + _TURN
        passed = [box for box in boxes if box[0] < right and left < box[2]]
        above = min([wire.y0, wire.y1, *(box[1] for box in passed)]) - _CLEAR
        below = max([wire.y0, wire.y1, *(box[3] for box in passed)]) + _CLEAR
        upwards = wire.y0 + wire.y1 - 2 * above < 2 * below - wire.y0 - wire.y1
        level, step = (above, -_APART) if upwards else (below, _APART)
        beside = [at for start, end, at in laid if start < right and left < end]
        while any(abs(level - at) < _APART for at in beside):
            level += step
        laid.append((left, right, level))
        found[wire.edge] = level
    return found


def _length(wire: WireView) -> float:
    return wire.x0 - wire.x1
