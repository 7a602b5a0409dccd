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


class LearnedPositions(nn.Module):
    """Adds a learnt vector for each position to a sequence (N, T, E).

    Source:
        Gehring et al. 2017, section 3.1; Devlin et al. 2019.
    """

    def __init__(self, length: int, features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(length, features))
        nn.init.normal_(self.weight, std=0.02)

    def forward(self, sequence: Tensor) -> Tensor:
        """The sequence with its positions added."""
        return sequence + self.weight


class RotaryPositions(nn.Module):
    """Turns each pair of features of (…, T, E) by an angle that grows with the position.

    Source:
        Su et al. 2021, section 3.4.2.
    """

    cos: Tensor
    sin: Tensor

    def __init__(self, length: int, features: int, base: float = 10000.0) -> None:
        super().__init__()
        pairs = torch.arange(0, features, 2, dtype=torch.float64)
        angles = torch.arange(length, dtype=torch.float64)[:, None] * base ** (-pairs / features)
        self.register_buffer("cos", angles.cos().to(torch.float32), persistent=False)
        self.register_buffer("sin", angles.sin().to(torch.float32), persistent=False)

    def forward(self, sequence: Tensor) -> Tensor:
        """The sequence with each pair turned."""
        even, odd = sequence[..., 0::2], sequence[..., 1::2]
        turned = (even * self.cos - odd * self.sin, even * self.sin + odd * self.cos)
        return torch.stack(turned, dim=-1).flatten(-2)


class RelativeBias(nn.Module):
    """A learnt number for each head and each distance between query (N, A, T, E) and key (N, A, S, E).

    Source:
        Raffel et al. 2020, section 2.1; distances are clipped as in Shaw, Uszkoreit and Vaswani 2018.
    """

    def __init__(self, num_heads: int, max_distance: int) -> None:
        super().__init__()
        self.max_distance = max_distance
        self.weight = nn.Parameter(torch.empty(num_heads, 2 * max_distance + 1))
        nn.init.normal_(self.weight, std=0.02)

    def forward(self, query: Tensor, key: Tensor) -> Tensor:
        """What is added to the scores (N, A, T, S)."""
        found = self.weight[
            :, distances(query, key).clamp(-self.max_distance, self.max_distance) + self.max_distance
        ]
        return found.expand(query.size(0), -1, -1, -1)


def distances(query: Tensor, key: Tensor) -> Tensor:
    """How many steps each key (…, S, E) lies behind each query (…, T, E), as (T, S)."""
    ours = torch.arange(query.size(-2), device=query.device)
    theirs = torch.arange(key.size(-2), device=query.device)
    return theirs - ours[:, None]


def linear_bias(query: Tensor, key: Tensor) -> Tensor:
    """Less, the farther a key lies from a query, with another slope for each head: (N, A, T, S).

    Source:
        Press, Smith and Lewis 2022, section 3.
    """
    heads = query.size(1)
    slopes = 2.0 ** (-8 * torch.arange(1, heads + 1, device=query.device, dtype=query.dtype) / heads)
    bias = -distances(query, key).abs() * slopes[:, None, None]
    return bias.expand(query.size(0), -1, -1, -1)
