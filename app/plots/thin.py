"""Long series as few points: what is drawn keeps its peaks, what is smoothed its means."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = tuple[NDArray[np.float64], NDArray[np.float64]]


def peaks(x: NDArray[np.float64], y: NDArray[np.float64], limit: int) -> Points:
    """At most `limit` points that keep the smallest and the largest value of each stretch, in order of x."""
    size = -(-len(y) // max(1, limit // 2))
    if len(y) <= limit or size < 2:
        return x, y
    whole = len(y) // size * size
    blocks = y[:whole].reshape(-1, size)
    starts = np.arange(0, whole, size)
    known = np.isfinite(blocks)
    low = starts + np.argmin(np.where(known, blocks, np.inf), axis=1)
    high = starts + np.argmax(np.where(known, blocks, -np.inf), axis=1)
    kept = np.unique(np.concatenate([low, high, np.arange(whole, len(y)), [0, len(y) - 1]]))
    return x[kept], y[kept]


def means(x: NDArray[np.float64], y: NDArray[np.float64], limit: int) -> Points:
    """At most `limit` + 1 points, each the mean of a stretch; values that are no numbers are left out."""
    real = np.isfinite(y)
    x, y = x[real], y[real]
    size = -(-len(y) // limit) if limit else 1
    if size < 2:
        return x, y
    starts = np.arange(0, len(y), size)
    counts = np.diff(np.append(starts, len(y)))
    return np.add.reduceat(x, starts) / counts, np.add.reduceat(y, starts) / counts


def smooth(y: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """The exponential moving average, started without bias; `weight` of the past, from 0 (none) to below 1."""
    if weight <= 0 or len(y) < 2:
        return y
    out = np.empty_like(y)
    past, share = 0.0, 1.0
    for index, value in enumerate(y.tolist()):
        past = past * weight + value * (1 - weight)
        share *= weight
        out[index] = past / (1 - share)
    return out


def within(x: NDArray[np.float64], low: float, high: float) -> slice:
    """The stretch of a rising x that lies between two values, with one point more at each end."""
    first, last = np.searchsorted(x, [low, high])
    return slice(max(0, int(first) - 1), min(len(x), int(last) + 1))
