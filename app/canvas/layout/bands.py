"""Bands: a long row of columns broken into lines, like text, where single wires run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

_WIDER: Final = 5.0  # times as wide as high before a row is broken
_SHORTEST: Final = 1500.0  # about what a screen shows at actual size
_WANTED: Final = 2.2
_MOST_CROSSING: Final = 1  # wires that a break may turn round


def breaks(widths: Sequence[float], crossing: Sequence[int], height: float) -> list[int]:
    """The columns that start a new line. `crossing` counts the wires between each column and the next."""
    total = sum(widths)
    allowed = [index + 1 for index, wires in enumerate(crossing) if wires <= _MOST_CROSSING]
    if not allowed or total < max(_SHORTEST, _WIDER * height):
        return []
    lines = max(2, round(math.sqrt(total / (_WANTED * height))))
    ends = [0.0]
    for width in widths:
        ends.append(ends[-1] + width)
    chosen: list[int] = []
    for line in range(1, lines):
        ideal = total * line / lines
        best = min(allowed, key=lambda column: abs(ends[column] - ideal))
        if abs(ends[best] - ideal) < total / lines * 0.6 and (not chosen or best > chosen[-1]):
            chosen.append(best)
    return chosen
