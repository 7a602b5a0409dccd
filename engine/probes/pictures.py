"""Pictures of tensors: maps of bytes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

SMALL, LARGE = 48, 64
"""Sides in pixels of the pictures on nodes, and of those in the panel."""

FEW, MANY = 4, 64
"""Maps of the pictures on nodes, and of those in the panel."""

Array = np.ndarray[Any, Any]


class Picture(NamedTuple):
    """Maps of one value: `maps` × `height` × `width` bytes, 0 at `low` and 255 at `high`."""

    maps: int
    height: int
    width: int
    low: float
    high: float
    pixels: bytes


def maps(value: Tensor, count: int, side: int) -> Tensor:
    """What is shown of one sample's value of any rank, as (maps, height, width), no larger than asked.

    A vector is one map of height 1; two axes are one map; of more axes the last two are height and width
    and all before them count as channels, of which the first are taken. Larger maps are averaged down.
    """
    if value.dtype != torch.float32:
        value = value.float()
    if value.dim() <= 2:
        found = value.reshape(1, 1 if value.dim() < 2 else value.shape[0], -1)
    else:
        found = value.reshape(-1, *value.shape[-2:])[:count]
    height, width = found.shape[-2:]
    if height > side or width > side:
        limit = MANY if height == 1 else side
        found = torch.nn.functional.adaptive_avg_pool2d(found, (min(height, side), min(width, limit)))
    return found


def picture(found: Array) -> Picture:
    """Bytes from values (maps, height, width). Values that are not finite become 0."""
    low, high = float(found.min()), float(found.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        found = np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0)
        low, high = float(found.min()), float(found.max())
    scale = 255.0 / (high - low) if high > low else 0.0
    pixels = ((found - low) * scale + 0.5).astype(np.uint8)
    count, height, width = found.shape
    return Picture(count, height, width, low, high, pixels.tobytes())
