"""Brings each sample together with another: gives the inputs, the others' rows and the share of the first."""

from __future__ import annotations

import math
import random

import torch
from torch import Generator, Tensor

Mixed = tuple[list[Tensor], Tensor, float]


def mixup(inputs: list[Tensor], generator: Generator, alpha: float) -> Mixed:
    """Averages."""
    share, others = _beta(alpha, generator), torch.randperm(len(inputs[0]), generator=generator)
    return [share * each + (1 - share) * each[others.to(each.device)] for each in inputs], others, share


def cutmix(inputs: list[Tensor], generator: Generator, alpha: float) -> Mixed:
    """One window of all samples filled from others; the share is what is left of the area."""
    wanted, others = _beta(alpha, generator), torch.randperm(len(inputs[0]), generator=generator)
    place = torch.rand(2, generator=generator).tolist()
    found, share = [], wanted
    for each in inputs:
        height, width = each.shape[-2:]
        rows, columns = (
            _span(size, at, math.sqrt(1 - wanted)) for size, at in zip((height, width), place, strict=True)
        )
        each = each.clone()
        each[..., rows, columns] = each[others.to(each.device)][..., rows, columns]
        share = 1 - (rows.stop - rows.start) * (columns.stop - columns.start) / (height * width)
        found.append(each)
    return found, others, share


def _span(size: int, at: float, share: float) -> slice:
    middle, half = int(at * size), int(size * share) // 2
    return slice(max(0, middle - half), min(size, middle + half))


def _beta(alpha: float, generator: Generator) -> float:
    return random.Random(int(torch.randint(2**62, (1,), generator=generator))).betavariate(alpha, alpha)
