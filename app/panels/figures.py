"""Counts, bytes and times as people read them."""

from __future__ import annotations

import math
import time

_PREFIXES = ("", "k", "M", "G", "T", "P")
_BYTES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def count(number: int) -> str:
    """`61,706`."""
    return f"{number:,}"


def flops(number: int) -> str:
    """`0.42 MFLOP`: three figures with a prefix."""
    if number < 1000:
        return f"{number} FLOP"
    power = min(int(math.log10(number) // 3), len(_PREFIXES) - 1)
    return f"{number / 1000**power:.3g} {_PREFIXES[power]}FLOP"


def memory(size: int) -> str:
    """`1.2 MiB`."""
    power = min(int(math.log2(size) // 10), len(_BYTES) - 1) if size else 0
    return f"{size} B" if power == 0 else f"{size / 1024**power:.3g} {_BYTES[power]}"


def duration(seconds: float) -> str:
    """`1:12`, or `2:03:09` from an hour on."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def when(moment: float, now: float | None = None) -> str:
    """A moment, in seconds since the epoch, seen from now: `14:03`, `3 Nov 14:03`, in other years `2025-11-03`."""
    then, today = time.localtime(moment), time.localtime(now)
    if then[:3] == today[:3]:
        return time.strftime("%H:%M", then)
    if then.tm_year == today.tm_year:
        return f"{then.tm_mday} {time.strftime('%b %H:%M', then)}"
    return time.strftime("%Y-%m-%d", then)
