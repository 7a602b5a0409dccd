"""Pooling by a window that slides: largest numbers and means."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from engine.catalog import Call, In, Inputs, NodeKind, Shape, Shapes, function
from engine.errors import ParamError
from engine.nodes.rules import changed
from engine.nodes.windows import AXES, WIDEST, Window, check_border, each, window_words, windows
from engine.spec import Pair, Triple, param


class Pool(NodeKind):
    """A window that slides over each channel alone, along `ndim` axes; `Pool1d` and others narrow its types."""

    category = "Pooling"
    ndim: ClassVar[int] = 2
    target: ClassVar[str] = ""

    kernel_size: Window = param(2, "Size of the window.", low=1, high=WIDEST, card=True)
    stride: Window = param(2, "Step of the window.", low=1, high=WIDEST, card=True)
    ceil_mode: bool = param(False, "Let the last window hang over the edge, so that nothing is left out.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """Channels stay; the other axes by how often the window fits."""
        shape = inputs["in"]
        size = windows(
            self, shape, self.ndim, self.kernel_size, self.stride, self.border(), self.spread(), self.ceil_mode
        )
        return {"out": Shape((*shape.sizes[:2], *size), AXES[self.ndim])}

    def border(self) -> Window:
        """Border on each side."""
        return 0

    def spread(self) -> Window:
        """Distance between what the window sees."""
        return 1

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One operation for each number in the window and each output."""
        return outputs["out"].count * math.prod(each(self.kernel_size, self.ndim))

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """Torch's function of the same name, with what differs from its defaults."""
        build: dict[str, Any] = {"kernel_size": self.kernel_size, "stride": self.stride}
        names = (name for name in self.params if name not in build)
        return function(self.target, In(), **build, **changed(self, *names))

    def card(self) -> str:
        """`2×2, s2`."""
        return window_words(self.kernel_size, self.stride, self.ndim)


class Pool1d(Pool):
    """Along the time axis of signals."""

    ndim = 1

    kernel_size: int = param(2, "Length of the window.", low=1, high=WIDEST, card=True)
    stride: int = param(2, "Step of the window.", low=1, high=WIDEST, card=True)


class Pool2d(Pool):
    """Over height and width of images."""

    ndim = 2

    kernel_size: Pair = param(2, "Height and width of the window.", low=1, high=WIDEST, unit="px", card=True)
    stride: Pair = param(2, "Step of the window.", low=1, high=WIDEST, unit="px", card=True)


class Pool3d(Pool):
    """Over depth, height and width of volumes."""

    ndim = 3

    kernel_size: Triple = param(
        2, "Depth, height and width of the window.", low=1, high=WIDEST, unit="px", card=True
    )
    stride: Triple = param(2, "Step of the window.", low=1, high=WIDEST, unit="px", card=True)


class Bordered(Pool):
    """A window that may reach into a border."""

    padding: Window = param(0, "Border on each side, at most half of the window.", low=0, high=WIDEST)

    def conflicts(self) -> list[ParamError]:
        """No window lies in the border alone."""
        return check_border(self.kernel_size, self.padding, self.ndim)

    def border(self) -> Window:
        """As set."""
        return self.padding


class MaxPool(Bordered):
    """The largest number of each window."""

    equation = "out = max of the window"

    dilation: Window = param(1, "Distance between what the window sees.", low=1, high=WIDEST)

    def spread(self) -> Window:
        """As set."""
        return self.dilation


class AvgPool(Bordered):
    """The mean of each window."""

    equation = "out = mean of the window"

    count_include_pad: bool = param(True, "Count the zeros of the border in the mean.")


class MaxPool2d(Pool2d, MaxPool):
    """Keeps the largest number of each window.

    Shapes:
        in: (N, C, H, W)
        out: (N, C, H', W'), H' = ⌊(H + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1
    Source:
        Riesenhuber and Poggio 1999; torch.nn.functional.max_pool2d.
    """

    id, title, target = "max_pool2d", "Max pool 2d", "torch.nn.functional.max_pool2d"
    basic = True
    icon = "mdi6.arrow-collapse-all"
    aliases = ("maxpool", "maximum pooling", "subsampling", "downsample")

    padding: Pair = param(0, "Border on each side, at most half of the window.", low=0, high=WIDEST, unit="px")
    dilation: Pair = param(1, "Distance between the window's pixels.", low=1, high=WIDEST, unit="px")


