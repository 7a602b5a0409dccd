"""How many threads to compute with: measured, since small nets are fastest on one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Final

import torch

SMALL: Final = 0.002
"""Seconds of a step on one thread below which more threads never pay; a busy machine makes them cost."""

GAIN: Final = 0.8
"""More threads are taken where they bring a step's time to this part or less."""

_STEPS: Final = 4
_PATIENCE: Final = 1.0


def choose(step: Callable[[], object], available: int) -> int:
    """The number of threads, 1 to `available`, to run `step` with; leaves torch set to it.

    `step` is run some times and must leave nothing behind. A step of more than a second is not
    measured: it gets all threads.
    """
    chosen, best = 1, _time(step, 1)
    if best < SMALL:
        return _set(1)
    candidates = [count for count in (2, 4, 8, 16, 32, 64) if count < available]
    for count in [*candidates, available] if available > 1 else []:
        if best > _PATIENCE:
            return _set(available)
        seconds = _time(step, count)
        if seconds > GAIN * best:
            break
        chosen, best = count, seconds
    return _set(chosen)


def _time(step: Callable[[], object], count: int) -> float:
    _set(count)
    start = time.perf_counter()
    step()  # the first one allocates
    if time.perf_counter() - start > _PATIENCE:
        return time.perf_counter() - start
    times = []
    for _ in range(_STEPS):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    # On a busy machine a chance delay must not pass for the work of a small net, nor a chance gap for the
    # gain of more threads: those that wait for each other then take many times as long.
    return min(times) if count == 1 else statistics.median(times)


def _set(count: int) -> int:
    torch.set_num_threads(count)
    return count
