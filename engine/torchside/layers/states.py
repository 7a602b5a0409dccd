"""What a recurrent group remembers before its first step."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ZeroState(nn.Module):
    """Zeros, for as many samples as another tensor has."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = tuple(shape)

    def forward(self, like: Tensor) -> Tensor:
        return torch.zeros(like.shape[0], *self.shape, device=like.device)


class LearnedState(nn.Module):
    """Learnt numbers, the same for every sample."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.initial = nn.Parameter(torch.zeros(shape))

    def forward(self, like: Tensor) -> Tensor:
        return self.initial.expand(like.shape[0], *self.initial.shape)
