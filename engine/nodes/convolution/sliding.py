"""What convolutions share: filters that slide over signals, images and volumes."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from engine.catalog import NodeKind, Shape, Weighted
from engine.errors import ParamError
from engine.nodes.rules import breach
from engine.nodes.windows import (
    AXES,
    WIDEST,
    PaddingMode,
    Window,
    borders,
    check_same,
    each,
    extent,
    need_border,
    window_words,
    windows,
)
from engine.spec import Border, Padding, Padding3, Pair, Triple, param


class Filters(Weighted):
    """Layers whose number of channels is set."""

    out_channels: int = param(16, "Number of filters: channels that come out.", low=1, high=2**16, card=True)


class Sliding(Weighted):
    """A convolution over `ndim` axes, whose parameters `Sliding1d`, `Sliding2d` and `Sliding3d` narrow."""

    category = "Convolution"
    ndim: ClassVar[int] = 2
    target: ClassVar[str] = ""

    kernel_size: Window = param(3, "Size of the filter window.", low=1, high=WIDEST, card=True)
    stride: Window = param(1, "Step of the window.", low=1, high=WIDEST, card=True)
    padding: Window | Literal["same"] = param(0, "Border on each side.", low=0, high=WIDEST)
    dilation: Window = param(1, "Distance between what the window sees.", low=1, high=WIDEST)
    padding_mode: PaddingMode = param(
        "zeros", "What fills the border: zeros, the mirrored input, its edge, or its other end."
    )
    bias: bool = param(True, "Add a learnt number to each channel.")

    def conflicts(self) -> list[ParamError]:
        """Torch's rule that "same" goes with stride 1 only, and that both sides get as much."""
        found = super().conflicts()
        if self.padding == "same":
            found += check_same(self.kernel_size, self.stride, self.dilation, self.ndim)
        return found

    def moved(self, shape: Shape, channels: int) -> Shape:
        """What sliding leaves, with so many channels."""
        sizes = extent(self, shape, self.ndim)
        border = borders(self.padding, self.kernel_size, self.dilation, self.ndim)
        if self.padding_mode != "zeros":
            need_border(self, shape, self.padding_mode, border)
        if self.padding != "same":
            sizes = windows(self, shape, self.ndim, self.kernel_size, self.stride, border, self.dilation)
        return Shape((shape.sizes[0], channels, *sizes), AXES[self.ndim])

    def window(self) -> tuple[int, ...]:
        """The window's size along each axis."""
        return each(self.kernel_size, self.ndim)

    def card(self) -> str:
        """`3×3, 64, s2`."""
        return window_words(self.kernel_size, self.stride, self.ndim, *self.card_words())

    def card_words(self) -> tuple[str, ...]:
        """What the card tells beside the window."""
        return ()


class Sliding1d(Sliding):
    """Along the time axis of signals."""

    ndim = 1

    kernel_size: int = param(3, "Length of the filter window.", low=1, high=WIDEST, card=True)
    stride: int = param(1, "Step of the window.", low=1, high=WIDEST, card=True)
    padding: Border = param(0, 'Border at both ends; "same" keeps the length.', low=0, high=WIDEST)
    dilation: int = param(1, "Distance between the moments that the window sees.", low=1, high=WIDEST)


class Sliding2d(Sliding):
    """Over height and width of images."""

    ndim = 2

    kernel_size: Pair = param(
        3, "Height and width of the filter window.", low=1, high=WIDEST, unit="px", card=True
    )
    stride: Pair = param(1, "Step of the window.", low=1, high=WIDEST, unit="px", card=True)
    padding: Padding = param(
        0, 'Border on each side; "same" keeps height and width.', low=0, high=WIDEST, unit="px"
    )
    dilation: Pair = param(1, "Distance between the window's pixels.", low=1, high=WIDEST, unit="px")


class Sliding3d(Sliding):
    """Over depth, height and width of volumes."""

    ndim = 3

    kernel_size: Triple = param(
        3, "Depth, height and width of the filter window.", low=1, high=WIDEST, unit="px", card=True
    )
    stride: Triple = param(1, "Step of the window.", low=1, high=WIDEST, unit="px", card=True)
    padding: Padding3 = param(
        0, 'Border on each side; "same" keeps depth, height and width.', low=0, high=WIDEST, unit="px"
    )
    dilation: Triple = param(1, "Distance between the window's pixels.", low=1, high=WIDEST, unit="px")


def check_groups(out_channels: int, groups: int) -> list[ParamError]:
    """Torch's rule that each group gives as many channels."""
    if out_channels % groups:
        return [ParamError("groups", f"must divide out_channels, which is {out_channels}", groups)]
    return []


def need_groups(kind: NodeKind, shape: Shape, groups: int) -> None:
    """Torch's rule that each group gets as many channels.

    Raises:
        ShapeError: the channels cannot be split so.
    """
    channels = shape.size(1)
    if channels % groups:
        raise breach(
            kind,
            f"splits the channels into {groups} equal groups, {channels} channels cannot be",
            shape,
            suggestion=f"Set groups to {math.gcd(channels, groups)}.",
            fits={"groups": math.gcd(channels, groups)},
        )
