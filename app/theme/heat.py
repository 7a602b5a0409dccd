"""The colours of values from low to high: one map for all pictures."""

from __future__ import annotations

import functools
from typing import Final

from app.theme.colours import parse

# Viridis at equal steps (van der Walt and Smith 2015): even in lightness, read with each kind of colour blindness.
STOPS: Final = (
    "#440154", "#482878", "#3e4989", "#31688e", "#26828e",
    "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
)  # fmt: skip


@functools.cache
def heat() -> tuple[int, ...]:
    """256 colours from low to high, as the opaque 0xAARRGGBB that a `QImage`'s colour table takes."""
    return tuple(_mixed(level / 255 * (len(STOPS) - 1)) for level in range(256))


def _mixed(place: float) -> int:
    low = min(int(place), len(STOPS) - 2)
    part = place - low
    pairs = zip(parse(STOPS[low]), parse(STOPS[low + 1]), strict=True)
    red, green, blue = (round(one + (other - one) * part) for one, other in pairs)
    return 0xFF000000 | red << 16 | green << 8 | blue
