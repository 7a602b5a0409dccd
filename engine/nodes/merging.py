"""Any number of tensors combined number by number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from engine.catalog import (
    Call,
    Dim,
    In,
    Inputs,
    NodeKind,
    Port,
    Shape,
    Shapes,
    Weighted,
    Weights,
    function,
    layer,
)
from engine.errors import ParamError, ShapeError
from engine.nodes.rules import breach, changed, need_floats
from engine.spec import Numbers, param


def broadcast(kind: NodeKind, shapes: Sequence[tuple[str, Shape]]) -> Shape:
    """The shape of decimals combined one by one: equal axes, or of size 1, which then count for all.

    Unlike torch, ranks must agree: aligned at the end, a batch would meet an axis of samples.

    Raises:
        ShapeError: the shapes do not agree; at the port of the first that does not.
    """
    for port, shape in shapes:
        if shape.dtype != "float32":
            need_floats(kind, shape, port)
    return aligned(kind, shapes)


def aligned(kind: NodeKind, shapes: Sequence[tuple[str, Shape]]) -> Shape:
    """As `broadcast`, for any dtype: the result has that of the first.

    Raises:
        ShapeError: the shapes do not agree; at the port of the first that does not.
    """
    first, result = shapes[0]
    for port, shape in shapes[1:]:
        if shape.sizes != result.sizes:
            result = Shape(_common(kind, first, result, port, shape), result.axes, result.dtype)
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
        return function(self.joined(), left, right)

    def joined(self) -> str:
        """The torch function of two."""
        return self.target


class Add(Elementwise):
    """Sums tensors number by number: the end of a skip connection.

    Shapes:
        in: two or more of (N, …), equal or with axes of size 1
        out: (N, …)
    Source:
        He et al. 2015 (skip connections); torch.add.
    """

    id, title, target = "add", "Add", "torch.add"
    basic = True
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
    basic = True
    icon = "mdi6.close"
    aliases = ("mul", "product", "hadamard", "times", "scale", "mask")
    equation = "y = Π x_i"


class Maximum(Elementwise):
    """The largest of several tensors, number by number: maxout.

    Shapes:
        in: two or more of (N, …), equal or with axes of size 1
        out: (N, …)
    Source:
        Goodfellow et al. 2013; torch.maximum.
    """

    id, title, target = "maximum", "Maximum", "torch.maximum"
    icon = "mdi6.chevron-up"
    aliases = ("max", "maxout", "largest", "union")
    equation = "y = max_i x_i"


class Minimum(Elementwise):
    """The smallest of several tensors, number by number.

    Shapes:
        in: two or more of (N, …), equal or with axes of size 1
        out: (N, …)
    Source:
        torch.minimum.
    """

    id, title, target = "minimum", "Minimum", "torch.minimum"
    icon = "mdi6.chevron-down"
    aliases = ("min", "smallest", "intersection")
    equation = "y = min_i x_i"


class Average(Elementwise):
    """The mean of several tensors, number by number: an ensemble's answer.

    Shapes:
        in: two or more of (N, …), equal or with axes of size 1
        out: (N, …)
    Source:
        Larsson et al. 2016 (fractal networks); torch.add, torch.div.
    """

    id, title, target = "average", "Average", "torch.add"
    icon = "mdi6.scale-balance"
    aliases = ("mean of inputs", "ensemble", "join", "fuse")
    equation = "y = (1/n)·Σ x_i"

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """The sum, and one division for each number."""
        return super().flops(inputs, outputs) + outputs["out"].count

    def call(self, inputs: Inputs) -> Call:
        """torch.div of the sum."""
        return function("torch.div", super().call(inputs), len(inputs.many()))


class WeightedSum(Weighted):
    """A sum in which each input has a weight of its own, learnt or fixed.

    With softmax the weights are shares of 1; with relu they are too, and cheaper: w_i = relu(w_i) / (Σ + eps).

    Shapes:
        in: two or more of (N, …), equal or with axes of size 1
        out: (N, …)
    Source:
        Tan, Pang and Le 2019 (BiFPN, section 3.3).
    """

    id, title, category = "weighted_sum", "Weighted sum", "Merge"
    icon = "mdi6.tune-vertical"
    aliases = ("bifpn", "fast normalized fusion", "weighted average", "mix", "blend")
    equation = "y = Σ w_i·x_i"
    inputs = (Port("in", "Tensors of the same shape, two or more.", many=True),)

    normalize: Literal["none", "softmax", "relu"] = param(
        "none", "How weights become shares of 1: not at all, by softmax, or by relu over the sum.", card=True
    )
    fixed: bool = param(False, "Leave the weights as they are; otherwise they are learnt.")
    factors: Numbers = param(
        (), "Weights to begin with, one for each input; empty for 1 each.", low=-1e6, high=1e6
    )
    eps: float = param(1e-4, "Added to the sum that relu divides by.", low=1e-12, high=1.0)

    def conflicts(self) -> list[ParamError]:
        """One weight is no sum."""
        if len(self.factors) == 1:
            return [ParamError("factors", "must be empty or have a number for each input", self.factors)]
        return []

    def shapes(self, inputs: Inputs) -> Shapes:
        """The same, or where an axis has size 1, the other's."""
        shapes = inputs.many()
        if self.factors and len(self.factors) != len(shapes):
            raise breach(
                self,
                f"has {len(self.factors)} factors for {len(shapes)} inputs",
                shapes[0],
                suggestion="Give one factor for each input, or none.",
                fits={"factors": (*self.factors, *[1.0] * len(shapes))[: len(shapes)]},
            )
        return {"out": broadcast(self, [("in", shape) for shape in shapes])}

    def weights(self, inputs: Inputs) -> Weights:
        """A number for each input."""
        return {} if self.fixed else {"weight": (len(inputs.many()),)}

    def buffers(self, inputs: Inputs) -> Weights:
        """The same, where they are fixed."""
        return {"weight": (len(inputs.many()),)} if self.fixed else {}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """A multiply-add for each number and input."""
        return 2 * outputs["out"].count * len(inputs.many())

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        count = len(inputs.many())
        return layer(
            "engine.torchside.layers.fusion.WeightedSum",
            args=tuple(In("in", index) for index in range(count)),
            factors=self.factors or (1.0,) * count,
            **changed(self, "normalize", "fixed"),
            **(changed(self, "eps") if self.normalize == "relu" else {}),
        )
