"""Tensors made larger: repeated, padded; images as rows of patches."""

from __future__ import annotations

import math
from typing import Literal

from engine.catalog import Call, In, Inputs, Shape, Shapes, function
from engine.errors import ParamError
from engine.nodes.rules import IMAGE, SEQUENCE, breach, changed, divisor, need_axes, need_floats, need_rank
from engine.nodes.shaping import Rearrangement
from engine.spec import Pair, Sizes, both, param

MOST_AXES = 16


class Expand(Rearrangement):
    """Makes axes of size 1 longer by showing them again and again, without a copy.

    Shapes:
        in: (N, …), axes that grow of size 1
        out: (N, *sizes)
    Source:
        torch.Tensor.expand.
    """

    id, title = "expand", "Expand"
    icon = "mdi6.arrow-expand-all"
    aliases = ("broadcast to", "stretch")
    equation = "1×C → T×C"

    sizes: Sizes = param(
        (-1,), "Size of each axis, the batch left out; -1 leaves an axis as it is.", low=-1, high=2**28, card=True
    )

    def conflicts(self) -> list[ParamError]:
        """No axis is empty."""
        return [ParamError("sizes", "must have no axis of size 0", self.sizes)] if 0 in self.sizes else []

    def shapes(self, inputs: Inputs) -> Shapes:
        """The sizes given; other axes must have size 1 or stay."""
        shape = inputs["in"]
        need_axes(self, shape, 1)
        if len(self.sizes) != shape.rank - 1 or any(
            wanted not in (-1, size) and size != 1 for wanted, size in zip(self.sizes, shape.sample, strict=True)
        ):
            raise breach(
                self,
                f"cannot make it {'×'.join(map(str, self.sizes)) or 'a single number'} a sample: "
                "each axis needs a size, and only axes of size 1 grow",
                shape,
                suggestion="Set the sizes of axes that stay to -1, or insert an Unsqueeze before it.",
                fits={"sizes": _grown(self.sizes, shape)},
            )
        sizes = [size if wanted < 0 else wanted for wanted, size in zip(self.sizes, shape.sample, strict=True)]
        return {"out": Shape((*shape.sizes[:1], *sizes), shape.axes, shape.dtype)}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.Tensor.expand; the batch stays as it is."""
        return function("torch.Tensor.expand", In(), -1, *self.sizes)


def _grown(sizes: Sizes, shape: Shape) -> Sizes:
    """The sizes wanted of axes of size 1, counted from the last; other axes stay."""
    wanted = (*[-1] * shape.rank, *sizes)[-shape.rank + 1 :] if shape.rank > 1 else ()
    return tuple(want if size == 1 else -1 for want, size in zip(wanted, shape.sample, strict=True))


class Repeat(Rearrangement):
    """Lays a tensor out again and again along its axes.

    Shapes:
        in: (N, a, b, …)
        out: (N, a·repeats_1, b·repeats_2, …)
    Source:
        torch.tile.
    """

    id, title = "repeat", "Repeat"
    icon = "mdi6.repeat"
    aliases = ("tile", "copy", "again")
    equation = "out = [x; x; …]"

    repeats: Sizes = param((2,), "How often along each axis, the batch left out.", low=1, high=2**16, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Each axis so many times as long."""
        shape = inputs["in"]
        need_axes(self, shape, 1)
        if len(self.repeats) != shape.rank - 1:
            raise breach(
                self,
                f"needs a number for each axis of a sample, {len(self.repeats)} are given",
                shape,
                suggestion=f"Set repeats to {', '.join('2' * (shape.rank - 1))}."
                if shape.rank > 1
                else "Empty repeats.",
                fits={"repeats": (*self.repeats, *[1] * shape.rank)[: shape.rank - 1]},
            )
        sizes = [shape.size(axis) * times for axis, times in enumerate(self.repeats, 1)]
        return {"out": Shape((*shape.sizes[:1], *sizes), shape.axes, shape.dtype)}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.tile; samples are not repeated."""
        return function("torch.tile", In(), (1, *self.repeats))


class Pad(Rearrangement):
    """Adds a border: zeros, another number, a mirror image, the edge, or the other side.

    Shapes:
        in: (N, …, H, W)
        out: (N, …, H + top + bottom, W + left + right)
    Source:
        torch.nn.functional.pad.
    """

    id, title = "pad", "Pad"
    icon = "mdi6.border-outside"
    aliases = ("zero padding", "border", "reflection", "replication", "circular", "zeropad2d")
    equation = "out = [border; x; border]"

    pad: Sizes = param(
        (1, 1),
        "Numbers added before and after the last axis, then the axis before it: left, right, top, bottom.",
        low=0,
        high=2**16,
        card=True,
    )
    mode: Literal["constant", "reflect", "replicate", "circular"] = param(
        "constant", "What the border holds: value, a mirror image, the edge again, or the other side."
    )
    value: float = param(0.0, "Number in a constant border.", low=-1e30, high=1e30)

    def conflicts(self) -> list[ParamError]:
        """Numbers come in pairs."""
        if not self.pad or len(self.pad) % 2 or len(self.pad) > 2 * MOST_AXES:
            return [ParamError("pad", "must have two numbers for each axis, from the last on", self.pad)]
        return []

    def shapes(self, inputs: Inputs) -> Shapes:
        """Each axis longer by its two numbers."""
        shape = inputs["in"]
        pairs = list(zip(self.pad[::2], self.pad[1::2], strict=True))
        need_axes(self, shape, len(pairs) + 1)
        if self.mode != "constant":
            self._check(shape, pairs)
        elif shape.dtype != "float32" and (shape.dtype == "bool" or not self.value.is_integer()):
            need_floats(self, shape)
        sizes = list(shape.sizes)
        for axis, (before, after) in enumerate(pairs, 1):
            sizes[-axis] = shape.size(-axis) + before + after
        return {"out": Shape(tuple(sizes), shape.axes, shape.dtype)}

    def _check(self, shape: Shape, pairs: list[tuple[int, int]]) -> None:
        need_floats(self, shape)
        if shape.rank not in (3, 4, 5) or len(pairs) != shape.rank - 2:
            raise breach(
                self,
                f"with mode {self.mode} needs 3 to 5 axes and two numbers for each axis after the first two",
                shape,
                suggestion="Set mode to constant, or give pad as many pairs.",
            )
        spare = {"reflect": 1, "circular": 0}.get(self.mode)
        for axis, pair in enumerate(pairs, 1):
            most = shape.size(-axis) if spare is None else shape.size(-axis) - spare
            if spare is not None and max(pair) > most:
                raise breach(
                    self,
                    f"with mode {self.mode} can add at most {most} to each end of axis {shape.rank - axis}",
                    shape,
                    suggestion=f"Set its numbers in pad to at most {most}, or take mode replicate.",
                )

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.pad."""
        said = changed(self, "mode") if self.mode != "constant" else changed(self, "value")
        return function("torch.nn.functional.pad", In(), self.pad, **said)


