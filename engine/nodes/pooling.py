"""Pooling: neighbourhoods summed up in one number."""

from __future__ import annotations

import math
from typing import Any

from engine.catalog import Call, In, Inputs, NodeKind, Shape, Shapes, function
from engine.errors import ParamError
from engine.nodes.rules import changed
from engine.nodes.windows import WIDEST, check_border, image, window_words, windows
from engine.spec import Pair, both, param


class Pool2d(NodeKind):
    """A window that slides over each channel alone."""

    category = "Pooling"

    kernel_size: Pair = param(2, "Height and width of the window.", low=1, high=WIDEST, unit="px", card=True)
    stride: Pair = param(2, "Step of the window.", low=1, high=WIDEST, unit="px", card=True)
    padding: Pair = param(0, "Border on each side, at most half of the window.", low=0, high=WIDEST, unit="px")
    ceil_mode: bool = param(False, "Let the last window hang over the edge, so that no pixel is left out.")

    def conflicts(self) -> list[ParamError]:
        """No window lies in the border alone."""
        return check_border(self.kernel_size, self.padding)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Channels stay; height and width by how often the window fits."""
        shape = inputs["in"]
        size = windows(self, shape, self.kernel_size, self.stride, self.padding, self.spread(), self.ceil_mode)
        return {"out": Shape((*shape.sizes[:2], *size), shape.axes)}

    def spread(self) -> Pair:
        """Distance between the window's pixels."""
        return 1

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One operation for each pixel of the window and output."""
        return outputs["out"].count * math.prod(both(self.kernel_size))

    def pool(self, target: str, *names: str) -> Call:
        """A pooling function with the window, and the named parameters where they differ from torch's."""
        build: dict[str, Any] = {"kernel_size": self.kernel_size, "stride": self.stride}
        return function(target, In(), **build, **changed(self, "padding", *names, "ceil_mode"))

    def card(self) -> str:
        """`2×2, s2`."""
        return window_words(self.kernel_size, self.stride)


class MaxPool2d(Pool2d):
    """Keeps the largest number of each window.

    Shapes:
        in: (N, C, H, W)
        out: (N, C, H', W'), H' = ⌊(H + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1
    Source:
        Riesenhuber and Poggio 1999; torch.nn.functional.max_pool2d.
    """

    id, title = "max_pool2d", "Max pool 2d"
    icon = "mdi6.arrow-collapse-all"
    aliases = ("maxpool", "maximum pooling", "subsampling", "downsample")
    equation = "out = max of the window"

    dilation: Pair = param(1, "Distance between the window's pixels.", low=1, high=WIDEST, unit="px")

    def spread(self) -> Pair:
        """As set."""
        return self.dilation

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.max_pool2d."""
        return self.pool("torch.nn.functional.max_pool2d", "dilation")


class AvgPool2d(Pool2d):
    """The mean of each window.

    Shapes:
        in: (N, C, H, W)
        out: (N, C, H', W'), H' = ⌊(H + 2·padding − kernel_size) / stride⌋ + 1
    Source:
        LeCun et al. 1989; torch.nn.functional.avg_pool2d.
    """

    id, title = "avg_pool2d", "Average pool 2d"
    icon = "mdi6.blur"
    aliases = ("avgpool", "mean pooling", "subsampling", "downsample")
    equation = "out = mean of the window"

    count_include_pad: bool = param(True, "Count the zeros of the border in the mean.")

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.avg_pool2d."""
        return self.pool("torch.nn.functional.avg_pool2d", "count_include_pad")


class GlobalAvgPool2d(NodeKind):
    """The mean of each channel over the whole image.

    Shapes:
        in: (N, C, H, W)
        out: (N, C), or (N, C, 1, 1) with keepdim
    Source:
        Lin, Chen and Yan 2013; torch.mean.
    """

    id, title, category = "global_avg_pool2d", "Global average pool 2d", "Pooling"
    icon = "mdi6.image-filter-center-focus"
    aliases = ("gap", "adaptive average pooling", "adaptiveavgpool2d", "squeeze")
    equation = "out[c] = mean of x[c]"

    keepdim: bool = param(False, "Keep height and width as axes of size 1.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """One number a channel."""
        shape = inputs["in"]
        channels, _, _ = image(self, shape)
        if self.keepdim:
            return {"out": Shape((shape.sizes[0], channels, 1, 1), shape.axes)}
        return {"out": Shape((shape.sizes[0], channels), "NF")}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One addition a pixel."""
        return inputs["in"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.mean over height and width."""
        return function("torch.mean", In(), dim=(2, 3), **changed(self, "keepdim"))
