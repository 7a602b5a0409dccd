"""Normalization."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class BatchRenorm(nn.Module):
    """Batch norm corrected towards the running mean and deviation, of (N, C, ...).

    Training computes with the batch's statistics what evaluation computes with the running ones, up to
    the bounds: the factor r stays between 1 / r_max and r_max, the shift d between -d_max and d_max. Both
    count as constants for the gradient.

    Source:
        Ioffe 2017, algorithm 1.
    """

    running_mean: Tensor
    running_std: Tensor

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.01,
        r_max: float = 3.0,
        d_max: float = 5.0,
        affine: bool = True,
    ) -> None:
        super().__init__()
        self.eps, self.momentum, self.r_max, self.d_max = eps, momentum, r_max, d_max
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_std", torch.ones(num_features))

    def forward(self, x: Tensor) -> Tensor:
        """The normalized batch; in training the running statistics follow it."""
        shape = [1, -1] + [1] * (x.dim() - 2)
        if self.training:
            axes = [axis for axis in range(x.dim()) if axis != 1]
            mean = x.mean(axes)
            std = (x.var(axes, correction=0) + self.eps).sqrt()
            with torch.no_grad():
                r = (std / self.running_std).clamp(1 / self.r_max, self.r_max)
                d = ((mean - self.running_mean) / self.running_std).clamp(-self.d_max, self.d_max)
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_std += self.momentum * (std - self.running_std)
            y = (x - mean.view(shape)) / std.view(shape) * r.view(shape) + d.view(shape)
        else:
            y = (x - self.running_mean.view(shape)) / self.running_std.view(shape)
        if self.weight is not None and self.bias is not None:
            y = y * self.weight.view(shape) + self.bias.view(shape)
        return y
