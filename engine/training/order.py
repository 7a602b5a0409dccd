"""The order of samples in an epoch, and its batches."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

_STRIDE: Final = 1_000_003


def order(count: int, seed: int, epoch: int, *, shuffle: bool) -> Tensor:
    """Row numbers in the order of an epoch; the same for the same seed and epoch, on every device.

    Shuffled, it is torch.randperm under a generator seeded with seed · 1,000,003 + epoch.
    """
    if not shuffle:
        return torch.arange(count)
    generator = torch.Generator().manual_seed(seed * _STRIDE + epoch)
    return torch.randperm(count, generator=generator)


def bounds(count: int, size: int, *, drop_last: bool = False) -> list[tuple[int, int]]:
    """Start and end of each batch.

    A last batch of a single sample joins the one before it: batch norm cannot train on one sample. With
    `drop_last` one that is smaller than the others is left out, unless it is the only one.
    """
    found = [(start, min(start + size, count)) for start in range(0, count, size)]
    if drop_last and len(found) > 1 and found[-1][1] - found[-1][0] < size:
        return found[:-1]
    if size > 1 and len(found) > 1 and found[-1][1] - found[-1][0] == 1:
        found[-2:] = [(found[-2][0], count)]
    return found
