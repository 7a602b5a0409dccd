"""Axes swapped, ordered, turned, added and dropped."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, Shape, Shapes, function
from engine.errors import ParamError
from engine.nodes.rules import breach, need_axes, need_axis
from engine.nodes.shaping import FARTHEST, Rearrangement, inserted, place, without
from engine.spec import Sizes, Values, param


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

    @classmethod
    def adaptations(cls, given: Shape, wanted: Shape | None) -> tuple[Values, ...]:
        """Time × features and features × time."""
        return ({},) if wanted is None and given.rank == 3 else ()

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


class Permute(Rearrangement):
    """Puts the axes of a sample in another order.

    Shapes:
        in: (N, a, b, …)
        out: (N, *the same axes in the order of dims)
    Source:
        torch.permute.
    """

    id, title = "permute", "Permute"
    basic = True
    icon = "mdi6.shuffle-variant"
    aliases = ("channels last", "nhwc", "order axes", "rearrange", "einops")
    equation = "C×H×W → H×W×C"

    dims: Sizes = param(
        (2, 1),
        "All axes but the batch, in their new order: 2, 3, 1 puts the channels of images last.",
        low=-FARTHEST,
        high=FARTHEST,
        card=True,
    )

    @classmethod
    def adaptations(cls, given: Shape, wanted: Shape | None) -> tuple[Values, ...]:
        """Channels from the last place to the first, or back."""
        last = given.rank - 1
        if wanted is not None or last < 3:
            return ()
        return {"dims": (last, *range(1, last))}, {"dims": (*range(2, last + 1), 1)}

    def shapes(self, inputs: Inputs) -> Shapes:
        """Axes take their letters along."""
        shape = inputs["in"]
        need_axes(self, shape, 1)
        order = self._order(shape)
        if sorted(order) != list(range(shape.rank)):
            raise breach(
                self,
                f"needs each axis from 1 to {shape.rank - 1} once in dims, {self.dims} is no such order",
                shape,
                suggestion=f"Set dims to {', '.join(map(str, range(shape.rank - 1, 0, -1)))}."
                if shape.rank > 1
                else "Wire the output of a layer to it.",
                fits={"dims": tuple(range(shape.rank - 1, 0, -1))},
            )
        sizes = tuple([shape.sizes[axis] for axis in order])
        return {"out": Shape(sizes, "".join([shape.axes[axis] for axis in order]), shape.dtype)}

    def _order(self, shape: Shape) -> tuple[int, ...]:
        return (0, *(dim if dim >= 0 else dim + shape.rank for dim in self.dims))

    def call(self, inputs: Inputs) -> Call:
        """torch.permute; the batch stays first."""
        return function("torch.permute", In(), self._order(inputs["in"]))


class Squeeze(Rearrangement):
    """Drops an axis of size 1.

    Shapes:
        in: (N, …, 1, …)
        out: (N, …, …)
    Source:
        torch.squeeze.
    """

    id, title = "squeeze", "Squeeze"
    icon = "mdi6.arrow-collapse-horizontal"
    aliases = ("drop axis", "remove axis")
    equation = "C×1 → C"

    dim: int = param(-1, "Axis to drop; -1 is the last.", low=-FARTHEST, high=FARTHEST, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """The axis is gone; torch would leave one of another size as it is."""
        shape = inputs["in"]
        axis = need_axis(self, shape, self.dim)
        if shape.sizes[axis] != 1:
            raise breach(
                self,
                f"drops an axis of size 1, axis {axis} has {shape.sizes[axis]}",
                shape,
                suggestion="Take another dim, or a Select, which picks one position.",
                fits={"dim": shape.sizes.index(1)} if 1 in shape.sizes else None,
            )
        return {"out": without(shape, axis)}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.squeeze."""
        return function("torch.squeeze", In(), self.dim)


class Unsqueeze(Rearrangement):
    """Puts in an axis of size 1.

    Shapes:
        in: (N, …)
        out: (N, …, 1, …)
    Source:
        torch.unsqueeze.
    """

    id, title = "unsqueeze", "Unsqueeze"
    icon = "mdi6.arrow-split-vertical"
    aliases = ("expand dims", "new axis", "add axis", "add channel")
    equation = "C → C×1"

    dim: int = param(
        1,
        "Place of the new axis; 1 is after the batch, -1 the end.",
        low=-FARTHEST,
        high=FARTHEST,
        card=True,
    )

    @classmethod
    def adaptations(cls, given: Shape, wanted: Shape | None) -> tuple[Values, ...]:
        """A channel, or a time step, before all others; else a feature behind them."""
        return ({}, {"dim": -1}) if wanted is None and given.rank > 1 else ()

    def shapes(self, inputs: Inputs) -> Shapes:
        """The new axis has no name."""
        shape = inputs["in"]
        need_axes(self, shape, 1)
        return {"out": inserted(shape, place(self, shape, self.dim), 1)}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.unsqueeze."""
        return function("torch.unsqueeze", In(), self.dim)


class Flip(Rearrangement):
    """Turns an axis around: the last comes first.

    Shapes:
        in: (N, …, D, …)
        out: the same
    Source:
        torch.flip.
    """

    id, title = "flip", "Flip"
    icon = "mdi6.flip-horizontal"
    aliases = ("reverse", "mirror", "backwards")
    equation = "out[d] = x[D − 1 − d]"

    dim: int = param(-1, "Axis to turn around; -1 is the last.", low=-FARTHEST, high=FARTHEST, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        need_axis(self, inputs["in"], self.dim)
        return {"out": inputs["in"]}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.flip."""
        return function("torch.flip", In(), (self.dim,))


class Roll(Rearrangement):
    """Shifts along axes; what leaves at one end enters at the other.

    Shapes:
        in: (N, …)
        out: the same
    Source:
        Liu et al. 2021 (shifted windows); torch.roll.
    """

    id, title = "roll", "Roll"
    icon = "mdi6.rotate-3d-variant"
    aliases = ("shift", "cyclic", "swin", "circular shift")
    equation = "out[d] = x[(d − shift) mod D]"

    shifts: Sizes = param(
        (1,), "How far each axis in dims shifts; below 0 towards the start.", low=-(2**28), high=2**28, card=True
    )
    dims: Sizes = param((1,), "Axes that shift, one for each number in shifts.", low=-FARTHEST, high=FARTHEST)

    def conflicts(self) -> list[ParamError]:
        """A shift for each axis."""
        if not self.dims or len(self.dims) > FARTHEST:
            return [ParamError("dims", f"must name 1 to {FARTHEST} axes", self.dims)]
        if len(self.shifts) != len(self.dims):
            name, other = ("dims", "shifts") if self.shifts == (1,) else ("shifts", "dims")
            return [ParamError(name, f"must have as many numbers as {other}", getattr(self, name))]
        return []

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        for dim in self.dims:
            need_axis(self, inputs["in"], dim)
        return {"out": inputs["in"]}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.roll."""
        return function("torch.roll", In(), self.shifts, self.dims)
