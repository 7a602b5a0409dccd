"""Parts of transformers."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class FeedForward(nn.Module):
    """Two dense layers at each position, wider in between.

    Source:
        Vaswani et al. 2017, section 3.3.
    """

    def __init__(
        self, features: int, hidden_size: int, activation: str = "gelu", dropout: float = 0.0, bias: bool = True
    ) -> None:
        super().__init__()
        self.linear1 = nn.Linear(features, hidden_size, bias=bias)
        self.linear2 = nn.Linear(hidden_size, features, bias=bias)
        self.activation = {"gelu": nn.GELU, "relu": nn.ReLU, "silu": nn.SiLU}[activation]()
        self.dropout = nn.Dropout(dropout)

    def forward(self, sequence: Tensor) -> Tensor:
        """Features as many as before."""
        answer: Tensor = self.linear2(self.dropout(self.activation(self.linear1(sequence))))
        return answer


class ClassToken(nn.Module):
    """Puts a learnt vector before the first step of a sequence (N, T, E).

    Source:
        Devlin et al. 2019; Dosovitskiy et al. 2021, section 3.1.
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(features))
        nn.init.normal_(self.weight, std=0.02)

    def forward(self, sequence: Tensor) -> Tensor:
        """One step longer."""
        return torch.cat([self.weight.expand(sequence.size(0), 1, -1), sequence], dim=1)
