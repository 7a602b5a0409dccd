"""Points of series: packed into blobs as they are written, thinned to what a plot can show as they are read."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

WIDTH = 24
"""Bytes of a point: step (int64), epoch (float64), value (float64)."""


class Point(NamedTuple):
    """A value of a series at a step; `epoch` is a fraction (2.5: half of the third epoch is done)."""

    step: int
    epoch: float
    value: float


class Curve(NamedTuple):
    """Points as three arrays of one length, steps rising."""

    steps: np.ndarray
    epochs: np.ndarray
    values: np.ndarray


def pack(points: Sequence[Point]) -> bytes:
    """Points as bytes: all steps, then all epochs, then all values."""
    steps, epochs, values = zip(*points, strict=True)
    return array("q", steps).tobytes() + array("d", epochs).tobytes() + array("d", values).tobytes()


def unpack(body: bytes) -> list[Point]:
    """The points in a blob."""
    count = len(body) // WIDTH
    steps, rest = array("q", body[: 8 * count]), array("d", body[8 * count : WIDTH * count])
    return list(map(Point, steps, rest[:count], rest[count:]))


def join(bodies: Iterable[bytes]) -> bytes:
    """Several blobs as one."""
    parts = [(body, len(body) // WIDTH) for body in bodies]
    return b"".join(body[8 * n * i : 8 * n * (i + 1)] for i in range(3) for body, n in parts)


def before(body: bytes, step: int) -> bytes:
    """The blob without the points after a step."""
    kept = [point for point in unpack(body) if point.step <= step]
    return pack(kept) if kept else b""


def curve(body: bytes) -> Curve:
    """A blob as arrays."""
    import numpy as np

    count = len(body) // WIDTH
    numbers = np.frombuffer(body, dtype=np.float64, count=3 * count)
    return Curve(
        np.frombuffer(body, dtype=np.int64, count=count), numbers[count : 2 * count], numbers[2 * count :]
    )


def thin(full: Curve, limit: int) -> Curve:
    """At most about `limit` of the points: lowest, highest and last of each stretch, so that no peak is lost.

    A value that is not finite is kept where its stretch holds one.
    """
    import numpy as np

    count = len(full.steps)
    if count <= limit:
        return full
    stretches = max(1, limit // 3)
    width = -(-count // stretches)
    whole = count // width
    block = full.values[: whole * width].reshape(whole, width)
    starts = np.arange(whole) * width
    tail = np.arange(whole * width, count)
    kept = np.unique(
        np.concatenate(
            [starts + block.argmin(axis=1), starts + block.argmax(axis=1), starts + width - 1, tail[-1:]]
        )
    )
    return Curve(full.steps[kept], full.epochs[kept], full.values[kept])
