"""Sums with learnt weights."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class WeightedSum(nn.Module):
    """Σ w_i·x_i over its inputs; "softmax" and "relu" make the weights shares of 1.

    Source:
        Tan, Pang and Le 2019, section 3.3.
    """

    weight: Tensor

    def __init__(
        self, factors: Sequence[float], normalize: str = "none", fixed: bool = False, eps: float = 1e-4
    ) -> None:
        super().__init__()
        self.normalize, self.eps = normalize, eps
        weight = torch.tensor(factors)
        if fixed:
            self.register_buffer("weight", weight)
        else:
            self.weight = nn.Parameter(weight)

    def forward(self, *inputs: Tensor) -> Tensor:
        """The inputs, each times its weight, added up."""
        weight = self.weight
        if self.normalize == "softmax":
            weight = torch.softmax(weight, 0)
        elif self.normalize == "relu":
            weight = torch.relu(weight)
            weight = weight / (weight.sum() + self.eps)
        total = inputs[0] * weight[0]
        for index in range(1, len(inputs)):
            total = total + inputs[index] * weight[index]
        return total
