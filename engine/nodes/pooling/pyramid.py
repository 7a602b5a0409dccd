"""Pooling by several grids at once."""

from __future__ import annotations

from typing import Literal

from engine.catalog import Call, In, Inputs, NodeKind, Shape, Shapes, function
from engine.errors import ParamError
from engine.nodes.rules import changed
from engine.nodes.windows import binned, extent
from engine.spec import Sizes, param


class SpatialPyramidPool(NodeKind):
    """Pools by grids from coarse to fine and puts all fields in a row: one length for any image.

    Shapes:
        in: (N, C, H, W)
        out: (N, C·Σ level²)
    Source:
        He et al. 2014; Lazebnik, Schmid and Ponce 2006; torch.nn.functional.adaptive_max_pool2d.
    """

    id, title, category = "spatial_pyramid_pool", "Spatial pyramid pool", "Pooling"
    icon = "mdi6.pyramid"
    aliases = ("spp", "pyramid pooling", "sppnet", "multi scale", "any size")
    equation = "out = [pool to l×l for each level l]"

    levels: Sizes = param((4, 2, 1), "Fields along each side of the grids, in order.", low=1, high=64, card=True)
    mode: Literal["max", "avg"] = param("max", "Largest number or mean of each field.")

    def conflicts(self) -> list[ParamError]:
        """A few grids, at least one."""
        if not 1 <= len(self.levels) <= 16:
            return [ParamError("levels", "must be 1 to 16 grids", self.levels)]
        return []

    def shapes(self, inputs: Inputs) -> Shapes:
        """A number for each field and channel."""
        shape = inputs["in"]
        extent(self, shape, 2)
        fields = sum(level * level for level in self.levels)
        return {"out": Shape((shape.sizes[0], shape.size(1) * fields), "NF")}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One operation for each number that a field reads."""
        channels, height, width = (inputs["in"].size(axis) for axis in (1, 2, 3))
        return channels * sum(binned(height, level) * binned(width, level) for level in self.levels)

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """All grids in one function."""
        target = "engine.torchside.layers.pooling.spatial_pyramid_pool"
        return function(target, In(), levels=self.levels, **changed(self, "mode"))
