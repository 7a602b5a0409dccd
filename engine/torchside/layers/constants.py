"""Tensors that no data brings, for as many samples as another tensor has."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class LearnedParameter(nn.Module):
    """Learnt numbers of a shape, the same for each sample."""

    def __init__(self, shape: Sequence[int], begin: str = "normal", std: float = 0.02) -> None:
        super().__init__()
        weight = torch.ones(shape) if begin == "ones" else torch.zeros(shape)
        self.weight = nn.Parameter(weight)
        if begin == "normal":
            nn.init.normal_(self.weight, std=std)

    def forward(self, like: Tensor) -> Tensor:
        """The numbers, once for each sample of a tensor."""
        return self.weight.expand(like.size(0), *self.weight.shape)


def positions(like: Tensor, length: int) -> Tensor:
    """0, 1, … length − 1, for each sample of a tensor."""
    return torch.arange(length, device=like.device).expand(like.size(0), length)


def spaced(like: Tensor, start: float, end: float, steps: int) -> Tensor:
    """So many numbers from start to end, for each sample of a tensor."""
    return torch.linspace(start, end, steps, device=like.device).expand(like.size(0), steps)
