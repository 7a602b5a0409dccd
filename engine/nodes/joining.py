"""Tensors put side by side, or stacked."""

from __future__ import annotations

from engine.catalog import Call, Inputs, Many, NodeKind, Port, Shape, Shapes, function
from engine.errors import ShapeError
from engine.nodes.rules import breach, need_axes, need_axis
from engine.nodes.shaping import inserted, place
from engine.spec import Values, param


def need_one_dtype(kind: NodeKind, first: Shape, shape: Shape, port: str = "in") -> None:
    """Refuse a tensor of another dtype than the first."""
    if shape.dtype != first.dtype:
        raise breach(
            kind,
            f"needs inputs of one dtype, {first.dtype} and {shape.dtype} are two",
            shape,
            port=port,
            suggestion="Wire tensors of one dtype, or put a Cast before one.",
        )


class Concat(NodeKind):
    """Puts tensors side by side along an axis: branches come together.

    Shapes:
        in: two or more of (N, …, D_i, …), equal but for axis dim
        out: (N, …, Σ D_i, …)
    Source:
        Szegedy et al. 2014 (branches); torch.cat.
    """

    id, title, category = "concat", "Concatenate", "Merge"
    basic = True
    icon = "mdi6.set-merge"
    aliases = ("cat", "join", "merge", "branches", "inception", "depthconcat")
    equation = "y = [x_1; x_2; …]"
    inputs = (Port("in", "Tensors that agree in all other axes, in order, two or more.", many=True),)

    dim: int = param(1, "Axis along which they follow each other; 1 is channels or features.", low=-16, high=16)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Sizes along the axis add up."""
        shapes = inputs.many()
        first = shapes[0]
        axis = need_axis(self, first, self.dim)
        before, after, total = first.sizes[:axis], first.sizes[axis + 1 :], first.size(axis)
        for shape in shapes[1:]:
            if shape.rank != first.rank or shape.sizes[:axis] != before or shape.sizes[axis + 1 :] != after:
                raise ShapeError(
                    f"Concatenate needs inputs that agree in every axis but {axis}. "
                    f"Received: {first.words()} and {shape.words()}.",
                    port="in",
                    suggestion="Give the branches the same sizes (stride, padding), or take another dim.",
                    fits=_only_other(first, shape),
                )
            need_one_dtype(self, first, shape)
            total += shape.size(axis)
        return {"out": Shape((*before, total, *after), first.axes, first.dtype)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.cat."""
        return function("torch.cat", Many(), dim=self.dim)


def _only_other(first: Shape, second: Shape) -> Values:
    """The one axis in which two shapes differ."""
    if first.rank != second.rank:
        return {}
    pairs = enumerate(zip(first.sizes, second.sizes, strict=True))
    differing = [axis for axis, (one, other) in pairs if one != other]
    return {"dim": differing[0]} if len(differing) == 1 else {}


class Stack(NodeKind):
    """Puts tensors of one shape behind each other along a new axis.

    Shapes:
        in: k of (N, …), two or more, all equal
        out: (N, …, k, …)
    Source:
        torch.stack.
    """

    id, title, category = "stack", "Stack", "Merge"
    icon = "mdi6.layers-plus"
    aliases = ("pile", "new axis", "join", "sequence of")
    equation = "out[:, i] = x_i"
    inputs = (Port("in", "Tensors of the same shape, in order, two or more.", many=True),)

    dim: int = param(1, "Place of the new axis; 1 is right after the batch.", low=-16, high=16, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """An axis as long as there are inputs."""
        shapes = inputs.many()
        first = shapes[0]
        need_axes(self, first, 1)
        for shape in shapes[1:]:
            if shape.sizes != first.sizes:
                raise ShapeError(
                    f"Stack needs inputs of the same shape. Received: {first.words()} and {shape.words()}.",
                    port="in",
                    suggestion="Change a layer before one of them, or take a Concatenate.",
                )
            need_one_dtype(self, first, shape)
        return {"out": inserted(first, place(self, first, self.dim), len(shapes))}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.stack."""
        return function("torch.stack", Many(), dim=self.dim)
