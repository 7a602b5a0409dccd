"""Layers that act while training and rest in evaluation."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class DropPath(nn.Module):
    """Sets whole samples to zero with chance `p`, and scales the others by 1 / (1 - p).

    Source:
        Huang et al. 2016, with the scale moved from evaluation to training.
    """

    def __init__(self, p: float = 0.1) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        """The samples that are kept."""
        if not self.training:
            return x
        return x * F.dropout(x.new_ones([x.shape[0]] + [1] * (x.dim() - 1)), self.p)


class DropConnect(nn.Linear):
    """A dense layer whose weights are dropped with chance `p`, and the others scaled by 1 / (1 - p).

    One mask serves the batch; evaluation takes all weights, which is the mean over masks.

    Source:
        Wan et al. 2013.
    """

    def __init__(self, in_features: int, out_features: int, p: float = 0.5, bias: bool = True) -> None:
        super().__init__(in_features, out_features, bias)
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        """The sums of those features whose weight is kept."""
        return F.linear(x, F.dropout(self.weight, self.p, self.training), self.bias)


class GaussianNoise(nn.Module):
    """Adds normal noise of deviation `stddev`.

    Source:
        keras.layers.GaussianNoise.
    """

    def __init__(self, stddev: float = 0.1) -> None:
        super().__init__()
        self.stddev = stddev

    def forward(self, x: Tensor) -> Tensor:
        """The noisy numbers."""
        return x + self.stddev * torch.randn_like(x) if self.training else x


class GaussianDropout(nn.Module):
    """Multiplies by normal noise of mean 1 and the variance of dropout's, p / (1 - p).

    Source:
        Srivastava et al. 2014, section 10; keras.layers.GaussianDropout.
    """

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.stddev = (p / (1 - p)) ** 0.5

    def forward(self, x: Tensor) -> Tensor:
        """The numbers, each larger or smaller."""
        return x * (1 + self.stddev * torch.randn_like(x)) if self.training else x
