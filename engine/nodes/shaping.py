"""The same numbers under other axes."""

from __future__ import annotations

import math

from engine.catalog import Call, Dim, In, Inputs, NodeKind, Shape, Shapes, function
from engine.errors import ParamError
from engine.nodes.inputs import sample_conflicts
from engine.nodes.rules import breach, changed, need_axes, need_axis, one_open
from engine.spec import Sizes, Values, param

FARTHEST = 16


def without(shape: Shape, axis: int) -> Shape:
    """The shape less one axis."""
    sizes = shape.sizes[:axis] + shape.sizes[axis + 1 :]
    return Shape(sizes, shape.axes[:axis] + shape.axes[axis + 1 :], shape.dtype)


def resized(shape: Shape, axis: int, size: Dim) -> Shape:
    """The shape with another size of one axis."""
    return Shape((*shape.sizes[:axis], size, *shape.sizes[axis + 1 :]), shape.axes, shape.dtype)


def inserted(shape: Shape, axis: int, size: int) -> Shape:
    """The shape with one axis more, which has no name."""
    sizes = (*shape.sizes[:axis], size, *shape.sizes[axis:])
    return Shape(sizes, shape.axes[:axis] + "·" + shape.axes[axis:], shape.dtype)


def place(kind: NodeKind, shape: Shape, dim: int) -> int:
    """Where an axis that `dim` counts among those of the result is put in; never before the batch."""
    axis = dim if dim >= 0 else dim + shape.rank + 1
    if not 0 < axis <= shape.rank:
        raise breach(
            kind,
            f"puts an axis in at 1 to {shape.rank}, dim {dim} is none of these (axis 0 is the batch)",
            shape,
            suggestion="Set dim to 1.",
            fits={"dim": 1},
        )
    return axis


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
    basic = True
    icon = "mdi6.format-list-numbered"
    aliases = ("vectorize", "ravel", "view", "unroll")
    equation = "C×H×W → C·H·W"

    start_dim: int = param(1, "First axis to join; 1 is the first after the batch.", low=1, high=FARTHEST)
    end_dim: int = param(-1, "Last axis to join; -1 is the last.", low=-FARTHEST, high=FARTHEST)

    @classmethod
    def adaptations(cls, given: Shape, wanted: Shape | None) -> tuple[Values, ...]:  # noqa: ARG003
        """All axes to one."""
        return () if wanted is not None else ({},)

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
                fits={"end_dim": -1},
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
    basic = True
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
                fits={"shape": one_open(self.shape, count)},
            )
        return tuple(count // known if size < 0 else size for size in self.shape)

    def call(self, inputs: Inputs) -> Call:
        """torch.reshape; the batch takes what remains."""
        return function("torch.reshape", In(), (-1, *self._sizes(inputs["in"])))


class Unflatten(Rearrangement):
    """Lays one axis out as several.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, *sizes, …), sizes multiply to D
    Source:
        torch.unflatten.
    """

    id, title = "unflatten", "Unflatten"
    icon = "mdi6.arrow-expand-horizontal"
    aliases = ("split axis", "heads", "view", "groups of")
    equation = "a·b → a×b"

    dim: int = param(1, "Axis to lay out; 1 is the first after the batch.", low=-FARTHEST, high=FARTHEST)
    sizes: Sizes = param(
        (1, -1), "Sizes of the new axes; one may be -1: what remains.", low=-1, high=2**28, card=True
    )

    def conflicts(self) -> list[ParamError]:
        """Sizes are at least 1, but for one -1."""
        if not self.sizes or 0 in self.sizes:
            return [ParamError("sizes", "must hold sizes of at least 1", self.sizes)]
        if self.sizes.count(-1) > 1:
            return [ParamError("sizes", "must have at most one -1", self.sizes)]
        found = sample_conflicts(tuple(map(abs, self.sizes)))
        return [ParamError("sizes", error.rule, self.sizes) for error in found]

    def shapes(self, inputs: Inputs) -> Shapes:
        """New axes have no names, but for a lone one."""
        shape = inputs["in"]
        axis = need_axis(self, shape, self.dim)
        size, known = shape.size(axis), math.prod(size for size in self.sizes if size > 0)
        if size % known if -1 in self.sizes else size != known:
            raise breach(
                self,
                f"cannot lay axis {axis} out as {'×'.join(map(str, self.sizes))}",
                shape,
                suggestion=f"Make the sizes multiply to {size}, or set one of them to -1.",
                fits={"sizes": one_open(self.sizes, size)},
            )
        sizes = [size // known if each < 0 else each for each in self.sizes]
        letters = "·" * len(sizes) if len(sizes) > 1 else shape.axes[axis]
        return {
            "out": Shape(
                (*shape.sizes[:axis], *sizes, *shape.sizes[axis + 1 :]),
                shape.axes[:axis] + letters + shape.axes[axis + 1 :],
                shape.dtype,
            )
        }

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.unflatten."""
        return function("torch.unflatten", In(), self.dim, self.sizes)
