"""How far a number moves: by dragging, by a step, by doubling. Pure."""

from __future__ import annotations

import math
from typing import Final

from engine.spec import Param

PIXELS_PER_STEP: Final = 4
PIXELS_PER_DECADE: Final = 160


def scales(param: Param) -> bool:
    """Whether a number moves by factors: one without a sign that spans decades, as a learning rate does."""
    if param.type is int or (param.low is not None and param.low < 0):
        return False
    default = param.default
    small = isinstance(default, float) and 0 < default <= 0.05
    return small and (param.high is None or param.high / default >= 100)


def dragged(param: Param, start: float, pixels: float, *, fine: bool = False, snap: bool = False) -> int | float:
    """The value after a drag to the right by some pixels; `snap`: powers of two (of ten, where it scales)."""
    pixels = pixels / 10 if fine else pixels
    if scales(param):
        origin = start if start > 0 else float(param.default)
        exponent = math.log10(origin) + pixels / PIXELS_PER_DECADE
        return bounded(param, _rounded(10 ** (round(exponent) if snap else exponent)))
    value = start + pixels / PIXELS_PER_STEP * step(param, start)
    return bounded(param, _power_of_two(value) if snap else value)


def nudged(param: Param, value: float, steps: int) -> int | float:
    """The value some steps further."""
    if scales(param):
        origin = value if value > 0 else float(param.default)
        return bounded(param, _rounded(origin * 10 ** (steps / 10)))
    return bounded(param, value + steps * step(param, value if is_fraction(param) else 0))


def doubled(param: Param, value: float, steps: int) -> int | float:
    """The value at the power of two some steps above, or below, where it lies."""
    if value <= 0:
        return bounded(param, 1 if steps > 0 else value)
    exponent = math.log2(value)
    whole = math.floor(exponent) if steps > 0 else math.ceil(exponent)
    return bounded(param, 2.0 ** (whole + steps))


def step(param: Param, value: float) -> float:
    """The smallest change that matters at a value."""
    if not is_fraction(param):
        return max(1, 10 ** math.floor(math.log10(abs(value))) // 10) if value else 1
    if param.low is not None and param.high is not None and param.high - param.low <= 10:
        return (param.high - param.low) / 100
    return 10.0 ** math.floor(math.log10(abs(value))) / 10 if value else 0.01


def is_fraction(param: Param) -> bool:
    """Whether the number may have a fraction."""
    return param.type is float or float in getattr(param.type, "__args__", ())


def bounded(param: Param, value: float) -> int | float:
    """The value within the parameter's range and of its type."""
    if param.low is not None:
        value = max(param.low, value)
    if param.high is not None:
        value = min(param.high, value)
    return _rounded(value, 6) if is_fraction(param) else round(value)


def _power_of_two(value: float) -> float:
    return 2.0 ** round(math.log2(value)) if value >= 1 else value


def _rounded(value: float, digits: int = 3) -> float:
    return float(f"{value:.{digits}g}")
