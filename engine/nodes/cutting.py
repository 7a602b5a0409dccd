"""Parts of an axis: one position, a stretch, several parts, a window."""

from __future__ import annotations

from engine.catalog import Call, Expr, In, Inputs, Item, Port, Shape, Shapes, function
from engine.errors import ParamError
from engine.nodes.rules import breach, divisor, need_axes, need_axis
from engine.nodes.shaping import FARTHEST, Rearrangement, resized, without
from engine.spec import Pair, Sizes, both, param

MOST_PARTS = 64


class Select(Rearrangement):
    """Picks one position along an axis: the last time step, the first channel.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, …)
    Source:
        torch.select.
    """

    id, title = "select", "Select"
    icon = "mdi6.select"
    aliases = ("index", "pick", "last step", "take")
    equation = "out = x[:, index]"

    dim: int = param(1, "Axis to pick from; 1 is the first after the batch.", low=-FARTHEST, high=FARTHEST)
    index: int = param(-1, "Position on the axis; -1 is the last.", low=-(2**28), high=2**28, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """The axis is gone."""
        shape = inputs["in"]
        axis = need_axis(self, shape, self.dim)
        size = shape.size(axis)
        if not -size <= self.index < size:
            raise breach(
                self,
                f"picks position {self.index} of axis {axis}, which has {size}",
                shape,
                suggestion=f"Set index to at most {size - 1}.",
                fits={"index": size - 1 if self.index > 0 else -size},
            )
        return {"out": without(shape, axis)}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.select."""
        return function("torch.select", In(), self.dim, self.index)


class Slice(Rearrangement):
    """Keeps a stretch of an axis, or every so many positions of it.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, ⌈(end − start) / step⌉, …)
    Source:
        Slices of Python; torch.narrow.
    """

    id, title = "slice", "Slice"
    icon = "mdi6.knife"
    aliases = ("narrow", "range", "stretch", "window", "every other", "subsample")
    equation = "out = x[:, start:end:step]"

    dim: int = param(1, "Axis to cut; 1 is the first after the batch.", low=-FARTHEST, high=FARTHEST)
    start: int = param(
        0, "First position kept; below 0 it counts from the end.", low=-(2**28), high=2**28, card=True
    )
    end: int | None = param(
        None,
        "Position after the last one kept; below 0 it counts from the end, none is the end.",
        low=-(2**28),
        high=2**28,
        card=True,
    )
    step: int = param(1, "Distance between positions kept.", low=1, high=2**28)

    def shapes(self, inputs: Inputs) -> Shapes:
        """As many positions as Python's slice keeps, at least one."""
        shape = inputs["in"]
        axis = need_axis(self, shape, self.dim)
        kept = self._kept(shape, axis)
        if not kept:
            end = "the end" if self.end is None else self.end
            raise breach(
                self,
                f"keeps nothing of axis {axis} from {self.start} to {end}",
                shape,
                suggestion=f"Set start and end within 0 and {shape.size(axis)}.",
            )
        return {"out": resized(shape, axis, len(kept))}

    def _kept(self, shape: Shape, axis: int) -> range:
        return range(shape.size(axis))[self.start : self.end : self.step]

    def call(self, inputs: Inputs) -> Call:
        """torch.narrow; with a step, a function of ours."""
        shape = inputs["in"]
        axis = need_axis(self, shape, self.dim)
        kept = self._kept(shape, axis)
        if self.step == 1:
            return function("torch.narrow", In(), self.dim, kept.start, len(kept))
        return function("engine.torchside.layers.cutting.every", In(), axis, kept.start, kept.stop, self.step)


