"""Pooling to a given size, whatever the size of the input."""

from __future__ import annotations

import math
from typing import ClassVar

from engine.catalog import Call, In, Inputs, NodeKind, Shape, Shapes, function
from engine.nodes.windows import AXES, Window, binned, each, extent
from engine.spec import Pair, Triple, param

LARGEST = 4_096
"""Largest output of adaptive pooling along an axis."""


class AdaptivePool(NodeKind):
    """As many bins as are wanted along each of `ndim` axes."""

    category = "Pooling"
    icon = "mdi6.arrow-expand-all"
    ndim: ClassVar[int] = 2
    target: ClassVar[str] = ""

    output_size: Window = param(1, "Size that comes out.", low=1, high=LARGEST, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Channels stay, the other axes are as set."""
        shape = inputs["in"]
        extent(self, shape, self.ndim)
        return {"out": Shape((*shape.sizes[:2], *each(self.output_size, self.ndim)), AXES[self.ndim])}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One operation for each number that a bin reads."""
        shape = inputs["in"]
        bins = enumerate(each(self.output_size, self.ndim), start=2)
        return shape.size(1) * math.prod(binned(shape.size(axis), count) for axis, count in bins)

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """Torch's function of the same name."""
        return function(self.target, In(), output_size=self.output_size)


class AdaptivePool1d(AdaptivePool):
    """Signals of any length."""

    ndim = 1
    output_size: int = param(1, "Length that comes out.", low=1, high=LARGEST, card=True)


class AdaptivePool2d(AdaptivePool):
    """Images of any size."""

    ndim = 2
    output_size: Pair = param(1, "Height and width that come out.", low=1, high=LARGEST, unit="px", card=True)


class AdaptivePool3d(AdaptivePool):
    """Volumes of any size."""

    ndim = 3
    output_size: Triple = param(
        1, "Depth, height and width that come out.", low=1, high=LARGEST, unit="px", card=True
    )


class AdaptiveAvgPool2d(AdaptivePool2d):
    """The mean of each field of a grid over the image, as many fields as are wanted.

    Shapes:
        in: (N, C, H, W)
        out: (N, C, *output_size)
    Source:
        torch.nn.functional.adaptive_avg_pool2d.
    """

    id, title = "adaptive_avg_pool2d", "Adaptive average pool 2d"
    target = "torch.nn.functional.adaptive_avg_pool2d"
    aliases = ("adaptiveavgpool", "mean pooling", "any size")
    equation = "out[i] = mean of x[⌊i·H/H'⌋ … ⌈(i + 1)·H/H'⌉]"


class AdaptiveAvgPool1d(AdaptivePool1d):
    """The mean of each part of a signal, as many parts as are wanted.

    Shapes:
        in: (N, C, T)
        out: (N, C, output_size)
    Source:
        torch.nn.functional.adaptive_avg_pool1d.
    """

    id, title = "adaptive_avg_pool1d", "Adaptive average pool 1d"
    target = "torch.nn.functional.adaptive_avg_pool1d"
    aliases = ("adaptiveavgpool", "mean pooling", "any length")
    equation = "out[i] = mean of x[⌊i·T/T'⌋ … ⌈(i + 1)·T/T'⌉]"


class AdaptiveAvgPool3d(AdaptivePool3d):
    """The mean of each block of a grid over the volume, as many blocks as are wanted.

    Shapes:
        in: (N, C, D, H, W)
        out: (N, C, *output_size)
    Source:
        torch.nn.functional.adaptive_avg_pool3d.
    """

    id, title = "adaptive_avg_pool3d", "Adaptive average pool 3d"
    target = "torch.nn.functional.adaptive_avg_pool3d"
    aliases = ("adaptiveavgpool", "mean pooling", "any size", "voxel")
    equation = "out[i] = mean of x[⌊i·D/D'⌋ … ⌈(i + 1)·D/D'⌉]"


class AdaptiveMaxPool2d(AdaptivePool2d):
    """The largest number of each field of a grid over the image, as many fields as are wanted.

    Shapes:
        in: (N, C, H, W)
        out: (N, C, *output_size)
    Source:
        torch.nn.functional.adaptive_max_pool2d.
    """

    id, title = "adaptive_max_pool2d", "Adaptive max pool 2d"
    target = "torch.nn.functional.adaptive_max_pool2d"
    aliases = ("adaptivemaxpool", "maximum pooling", "any size", "roi pooling")
    equation = "out[i] = max of x[⌊i·H/H'⌋ … ⌈(i + 1)·H/H'⌉]"


class AdaptiveMaxPool1d(AdaptivePool1d):
    """The largest number of each part of a signal, as many parts as are wanted.

    Shapes:
        in: (N, C, T)
        out: (N, C, output_size)
    Source:
        torch.nn.functional.adaptive_max_pool1d.
    """

    id, title = "adaptive_max_pool1d", "Adaptive max pool 1d"
    target = "torch.nn.functional.adaptive_max_pool1d"
    aliases = ("adaptivemaxpool", "maximum pooling", "any length")
    equation = "out[i] = max of x[⌊i·T/T'⌋ … ⌈(i + 1)·T/T'⌉]"


class AdaptiveMaxPool3d(AdaptivePool3d):
    """The largest number of each block of a grid over the volume, as many blocks as are wanted.

    Shapes:
        in: (N, C, D, H, W)
        out: (N, C, *output_size)
    Source:
        torch.nn.functional.adaptive_max_pool3d.
    """

    id, title = "adaptive_max_pool3d", "Adaptive max pool 3d"
    target = "torch.nn.functional.adaptive_max_pool3d"
    aliases = ("adaptivemaxpool", "maximum pooling", "any size", "voxel")
    equation = "out[i] = max of x[⌊i·D/D'⌋ … ⌈(i + 1)·D/D'⌉]"
