"""Sums over numbers and their targets, and the metrics made of them."""

from __future__ import annotations

import torch
from torch import Tensor


def exactly(found: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Both in the most exact decimal numbers of the device, a row for each sample."""
    dtype = torch.float32 if found.device.type == "mps" else torch.float64
    rows = len(found)
    return found.detach().to(dtype).reshape(rows, -1), target.detach().to(dtype).reshape(rows, -1)


def percentage_error(found: Tensor, target: Tensor) -> Tensor:
    """The mean distance as a share of the target; a target of 0 counts as the smallest step from 1."""
    return ((found - target).abs() / target.abs().clamp(min=torch.finfo(torch.float64).eps)).mean()


def squares(found: Tensor, target: Tensor) -> Tensor:
    """The sum of squared distances, and how many."""
    found, target = exactly(found, target)
    gaps = (found - target).square()
    return torch.stack([gaps.sum(), torch.ones_like(gaps).sum()])


def root_mean(sums: Tensor) -> Tensor:
    """The root of the mean square."""
    return (sums[0] / sums[1]).sqrt().to(torch.float32)


def moments(found: Tensor, target: Tensor) -> Tensor:
    """For each number of a sample: how many, sum and squares of the target, squared distances."""
    found, target = exactly(found, target)
    return (
        torch.stack([torch.ones_like(target), target, target.square(), (found - target).square()])
        .sum(1)
        .reshape(-1)
    )


def explained(sums: Tensor) -> Tensor:
    """One minus squared distances over squared deviations, averaged; without deviation 1 if all are met."""
    count, total, squared, missed = sums.view(4, -1)
    spread = (squared - total.square() / count).clamp(min=0)
    shares = 1 - missed / spread
    flat = (missed == 0).to(shares.dtype)
    return torch.where(spread > 1e-12 * squared, shares, flat).mean().to(torch.float32)
