"""Encodings of positions."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SinusoidalPositions(nn.Module):
    """Adds sine and cosine waves, one frequency a pair of features, to a sequence (N, T, E).

    Source:
        Vaswani et al. 2017, section 3.5.
    """

    waves: Tensor

    def __init__(self, length: int, features: int, base: float = 10000.0) -> None:
        super().__init__()
        pairs = torch.arange(0, features, 2, dtype=torch.float64)
        angles = torch.arange(length, dtype=torch.float64)[:, None] * base ** (-pairs / features)
        waves = torch.stack([torch.sin(angles), torch.cos(angles)], dim=2).flatten(1)[:, :features]
        self.register_buffer("waves", waves.to(torch.float32), persistent=False)

    def forward(self, sequence: Tensor) -> Tensor:
        """The sequence with its positions added."""
        return sequence + self.waves
