"""Convolutions in two steps: each channel alone, then all channels at each place."""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn


class SeparableConv1d(nn.Module):
    """A filter along the time of each channel of (N, C, T), then a mixture of all channels at each moment.

    Source:
        Kaiser, Gomez and Chollet 2017.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int | str = 0,
        dilation: int = 1,
        multiplier: int = 1,
        bias: bool = True,
        padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = "zeros",
    ) -> None:
        super().__init__()
        filters = in_channels * multiplier
        self.depthwise = nn.Conv1d(
            in_channels, filters, kernel_size, stride, padding, dilation, in_channels, False, padding_mode
        )
        self.pointwise = nn.Conv1d(filters, out_channels, 1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """The mixed channels."""
        mixed: Tensor = self.pointwise(self.depthwise(x))
        return mixed


class SeparableConv2d(nn.Module):
    """A filter over height and width of each channel of (N, C, H, W), then a mixture of all channels.

    Source:
        Chollet 2017.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] | str = 0,
        dilation: int | tuple[int, int] = 1,
        multiplier: int = 1,
        bias: bool = True,
        padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = "zeros",
    ) -> None:
        super().__init__()
        filters = in_channels * multiplier
        self.depthwise = nn.Conv2d(
            in_channels, filters, kernel_size, stride, padding, dilation, in_channels, False, padding_mode
        )
        self.pointwise = nn.Conv2d(filters, out_channels, 1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """The mixed channels."""
        mixed: Tensor = self.pointwise(self.depthwise(x))
        return mixed