class MaxPool1d(Pool1d, MaxPool):
    """Keeps the largest number of each stretch of a signal.

    Shapes:
        in: (N, C, T)
        out: (N, C, T'), T' = ⌊(T + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1
    Source:
        Collobert et al. 2011; torch.nn.functional.max_pool1d.
    """

    id, title, target = "max_pool1d", "Max pool 1d", "torch.nn.functional.max_pool1d"
    icon = "mdi6.arrow-collapse-horizontal"
    aliases = ("maxpool", "maximum pooling", "max over time", "subsampling", "downsample")

    padding: int = param(0, "Border at both ends, at most half of the window.", low=0, high=WIDEST)
    dilation: int = param(1, "Distance between the moments that the window sees.", low=1, high=WIDEST)


class MaxPool3d(Pool3d, MaxPool):
    """Keeps the largest number of each block of a volume.

    Shapes:
        in: (N, C, D, H, W)
        out: (N, C, D', H', W'), D' = ⌊(D + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1
    Source:
        Tran et al. 2015; torch.nn.functional.max_pool3d.
    """

    id, title, target = "max_pool3d", "Max pool 3d", "torch.nn.functional.max_pool3d"
    icon = "mdi6.cube-scan"
    aliases = ("maxpool", "maximum pooling", "video", "voxel", "downsample")

    padding: Triple = param(0, "Border on each side, at most half of the window.", low=0, high=WIDEST, unit="px")
    dilation: Triple = param(1, "Distance between the window's pixels.", low=1, high=WIDEST, unit="px")


class AvgPool2d(Pool2d, AvgPool):
    """The mean of each window.

    Shapes:
        in: (N, C, H, W)
        out: (N, C, H', W'), H' = ⌊(H + 2·padding − kernel_size) / stride⌋ + 1
    Source:
        LeCun et al. 1989; torch.nn.functional.avg_pool2d.
    """

    id, title, target = "avg_pool2d", "Average pool 2d", "torch.nn.functional.avg_pool2d"
    basic = True
    icon = "mdi6.blur"
    aliases = ("avgpool", "mean pooling", "subsampling", "downsample")

    padding: Pair = param(0, "Border on each side, at most half of the window.", low=0, high=WIDEST, unit="px")


class AvgPool1d(Pool1d, AvgPool):
    """The mean of each stretch of a signal: a moving average where the stride is 1.

    Shapes:
        in: (N, C, T)
        out: (N, C, T'), T' = ⌊(T + 2·padding − kernel_size) / stride⌋ + 1
    Source:
        Waibel et al. 1989; torch.nn.functional.avg_pool1d.
    """

    id, title, target = "avg_pool1d", "Average pool 1d", "torch.nn.functional.avg_pool1d"
    icon = "mdi6.chart-bell-curve"
    aliases = ("avgpool", "mean pooling", "moving average", "subsampling", "downsample")

    padding: int = param(0, "Border at both ends, at most half of the window.", low=0, high=WIDEST)


class AvgPool3d(Pool3d, AvgPool):
    """The mean of each block of a volume.

    Shapes:
        in: (N, C, D, H, W)
        out: (N, C, D', H', W'), D' = ⌊(D + 2·padding − kernel_size) / stride⌋ + 1
    Source:
        Ji et al. 2010; torch.nn.functional.avg_pool3d.
    """

    id, title, target = "avg_pool3d", "Average pool 3d", "torch.nn.functional.avg_pool3d"
    icon = "mdi6.cube-outline"
    aliases = ("avgpool", "mean pooling", "video", "voxel", "downsample")

    padding: Triple = param(0, "Border on each side, at most half of the window.", low=0, high=WIDEST, unit="px")

    def shapes(self, inputs: Inputs) -> Shapes:
        """As ever, but here torch counts the border out: the window must fit into the volume itself."""
        shape = inputs["in"]
        windows(self, shape, self.ndim, self.kernel_size, self.stride, 0)
        return super().shapes(inputs)
