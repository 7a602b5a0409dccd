"""Pooling of whole signals, images and volumes."""

from __future__ import annotations

from typing import ClassVar

from engine.catalog import Call, In, Inputs, NodeKind, Shape, Shapes, function
from engine.nodes.rules import changed
from engine.nodes.windows import AXES, extent
from engine.spec import param


class GlobalPool(NodeKind):
    """One number a channel, whatever its size."""

    category = "Pooling"
    icon = "mdi6.image-filter-center-focus"
    ndim: ClassVar[int] = 2
    target: ClassVar[str] = ""

    keepdim: bool = param(False, "Keep the axes that are summed up, of size 1.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """One number a channel."""
        shape = inputs["in"]
        extent(self, shape, self.ndim)
        if self.keepdim:
            return {"out": Shape((*shape.sizes[:2], *(1,) * self.ndim), AXES[self.ndim])}
        return {"out": Shape(shape.sizes[:2], "NF")}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One operation for each number that comes in."""
        return inputs["in"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """Torch's reduction over the axes behind the channels."""
        return function(self.target, In(), dim=tuple(range(2, 2 + self.ndim)), **changed(self, "keepdim"))


class GlobalAvgPool2d(GlobalPool):
    """The mean of each channel over the whole image.

    Shapes:
        in: (N, C, H, W)
        out: (N, C), or (N, C, 1, 1) with keepdim
    Source:
        Lin, Chen and Yan 2013; torch.mean.
    """

    id, title, target = "global_avg_pool2d", "Global average pool 2d", "torch.mean"
    basic = True
    aliases = ("gap", "adaptive average pooling", "adaptiveavgpool2d", "squeeze")
    equation = "out[c] = mean of x[c]"


class GlobalAvgPool1d(GlobalPool):
    """The mean of each channel over the whole signal.

    Shapes:
        in: (N, C, T)
        out: (N, C), or (N, C, 1) with keepdim
    Source:
        Lin, Chen and Yan 2013; torch.mean.
    """

    id, title, target = "global_avg_pool1d", "Global average pool 1d", "torch.mean"
    aliases = ("mean over time", "average pooling", "squeeze")
    equation = "out[c] = mean of x[c]"
    ndim = 1


class GlobalAvgPool3d(GlobalPool):
    """The mean of each channel over the whole volume.

    Shapes:
        in: (N, C, D, H, W)
        out: (N, C), or (N, C, 1, 1, 1) with keepdim
    Source:
        Lin, Chen and Yan 2013; torch.mean.
    """

    id, title, target = "global_avg_pool3d", "Global average pool 3d", "torch.mean"
    aliases = ("average pooling", "voxel", "squeeze")
    equation = "out[c] = mean of x[c]"
    ndim = 3


class GlobalMaxPool2d(GlobalPool):
    """The largest number of each channel over the whole image.

    Shapes:
        in: (N, C, H, W)
        out: (N, C), or (N, C, 1, 1) with keepdim
    Source:
        Oquab et al. 2015; torch.amax.
    """

    id, title, target = "global_max_pool2d", "Global max pool 2d", "torch.amax"
    aliases = ("gmp", "maximum pooling")
    equation = "out[c] = max of x[c]"


class GlobalMaxPool1d(GlobalPool):
    """The largest number of each channel over the whole signal.

    Shapes:
        in: (N, C, T)
        out: (N, C), or (N, C, 1) with keepdim
    Source:
        Collobert et al. 2011; torch.amax.
    """

    id, title, target = "global_max_pool1d", "Global max pool 1d", "torch.amax"
    aliases = ("max over time", "maximum pooling")
    equation = "out[c] = max of x[c]"
    ndim = 1


class GlobalMaxPool3d(GlobalPool):
    """The largest number of each channel over the whole volume.

    Shapes:
        in: (N, C, D, H, W)
        out: (N, C), or (N, C, 1, 1, 1) with keepdim
    Source:
        Oquab et al. 2015; torch.amax.
    """

    id, title, target = "global_max_pool3d", "Global max pool 3d", "torch.amax"
    aliases = ("maximum pooling", "voxel")
    equation = "out[c] = max of x[c]"
    ndim = 3