class Patchify(Rearrangement):
    """Cuts images into patches, each a row of numbers, from left to right and top to bottom.

    Shapes:
        in: (N, C, H, W), both sizes multiples of the patch
        out: (N, H·W / p², C·p²)
    Source:
        Dosovitskiy et al. 2020 (vision transformer); torch.nn.functional.unfold.
    """

    id, title = "patchify", "Patchify"
    icon = "mdi6.view-grid-outline"
    aliases = ("patches", "vit", "unfold", "im2col", "tokens from images", "mixer")
    equation = "C×H×W → T×(C·p·p), T = H·W / p²"

    patch_size: Pair = param(4, "Height and width of a patch.", low=1, high=2**12, unit="px", card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """A row for each patch, channel after channel."""
        shape = inputs["in"]
        need_rank(self, shape, 4, IMAGE)
        high, wide = both(self.patch_size)
        channels, height, width = (shape.size(axis) for axis in (1, 2, 3))
        if height % high or width % wide:
            raise breach(
                self,
                f"cuts images into patches of {high}×{wide}, {height}×{width} does not divide so",
                shape,
                suggestion="Take another patch_size, or insert a Pad before it.",
                fits={"patch_size": divisor(math.gcd(height, width), min(high, wide))},
            )
        return {"out": Shape.batch(height // high * (width // wide), channels * high * wide)}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.unfold, patches first."""
        patches = function("torch.nn.functional.unfold", In(), kernel_size=self.patch_size, stride=self.patch_size)
        return function("torch.transpose", patches, 1, 2)


class Unpatchify(Rearrangement):
    """Lays rows of patches out as images again: undoes Patchify.

    Shapes:
        in: (N, H·W / p², C·p²)
        out: (N, C, H, W)
    Source:
        He et al. 2021 (masked autoencoders); torch.nn.functional.fold.
    """

    id, title = "unpatchify", "Unpatchify"
    icon = "mdi6.view-quilt-outline"
    aliases = ("images from patches", "fold", "col2im", "mae")
    equation = "T×(C·p·p) → C×H×W"

    output_size: Pair = param(28, "Height and width of the image.", low=1, high=2**16, unit="px", card=True)
    patch_size: Pair = param(4, "Height and width of a patch.", low=1, high=2**12, unit="px", card=True)

    def conflicts(self) -> list[ParamError]:
        """Patches fill the image."""
        if any(size % patch for size, patch in zip(both(self.output_size), both(self.patch_size), strict=True)):
            if self.output_size == self.params["output_size"].default:
                return [ParamError("patch_size", "must divide output_size", self.patch_size)]
            return [ParamError("output_size", "must be a multiple of patch_size", self.output_size)]
        return []

    def shapes(self, inputs: Inputs) -> Shapes:
        """As many channels as a patch has numbers for each place."""
        shape = inputs["in"]
        need_rank(self, shape, 3, SEQUENCE)
        (height, width), (high, wide) = both(self.output_size), both(self.patch_size)
        patches = height // high * (width // wide)
        if shape.size(1) != patches or shape.size(2) % (high * wide):
            raise breach(
                self,
                f"needs {patches} patches, each of a multiple of {high * wide} numbers",
                shape,
                suggestion="Set output_size and patch_size to those of the Patchify before it.",
            )
        return {"out": Shape.batch(shape.size(2) // (high * wide), height, width)}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.fold, patches last."""
        return function(
            "torch.nn.functional.fold",
            function("torch.transpose", In(), 1, 2),
            output_size=both(self.output_size),
            kernel_size=self.patch_size,
            stride=self.patch_size,
        )