class Split(Rearrangement):
    """Cuts an axis into parts, one output each.

    Shapes:
        in: (N, …, D, …)
        out1, out2, …: (N, …, D / chunks, …), or as sizes say
    Source:
        torch.chunk; torch.split.
    """

    id, title = "split", "Split"
    icon = "mdi6.call-split"
    aliases = ("chunk", "unbind", "divide", "branch", "groups")
    equation = "x = [out1; out2; …]"

    chunks: int = param(2, "Number of equal parts, and of outputs.", low=2, high=MOST_PARTS, card=True)
    dim: int = param(1, "Axis to cut; 1 is the first after the batch.", low=-FARTHEST, high=FARTHEST)
    sizes: Sizes = param(
        (), "Sizes of the parts, which then need not be equal; empty for equal ones.", low=1, high=2**28
    )

    def conflicts(self) -> list[ParamError]:
        """Sizes have bounds in number."""
        if len(self.sizes) == 1 or len(self.sizes) > MOST_PARTS:
            return [ParamError("sizes", f"must be empty or have 2 to {MOST_PARTS} numbers", self.sizes)]
        return []

    @property
    def parts(self) -> int:
        """Number of outputs."""
        return len(self.sizes) or self.chunks

    def output_ports(self) -> tuple[Port, ...]:
        """One a part."""
        return tuple(Port(f"out{part}", f"Part {part} of {self.parts}.") for part in range(1, self.parts + 1))

    def shapes(self, inputs: Inputs) -> Shapes:
        """Each part has its share of the axis."""
        shape = inputs["in"]
        axis = need_axis(self, shape, self.dim)
        size = shape.size(axis)
        if not self.sizes and size % self.chunks:
            raise breach(
                self,
                f"cuts axis {axis} into {self.chunks} equal parts, {size} does not divide so",
                shape,
                suggestion=f"Set chunks to a divisor of {size}, or give sizes that add up to it.",
                fits={"chunks": divisor(size, self.chunks, 2)},
            )
        if self.sizes and sum(self.sizes) != size:
            raise breach(
                self,
                f"cuts axis {axis} into parts of {', '.join(map(str, self.sizes))}, which make {sum(self.sizes)}",
                shape,
                suggestion=f"Give sizes that add up to {size}, or none for equal parts.",
            )
        sizes = self.sizes or (size // self.chunks,) * self.chunks
        return {f"out{number}": resized(shape, axis, part) for number, part in enumerate(sizes, 1)}

    def calls(self, inputs: Inputs) -> dict[str, Expr]:  # noqa: ARG002
        """torch.chunk or torch.split, an item for each output."""
        if self.sizes:
            cut = function("torch.split", In(), self.sizes, dim=self.dim)
        else:
            cut = function("torch.chunk", In(), self.chunks, dim=self.dim)
        return {f"out{part + 1}": Item(cut, part) for part in range(self.parts)}

    def card(self) -> str:
        """The sizes, or how many parts."""
        return ", ".join(map(str, self.sizes)) or super().card()


class Crop(Rearrangement):
    """Cuts a window out of images: from the middle, or from a given corner.

    Shapes:
        in: (N, …, H, W)
        out: (N, …, height, width)
    Source:
        Ronneberger et al. 2015 (U-Net); torch.narrow.
    """

    id, title = "crop", "Crop"
    icon = "mdi6.crop"
    aliases = ("center crop", "window", "cut out", "unet")
    equation = "out = x[…, top:top + height, left:left + width]"

    size: Pair = param(8, "Height and width of the window.", low=1, high=2**16, unit="px", card=True)
    top: int | None = param(None, "Rows above the window; none centres it.", low=0, high=2**16, unit="px")
    left: int | None = param(None, "Columns before the window; none centres it.", low=0, high=2**16, unit="px")

    def shapes(self, inputs: Inputs) -> Shapes:
        """The last two axes have the window's size."""
        shape = inputs["in"]
        need_axes(self, shape, 3)
        height, width = both(self.size)
        for axis, start, size in self._windows(shape):
            if start < 0 or start + size > shape.size(axis):
                raise breach(
                    self,
                    f"needs a window inside the image, {height}×{width} from row {self._windows(shape)[0][1]} "
                    f"and column {self._windows(shape)[1][1]} is not",
                    shape,
                    suggestion="Make the window smaller, or centre it.",
                )
        return {"out": Shape((*shape.sizes[:-2], height, width), shape.axes, shape.dtype)}

    def _windows(self, shape: Shape) -> list[tuple[int, int, int]]:
        """Axis, start and size of both cuts."""
        return [
            (axis, (shape.size(axis) - size) // 2 if start is None else start, size)
            for axis, start, size in zip((-2, -1), (self.top, self.left), both(self.size), strict=True)
        ]

    def call(self, inputs: Inputs) -> Call:
        """torch.narrow, rows first."""
        rows, columns = self._windows(inputs["in"])
        return function("torch.narrow", function("torch.narrow", In(), *rows), *columns)
