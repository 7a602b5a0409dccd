"""Numbers that no data source brings."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Noise(nn.Module):
    """Random numbers for each sample of a batch; in evaluation the same ones at each call.

    Source:
        Goodfellow et al. 2014.
    """

    def __init__(self, sizes: tuple[int, ...], distribution: str = "normal", seed: int = 0) -> None:
        super().__init__()
        self.sizes, self.distribution, self.seed = tuple(sizes), distribution, seed

    def forward(self, like: Tensor) -> Tensor:
        """As many rows as `like` has."""
        shape = (like.shape[0], *self.sizes)
        dice = None if self.training else torch.Generator(like.device).manual_seed(self.seed)
        if self.distribution == "uniform":
            return 2 * torch.rand(shape, generator=dice, device=like.device) - 1
        return torch.randn(shape, generator=dice, device=like.device)
