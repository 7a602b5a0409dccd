"""Axes reduced to one number: sums, means, extremes, norms."""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias

from engine.catalog import Call, In, Inputs, NodeKind, Shape, Shapes, function
from engine.errors import ParamError
from engine.nodes.rules import breach, changed, need_axis, need_floats
from engine.nodes.shaping import FARTHEST, resized, without
from engine.spec import param

Axes: TypeAlias = int | tuple[int, ...]
"""One axis, or several."""


class Reduction(NodeKind):
    """A torch function that makes axes one number."""

    category = "Math"
    target: ClassVar[str] = ""

    dim: Axes = param(
        1, "Axis to reduce, or several; 1 is the first after the batch.", low=-FARTHEST, high=FARTHEST, card=True
    )
    keepdim: bool = param(False, "Keep the axes, of size 1.")

    def conflicts(self) -> list[ParamError]:
        """At least one axis."""
        if isinstance(self.dim, tuple) and not 0 < len(self.dim) <= FARTHEST:
            return [ParamError("dim", f"must name 1 to {FARTHEST} axes", self.dim)]
        return []

    def shapes(self, inputs: Inputs) -> Shapes:
        """The axes are gone, or of size 1."""
        shape = inputs["in"]
        need_floats(self, shape)
        dims = self.dim if isinstance(self.dim, tuple) else (self.dim,)
        axes = sorted({need_axis(self, shape, dim) for dim in dims}, reverse=True)
        if len(axes) < len(dims):
            raise breach(
                self, f"needs each axis once in dim, {dims} says one twice", shape, suggestion="Drop one."
            )
        count = 1
        for axis in axes:
            count *= shape.size(axis)
            shape = resized(shape, axis, 1) if self.keepdim else without(shape, axis)
        self.check(inputs["in"], count)
        return {"out": shape}

    def check(self, shape: Shape, count: int) -> None:
        """Refuse so many numbers coming together, where they are too few."""

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One operation a number."""
        return inputs["in"].count

    def said(self) -> dict[str, Any]:
        """What else the call says."""
        return {}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The torch function."""
        return function(self.target, In(), **self.said(), dim=self.dim, **changed(self, "keepdim"))


class Sum(Reduction):
    """The sum along axes.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, …), or (N, …, 1, …) with keepdim
    Source:
        torch.sum.
    """

    id, title, target = "sum", "Sum over axes", "torch.sum"
    basic = True
    icon = "mdi6.sigma"
    aliases = ("total", "reduce", "sum pool")
    equation = "out = Σ_d x[d]"


class Mean(Reduction):
    """The mean along axes.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, …), or (N, …, 1, …) with keepdim
    Source:
        torch.mean.
    """

    id, title, target = "mean", "Mean", "torch.mean"
    basic = True
    icon = "mdi6.approximately-equal"
    aliases = ("average", "reduce", "pool over time", "global average pool 1d")
    equation = "out = (1/D)·Σ_d x[d]"


class Max(Reduction):
    """The largest number along axes.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, …), or (N, …, 1, …) with keepdim
    Source:
        torch.amax.
    """

    id, title, target = "max", "Max over axes", "torch.amax"
    icon = "mdi6.arrow-collapse-up"
    aliases = ("largest", "amax", "reduce", "global max pool")
    equation = "out = max_d x[d]"


class Min(Reduction):
    """The smallest number along axes.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, …), or (N, …, 1, …) with keepdim
    Source:
        torch.amin.
    """

    id, title, target = "min", "Min over axes", "torch.amin"
    icon = "mdi6.arrow-collapse-down"
    aliases = ("smallest", "amin", "reduce")
    equation = "out = min_d x[d]"


class LogSumExp(Reduction):
    """The logarithm of the sum of exponentials along axes: a smooth maximum.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, …), or (N, …, 1, …) with keepdim
    Source:
        torch.logsumexp.
    """

    id, title, target = "logsumexp", "Log-sum-exp", "torch.logsumexp"
    icon = "mdi6.math-log"
    aliases = ("smooth maximum", "softmax denominator", "partition function")
    equation = "out = log Σ_d e^x[d]"

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """An exponential and an addition a number, a logarithm each result."""
        return 2 * inputs["in"].count + outputs["out"].count


class Norm(Reduction):
    """The length of vectors along axes.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, …), or (N, …, 1, …) with keepdim
    Source:
        torch.linalg.vector_norm.
    """

    id, title, target = "norm", "Norm", "torch.linalg.vector_norm"
    icon = "mdi6.ruler"
    aliases = ("length", "magnitude", "l2", "l1", "euclidean", "frobenius")
    equation = "out = (Σ_d |x[d]|^p)^(1/p)"

    ord: float = param(
        2.0, "The p of the norm: 1 adds magnitudes up, 2 is the length.", low=0.1, high=64, card=True
    )

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """A power and an addition a number, a root each result."""
        return 2 * inputs["in"].count + outputs["out"].count

    def said(self) -> dict[str, Any]:
        """Which norm."""
        return changed(self, "ord")


class Spread(Reduction):
    """How far numbers along axes lie from their mean."""

    correction: int = param(1, "Taken from the count that is divided by; 1 for samples, 0 for all.", low=0, high=1)

    def check(self, shape: Shape, count: int) -> None:
        """A lone number has no spread."""
        if count <= self.correction:
            raise breach(
                self,
                "needs at least 2 numbers to come together, dim leaves 1",
                shape,
                suggestion="Take a longer axis, or set correction to 0.",
            )

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """Mean, difference, square and sum for each number."""
        return 4 * inputs["in"].count + outputs["out"].count

    def said(self) -> dict[str, Any]:
        """What the count is corrected by."""
        return changed(self, "correction")


class Var(Spread):
    """The variance along axes.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, …), or (N, …, 1, …) with keepdim
    Source:
        torch.var.
    """

    id, title, target = "var", "Variance", "torch.var"
    icon = "mdi6.sigma-lower"
    aliases = ("spread", "second moment", "minibatch statistics")
    equation = "out = Σ_d (x[d] − mean)² / (D − correction)"


class Std(Spread):
    """The standard deviation along axes: the root of the variance.

    Shapes:
        in: (N, …, D, …)
        out: (N, …, …), or (N, …, 1, …) with keepdim
    Source:
        torch.std.
    """

    id, title, target = "std", "Standard deviation", "torch.std"
    icon = "mdi6.chart-bell-curve"
    aliases = ("spread", "sigma", "statistics pooling")
    equation = "out = √variance"
