"""Filters that are never learnt."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class FixedFilter2d(nn.Module):
    """Slides the rows of a known kernel over each channel of images (N, C, H, W).

    Source:
        Gonzalez and Woods 2018, chapter 3.
    """

    kernel: Tensor

    def __init__(
        self,
        kernel: tuple[tuple[float, ...], ...],
        stride: int | tuple[int, int] = 1,
        padding: tuple[int, int] = (0, 0),
        padding_mode: str = "zeros",
    ) -> None:
        super().__init__()
        self.stride, self.padding = stride, padding
        self.mode = "constant" if padding_mode == "zeros" else padding_mode
        self.register_buffer("kernel", torch.tensor(kernel), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """The answers of the filter, channel by channel."""
        height, width = self.padding
        if height or width:
            x = F.pad(x, (width, width, height, height), self.mode)
        channels = x.size(1)
        return F.conv2d(x, self.kernel.expand(channels, 1, -1, -1), stride=self.stride, groups=channels)
