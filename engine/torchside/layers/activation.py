"""Activations."""

from __future__ import annotations

import torch
from torch import Tensor


def step(x: Tensor, at_zero: float = 1.0, straight_through: bool = True) -> Tensor:
    """1 for positive numbers, 0 for negative ones, `at_zero` for 0.

    The gradient is 0, or with `straight_through` that of the line y = x from -1 to 1.

    Source:
        Bengio, Léonard and Courville 2013, section 4, with the gradient cut off as in Hubara et al. 2016.
    """
    hard = torch.where(x == 0, at_zero, (torch.sign(x) + 1) / 2)
    if not straight_through:
        return hard
    line = torch.clamp(x, -1, 1)
    return hard.detach() + (line - line.detach())
