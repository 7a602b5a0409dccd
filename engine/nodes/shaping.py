"""Axes rearranged, cut, picked and averaged."""

from __future__ import annotations

import math

from engine.catalog import Call, Expr, In, Inputs, Item, NodeKind, Port, Shape, Shapes, function
from engine.errors import ParamError
from engine.nodes.inputs import sample_conflicts
from engine.nodes.rules import breach, changed, need_axes, need_axis, need_floats
from engine.spec import Sizes, param

MOST_PARTS = 64
FARTHEST = 16


class Rearrangement(NodeKind):
    """A kind that moves numbers and computes none."""

    category = "Shape"

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0


class Flatten(Rearrangement):
    """Lays several axes out as one.

    Shapes:
        in: (N, …)
        out: (N, product of the axes start_dim to end_dim)
    Source:
        torch.flatten.
    """

    id, title = "flatten", "Flatten"
    adapter = True
    icon = "mdi6.format-list-numbered"
    aliases = ("vectorize", "ravel", "view", "unroll")
    equation = "C×H×W → C·H·W"

    start_dim: int = param(1, "First axis to join; 1 is the first after the batch.", low=1, high=FARTHEST)
    end_dim: int = param(-1, "Last axis to join; -1 is the last.", low=-FARTHEST, high=FARTHEST)

    def shapes(self, inputs: Inputs) -> Shapes:
        """The axes in between become one, of features."""
        shape = inputs["in"]
        need_axes(self, shape, 1)
        if shape.rank == 1:
            return {"out": Shape((shape.sizes[0], 1), "NF", shape.dtype)}
        first, last = need_axis(self, shape, self.start_dim), need_axis(self, shape, self.end_dim)
        if first > last:
            raise breach(
                self,
                f"joins the axes from {first} to {last}, which are none",
                shape,
                suggestion="Set end_dim to -1.",
            )
        if first == last:
            return {"out": shape}
        joined = math.prod(shape.size(axis) for axis in range(first, last + 1))
        sizes = (*shape.sizes[:first], joined, *shape.sizes[last + 1 :])
        return {"out": Shape(sizes, shape.axes[:first] + "F" + shape.axes[last + 1 :], shape.dtype)}

    def call(self, inputs: Inputs) -> Call:
        """torch.flatten."""
        if inputs["in"].rank == 1:
            return function("torch.unsqueeze", In(), 1)
        return function("torch.flatten", In(), self.start_dim, **changed(self, "end_dim"))


