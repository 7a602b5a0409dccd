"""Pooling whose windows lie at drawn places, and by several grids at once."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class FractionalMaxPool2d(nn.Module):
    """Largest numbers of windows of an image (N, C, H, W), at places drawn anew at each training step.

    In evaluation the windows lie as if 0.5 had been drawn, so that equal images give equal numbers.

    Source:
        Graham 2014.
    """

    def __init__(self, kernel_size: int | tuple[int, int], output_ratio: float) -> None:
        super().__init__()
        self.kernel_size, self.output_ratio = kernel_size, output_ratio

    def forward(self, x: Tensor) -> Tensor:
        """The image, each side shrunk by the ratio."""
        size = tuple(int(side * self.output_ratio) for side in x.shape[2:])
        places = None if self.training else x.new_full((x.size(0), x.size(1), 2), 0.5)
        return F.fractional_max_pool2d(x, self.kernel_size, output_size=size, _random_samples=places)


class FractionalMaxPool3d(nn.Module):
    """Largest numbers of blocks of a volume (N, C, D, H, W), at places drawn anew at each training step.

    In evaluation the blocks lie as if 0.5 had been drawn, so that equal volumes give equal numbers.

    Source:
        Graham 2014.
    """

    def __init__(self, kernel_size: int | tuple[int, int, int], output_ratio: float) -> None:
        super().__init__()
        self.kernel_size, self.output_ratio = kernel_size, output_ratio

    def forward(self, x: Tensor) -> Tensor:
        """The volume, each side shrunk by the ratio."""
        size = tuple(int(side * self.output_ratio) for side in x.shape[2:])
        places = None if self.training else x.new_full((x.size(0), x.size(1), 3), 0.5)
        return F.fractional_max_pool3d(x, self.kernel_size, output_size=size, _random_samples=places)


def spatial_pyramid_pool(x: Tensor, levels: tuple[int, ...], mode: str = "max") -> Tensor:
    """The largest numbers (or means) of the fields of each grid over images (N, C, H, W), in a row.

    Source:
        He et al. 2014.
    """
    pool = F.adaptive_max_pool2d if mode == "max" else F.adaptive_avg_pool2d
    return torch.cat([pool(x, level).flatten(1) for level in levels], dim=1)
