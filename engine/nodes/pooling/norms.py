"""Pooling by norms and by windows of random size: between the mean and the maximum."""

from __future__ import annotations

import math
from typing import ClassVar

from engine.catalog import Call, In, Inputs, NodeKind, Shape, Shapes, function, layer
from engine.errors import ParamError
from engine.nodes.pooling.windowed import Pool, Pool1d, Pool2d, Pool3d
from engine.nodes.rules import breach, changed
from engine.nodes.windows import AXES, WIDEST, Window, each, extent
from engine.spec import Pair, Triple, param


class LPPool(Pool):
    """The p-norm of each window."""

    equation = "out = (Σ x^p)^(1/p) over the window, p = norm_type"

    norm_type: int = param(2, "The power p: 1 sums up, the larger the closer to the maximum.", low=1, high=16)

    def conflicts(self) -> list[ParamError]:
        """An odd root of a negative number would be no number in torch."""
        if self.norm_type > 1 and self.norm_type % 2:
            return [ParamError("norm_type", "must be 1 or even, for inputs may be negative", self.norm_type)]
        return []

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """Torch's function of the same name."""
        return function(
            self.target,
            In(),
            norm_type=self.norm_type,
            kernel_size=self.kernel_size,
            stride=self.stride,
            **changed(self, "ceil_mode"),
        )


class LPPool1d(Pool1d, LPPool):
    """The length of each stretch of a signal, taken as a vector.

    Shapes:
        in: (N, C, T)
        out: (N, C, T'), T' = ⌊(T − kernel_size) / stride⌋ + 1
    Source:
        Sermanet, Chintala and LeCun 2012; torch.nn.functional.lp_pool1d.
    """

    id, title, target = "lp_pool1d", "LP norm pool 1d", "torch.nn.functional.lp_pool1d"
    icon = "mdi6.sigma"
    aliases = ("power average pooling", "norm pooling", "sum pooling", "l2 pooling")


class LPPool2d(Pool2d, LPPool):
    """The length of each window, taken as a vector.

    Shapes:
        in: (N, C, H, W)
        out: (N, C, H', W'), H' = ⌊(H − kernel_size) / stride⌋ + 1
    Source:
        Sermanet, Chintala and LeCun 2012; torch.nn.functional.lp_pool2d.
    """

    id, title, target = "lp_pool2d", "LP norm pool 2d", "torch.nn.functional.lp_pool2d"
    icon = "mdi6.sigma"
    aliases = ("power average pooling", "norm pooling", "sum pooling", "l2 pooling")


class LPPool3d(Pool3d, LPPool):
    """The length of each block of a volume, taken as a vector.

    Shapes:
        in: (N, C, D, H, W)
        out: (N, C, D', H', W'), D' = ⌊(D − kernel_size) / stride⌋ + 1
    Source:
        Sermanet, Chintala and LeCun 2012; torch.nn.functional.lp_pool3d.
    """

    id, title, target = "lp_pool3d", "LP norm pool 3d", "torch.nn.functional.lp_pool3d"
    icon = "mdi6.sigma"
    aliases = ("power average pooling", "norm pooling", "sum pooling", "l2 pooling")


class FractionalMaxPool(NodeKind):
    """The largest number of windows whose places are drawn anew at each training step."""

    category = "Pooling"
    equation = "out = max of a window at a drawn place"
    ndim: ClassVar[int] = 2
    spare: ClassVar[int] = -1  # how much smaller than the input torch wants output and window together

    kernel_size: Window = param(2, "Size of the window.", low=1, high=WIDEST, card=True)
    output_ratio: float = param(
        0.7, "Share of each axis that is left; a window fits in between.", low=0.01, high=0.99, card=True
    )

    def shapes(self, inputs: Inputs) -> Shapes:
        """Channels stay, each other axis shrinks by the ratio."""
        shape = inputs["in"]
        sizes = extent(self, shape, self.ndim)
        window = each(self.kernel_size, self.ndim)
        out = tuple(int(size * self.output_ratio) for size in sizes)
        if min(out) < 1 or any(
            left + reach + self.spare > size for left, reach, size in zip(out, window, sizes, strict=True)
        ):
            left, reach = ("×".join(map(str, numbers)) for numbers in (out, window))
            raise breach(
                self,
                f"leaves {left} of the input and its window of {reach} has no room in between",
                shape,
                suggestion="Take a smaller kernel_size or another output_ratio, or pool less before it.",
            )
        return {"out": Shape((*shape.sizes[:2], *out), AXES[self.ndim])}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One operation for each number in the window and each output."""
        return outputs["out"].count * math.prod(each(self.kernel_size, self.ndim))

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The layer of the same rank."""
        return layer(
            f"engine.torchside.layers.pooling.FractionalMaxPool{self.ndim}d",
            kernel_size=self.kernel_size,
            output_ratio=self.output_ratio,
        )


class FractionalMaxPool2d(FractionalMaxPool):
    """Keeps the largest number of windows at drawn places; in evaluation the places are fixed.

    Shapes:
        in: (N, C, H, W)
        out: (N, C, H', W'), H' = ⌊H·output_ratio⌋
    Source:
        Graham 2014; torch.nn.FractionalMaxPool2d.
    """

    id, title = "fractional_max_pool2d", "Fractional max pool 2d"
    icon = "mdi6.dice-multiple-outline"
    aliases = ("random pooling", "stochastic pooling", "maxpool")

    kernel_size: Pair = param(2, "Height and width of the window.", low=1, high=WIDEST, unit="px", card=True)


class FractionalMaxPool3d(FractionalMaxPool):
    """Keeps the largest number of blocks at drawn places; in evaluation the places are fixed.

    Shapes:
        in: (N, C, D, H, W)
        out: (N, C, D', H', W'), D' = ⌊D·output_ratio⌋
    Source:
        Graham 2014; torch.nn.FractionalMaxPool3d.
    """

    id, title = "fractional_max_pool3d", "Fractional max pool 3d"
    icon = "mdi6.dice-multiple-outline"
    aliases = ("random pooling", "stochastic pooling", "maxpool", "voxel")
    ndim, spare = 3, 0

    kernel_size: Triple = param(
        2, "Depth, height and width of the window.", low=1, high=WIDEST, unit="px", card=True
    )
