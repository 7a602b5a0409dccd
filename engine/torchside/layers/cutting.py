"""Parts of a tensor."""

from __future__ import annotations

from torch import Tensor


def every(x: Tensor, dim: int, start: int, stop: int, step: int) -> Tensor:
    """Every step-th position of an axis, from start up to stop."""
    return x[(slice(None),) * dim + (slice(start, stop, step),)]
