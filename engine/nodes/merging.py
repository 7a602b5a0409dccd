"""Several tensors made one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.catalog import Call, Dim, In, Inputs, Many, NodeKind, Port, Shape, Shapes, function
from engine.errors import ShapeError
from engine.nodes.rules import breach, need_axis, need_floats
from engine.spec import param


def broadcast(kind: NodeKind, shapes: Sequence[tuple[str, Shape]]) -> Shape:
    """The shape of numbers combined one by one: equal axes, or of size 1, which then count for all.

    Unlike torch, ranks must agree: aligned at the end, a batch would meet an axis of samples.

    Raises:
        ShapeError: the shapes do not agree; at the port of the first that does not.
    """
    port, result = shapes[0]
    if result.dtype != "float32":
        need_floats(kind, result, port)
    for port, shape in shapes[1:]:
        if shape.dtype != "float32":
            need_floats(kind, shape, port)
        if shape.sizes != result.sizes:
            result = Shape(_common(kind, shapes[0][0], result, port, shape), result.axes)
    return result


def _common(kind: NodeKind, first: str, left: Shape, port: str, right: Shape) -> tuple[Dim, ...]:
    if left.rank == right.rank and all(
        a == b or a == 1 or b == 1 for a, b in zip(left.sizes, right.sizes, strict=True)
    ):
        return tuple(b if a == 1 else a for a, b in zip(left.sizes, right.sizes, strict=True))
    names = ("", "") if first == port else (f"{first} ", f"{port} ")
    raise ShapeError(
        f"{kind.title} combines number with number, so its inputs need the same shape (or axes of size 1). "
        f"Received: {names[0]}{left.words()} and {names[1]}{right.words()}.",
        port=port,
        suggestion=_remedy(left, right),
    )


def _remedy(left: Shape, right: Shape) -> str:
    if left.rank == right.rank == 4 and left.sizes[1] != right.sizes[1] and left.sizes[2:] == right.sizes[2:]:
        return f"Insert a Conv 2d with kernel_size 1 and out_channels {left.sizes[1]} on the shorter way."
    if left.rank == right.rank == 2:
        return f"Insert a Dense with out_features {left.sizes[1]} before the second."
    return "Insert a Reshape, or change a layer before one of them."


class Elementwise(NodeKind):
    """Any number of tensors combined number by number, pair by pair, with a torch function of two."""

    category = "Merge"
    inputs = (Port("in", "Tensors of the same shape, two or more.", many=True),)
    target: ClassVar[str] = ""

    def shapes(self, inputs: Inputs) -> Shapes:
        """The same, or where an axis has size 1, the other's."""
        return {"out": broadcast(self, [("in", shape) for shape in inputs.many()])}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """One operation for each number and input after the first."""
        return outputs["out"].count * (len(inputs.many()) - 1)

    def call(self, inputs: Inputs) -> Call:
        """The function, nested in halves: a hundred inputs are seven calls deep."""
        return self._call(0, len(inputs.many()))

    def _call(self, start: int, stop: int) -> Call:
        middle = (start + stop + 1) // 2
        left = In("in", start) if middle == start + 1 else self._call(start, middle)
        right = In("in", middle) if stop == middle + 1 else self._call(middle, stop)
        return function(self.target, left, right)


class Add(Elementwise):
    """Sums tensors number by number: the end of a skip connection.

    Shapes:
        in: two or more of (N, …), equal or with axes of size 1
        out: (N, …)
    Source:
        He et al. 2015 (skip connections); torch.add.
    """

    id, title, target = "add", "Add", "torch.add"
    icon = "mdi6.plus"
    aliases = ("sum", "plus", "residual", "skip", "shortcut")
    equation = "y = Σ x_i"


class Multiply(Elementwise):
    """Multiplies tensors number by number.

    Shapes:
        in: two or more of (N, …), equal or with axes of size 1
        out: (N, …)
    Source:
        torch.mul.
    """

    id, title, target = "multiply", "Multiply", "torch.mul"
    icon = "mdi6.close"
    aliases = ("mul", "product", "hadamard", "times", "scale", "mask")
    equation = "y = Π x_i"


class Subtract(NodeKind):
    """Takes b from a, number by number.

    Shapes:
        a, b: (N, …), equal or with axes of size 1
        out: (N, …)
    Source:
        torch.sub.
    """

    id, title, category = "subtract", "Subtract", "Merge"
    icon = "mdi6.minus"
    aliases = ("sub", "minus", "difference")
    equation = "y = a − b"
    inputs = (Port("a", "What is taken from."), Port("b", "What is taken away."))

    def shapes(self, inputs: Inputs) -> Shapes:
        """The same, or where an axis has size 1, the other's."""
        return {"out": broadcast(self, [("a", inputs["a"]), ("b", inputs["b"])])}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.sub."""
        return function("torch.sub", In("a"), In("b"))


class Concat(NodeKind):
    """Puts tensors side by side along an axis: branches come together.

    Shapes:
        in: two or more of (N, …, D_i, …), equal but for axis dim
        out: (N, …, Σ D_i, …)
    Source:
        Szegedy et al. 2014 (branches); torch.cat.
    """

    id, title, category = "concat", "Concatenate", "Merge"
    icon = "mdi6.set-merge"
    aliases = ("cat", "join", "stack", "merge", "branches", "inception", "depthconcat")
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
                )
            if shape.dtype != first.dtype:
                raise breach(
                    self,
                    f"needs inputs of one dtype, {first.dtype} and {shape.dtype} are two",
                    shape,
                    suggestion="Wire tensors of one dtype.",
                )
            total += shape.size(axis)
        return {"out": Shape((*before, total, *after), first.axes, first.dtype)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.cat."""
        return function("torch.cat", Many(), dim=self.dim)
