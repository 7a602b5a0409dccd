"""Signals, images and volumes made larger or smaller by a rule that is not learnt."""

from __future__ import annotations

import math
from typing import Final, Literal

from engine.catalog import Call, In, Inputs, NodeKind, Shape, Shapes, function
from engine.errors import ParamError
from engine.nodes.rules import breach, changed, need_floats
from engine.nodes.windows import AXES, binned, each, extent
from engine.spec import Sizes, param

NDIM: Final = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}
"""Axes behind the channels that a mode is for; the others are for any."""

TAPS: Final = {"linear": 2, "bilinear": 4, "bicubic": 16, "trilinear": 8}
"""Neighbours that a number is mixed of."""


class Upsample(NodeKind):
    """Makes signals, images or volumes larger or smaller; new numbers lie between the old.

    Shapes:
        in: (N, C, T), (N, C, H, W) or (N, C, D, H, W)
        out: the same axes, each of its size, or ⌊the old one · scale_factor⌋
    Source:
        Keys 1981; torch.nn.functional.interpolate.
    """

    id, title, category = "upsample", "Upsample", "Convolution"
    icon = "mdi6.resize"
    aliases = ("interpolate", "resize", "rescale", "nearest", "bilinear", "bicubic", "trilinear", "downsample")
    equation = "out[i] = x between ⌊i / scale⌋ and its neighbours"

    scale_factor: float = param(2.0, "How much larger each axis becomes.", low=0.01, high=256.0, card=True)
    size: Sizes = param(
        (), "Size that comes out, one number or one for each axis; empty: by scale_factor.", low=1, high=2**16
    )
    mode: Literal["nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"] = param(
        "nearest",
        "How numbers in between are made; linear is for signals, bi- for images, tri- for volumes.",
        card=True,
    )
    align_corners: bool = param(False, "Lay the first and last numbers of both upon each other.")

    def conflicts(self) -> list[ParamError]:
        """Corners are aligned only where numbers are mixed of neighbours, and there are three axes at most."""
        found = []
        if self.align_corners and self.mode not in NDIM:
            found.append(ParamError("align_corners", f"is only for {', '.join(NDIM)}", self.align_corners))
        if len(self.size) > NDIM.get(self.mode, 3):
            found.append(ParamError("size", f"must have at most {NDIM.get(self.mode, 3)} numbers", self.size))
        return found

    def shapes(self, inputs: Inputs) -> Shapes:
        """Batch and channels stay."""
        shape = inputs["in"]
        need_floats(self, shape)
        ndim = NDIM.get(self.mode, min(max(shape.rank - 2, 1), 3))
        sizes = extent(self, shape, ndim)
        if len(self.size) > 1 and len(self.size) != ndim:
            count = len(self.size)
            raise breach(
                self,
                f"needs a size for each axis behind the channels, {ndim} here, or one for all; size has {count}",
                shape,
                suggestion="Give size one number, or one for each axis.",
            )
        out = each(self.size[0] if len(self.size) == 1 else self.size, ndim) or tuple(
            math.floor(size * self.scale_factor) for size in sizes
        )
        if min(out) < 1:
            raise breach(
                self,
                f"leaves nothing of an axis with a scale_factor of {self.scale_factor:g}",
                shape,
                suggestion="Take a larger scale_factor.",
            )
        return {"out": Shape((*shape.sizes[:2], *out), AXES[ndim])}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """A multiply-add for each neighbour; an addition for each number that an area sums up; else nothing."""
        before, after = inputs["in"], outputs["out"]
        if self.mode == "area":
            axes = range(2, before.rank)
            return before.size(1) * math.prod(binned(before.size(axis), after.size(axis)) for axis in axes)
        return 2 * after.count * TAPS.get(self.mode, 0)

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.functional.interpolate."""
        if self.size:
            given = self.size * (inputs["in"].rank - 2) if len(self.size) == 1 else self.size
            return self._interpolate(size=given)
        return self._interpolate(scale_factor=self.scale_factor)

    def _interpolate(self, **wanted: object) -> Call:
        return function(
            "torch.nn.functional.interpolate", In(), **wanted, **changed(self, "mode", "align_corners")
        )

    def card(self) -> str:
        """`×2, nearest`."""
        wanted = "×".join(map(str, self.size)) if self.size else f"×{self.scale_factor:g}"
        return f"{wanted}, {self.mode}"
