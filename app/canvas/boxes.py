"""Boxes as plain tuples (left, top, right, bottom), compared thousands of times a frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from PySide6.QtCore import QRectF

Box: TypeAlias = tuple[float, float, float, float]


def overlaps(one: Box, other: Box) -> bool:
    """Whether two boxes share a point."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def contains(outer: Box, inner: Box) -> bool:
    """Whether a box lies wholly inside another."""
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def inside(box: Box, x: float, y: float) -> bool:
    """Whether a point lies in a box."""
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def grown(box: Box, by: float) -> Box:
    """A box larger by a margin on each side."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def union(boxes: Iterable[Box]) -> Box | None:
    """The smallest box around all; None around none."""
    found = list(boxes)
    if not found:
        return None
    return (
        min(box[0] for box in found),
        min(box[1] for box in found),
        max(box[2] for box in found),
        max(box[3] for box in found),
    )


def spanned(x0: float, y0: float, x1: float, y1: float) -> Box:
    """The box between two opposite corners, whichever they are."""
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def to_rect(box: Box) -> QRectF:
    """A box as Qt knows it."""
    return QRectF(box[0], box[1], box[2] - box[0], box[3] - box[1])


def from_rect(rect: QRectF) -> Box:
    """Qt's rectangle as a box."""
    return rect.left(), rect.top(), rect.right(), rect.bottom()