class Reshape(Rearrangement):
    """The same numbers, in order, under other axes.

    Shapes:
        in: (N, …)
        out: (N, *shape)
    Source:
        torch.reshape.
    """

    id, title = "reshape", "Reshape"
    icon = "mdi6.resize"
    aliases = ("view", "unflatten", "fold", "resize")
    equation = "C·H·W → C×H×W"

    shape: Sizes = param(
        (-1,), "Size of each axis, the batch left out; one may be -1: what remains.", low=-1, high=2**28, card=True
    )

    def conflicts(self) -> list[ParamError]:
        """Sizes are at least 1, but for one -1."""
        if 0 in self.shape:
            return [ParamError("shape", "must have no axis of size 0", self.shape)]
        if self.shape.count(-1) > 1:
            return [ParamError("shape", "must have at most one -1", self.shape)]
        return sample_conflicts(tuple(map(abs, self.shape)))

    def shapes(self, inputs: Inputs) -> Shapes:
        """As many numbers as before."""
        source = inputs["in"]
        need_axes(self, source, 1)
        return {"out": Shape((source.sizes[0], *self._sizes(source)), dtype=source.dtype)}

    def _sizes(self, source: Shape) -> tuple[int, ...]:
        count = math.prod(source.size(axis) for axis in range(1, source.rank))
        known = math.prod(size for size in self.shape if size > 0)
        open_axis = -1 in self.shape
        if count % known if open_axis else count != known:
            wanted = "×".join(map(str, self.shape)) or "a single number"
            raise breach(
                self,
                f"cannot lay {count} numbers a sample out as {wanted}",
                source,
                suggestion=f"Make the sizes multiply to {count}, or set one of them to -1.",
            )
        return tuple(count // known if size < 0 else size for size in self.shape)

    def call(self, inputs: Inputs) -> Call:
        """torch.reshape; the batch takes what remains."""
        return function("torch.reshape", In(), (-1, *self._sizes(inputs["in"])))


class Transpose(Rearrangement):
    """Swaps two axes.

    Shapes:
        in: (N, …, a, …, b, …)
        out: (N, …, b, …, a, …)
    Source:
        torch.transpose.
    """

    id, title = "transpose", "Transpose"
    icon = "mdi6.swap-horizontal"
    aliases = ("permute", "swapaxes", "movedim")
    equation = "out[i, j] = x[j, i]"

    dim0: int = param(1, "One axis; 1 is the first after the batch.", low=-FARTHEST, high=FARTHEST, card=True)
    dim1: int = param(2, "The other axis.", low=-FARTHEST, high=FARTHEST, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Both axes take their letters along."""
        shape = inputs["in"]
        order = list(range(shape.rank))
        a, b = need_axis(self, shape, self.dim0), need_axis(self, shape, self.dim1)
        order[a], order[b] = b, a
        letters = "".join(shape.axes[axis] for axis in order)
        return {"out": Shape(tuple(shape.sizes[axis] for axis in order), letters, shape.dtype)}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.transpose."""
        return function("torch.transpose", In(), self.dim0, self.dim1)


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
    aliases = ("index", "pick", "slice", "last step", "take")
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
            )
        return {"out": without(shape, axis)}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.select."""
        return function("torch.select", In(), self.dim, self.index)


class Split(Rearrangement):
    """Cuts an axis into equal parts, one output each.

    Shapes:
        in: (N, …, D, …)
        out1, out2, …: (N, …, D / chunks, …)
    Source:
        torch.chunk.
    """

    id, title = "split", "Split"
    icon = "mdi6.call-split"
    aliases = ("chunk", "unbind", "divide", "branch", "groups")
    equation = "x = [out1; out2; …]"

    chunks: int = param(2, "Number of parts, and of outputs.", low=2, high=MOST_PARTS, card=True)
    dim: int = param(1, "Axis to cut; 1 is the first after the batch.", low=-FARTHEST, high=FARTHEST)

    def output_ports(self) -> tuple[Port, ...]:
        """One a part."""
        return tuple(Port(f"out{part}", f"Part {part} of {self.chunks}.") for part in range(1, self.chunks + 1))

    def shapes(self, inputs: Inputs) -> Shapes:
        """Each part has the same share of the axis."""
        shape = inputs["in"]
        axis = need_axis(self, shape, self.dim)
        size = shape.size(axis)
        if size % self.chunks:
            raise breach(
                self,
                f"cuts axis {axis} into {self.chunks} equal parts, {size} does not divide so",
                shape,
                suggestion=f"Set chunks to a divisor of {size}, or take another dim.",
            )
        sizes = (*shape.sizes[:axis], size // self.chunks, *shape.sizes[axis + 1 :])
        part = Shape(sizes, shape.axes, shape.dtype)
        return {f"out{number}": part for number in range(1, self.chunks + 1)}

    def calls(self, inputs: Inputs) -> dict[str, Expr]:  # noqa: ARG002
        """torch.chunk, an item for each output."""
        cut = function("torch.chunk", In(), self.chunks, dim=self.dim)
        return {f"out{part + 1}": Item(cut, part) for part in range(self.chunks)}


class Mean(NodeKind):
    """The mean along one axis.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, …), or (N, …, 1, …) with keepdim
    Source:
        torch.mean.
    """

    id, title, category = "mean", "Mean", "Shape"
    icon = "mdi6.approximately-equal"
    aliases = ("average", "reduce", "pool over time", "global average pool 1d")
    equation = "out = (1/D)·Σ_d x[d]"

    dim: int = param(
        1, "Axis to average; 1 is the first after the batch.", low=-FARTHEST, high=FARTHEST, card=True
    )
    keepdim: bool = param(False, "Keep the axis, of size 1.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """The axis is gone, or of size 1."""
        shape = inputs["in"]
        need_floats(self, shape)
        axis = need_axis(self, shape, self.dim)
        shape.size(axis)
        if self.keepdim:
            return {"out": Shape((*shape.sizes[:axis], 1, *shape.sizes[axis + 1 :]), shape.axes)}
        return {"out": without(shape, axis)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One addition a number."""
        return inputs["in"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.mean."""
        return function("torch.mean", In(), dim=self.dim, **changed(self, "keepdim"))


def without(shape: Shape, axis: int) -> Shape:
    """The shape less one axis."""
    sizes = shape.sizes[:axis] + shape.sizes[axis + 1 :]
    letters = shape.axes[:axis] + shape.axes[axis + 1 :]
    return Shape(sizes, letters, shape.dtype)
