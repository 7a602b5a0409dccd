"""Functions of each number alone: sign, rounding, limits, scale."""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.catalog import Call, In, Inputs, NodeKind, Shapes, function
from engine.errors import ParamError
from engine.nodes.rules import changed, need_floats
from engine.spec import param


class NumberFunction(NodeKind):
    """A torch function of each number alone."""

    category = "Math"
    target: ClassVar[str] = ""

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        if shape.dtype != "float32":
            need_floats(self, shape)
        return {"out": shape}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The torch function."""
        return function(self.target, In())


class Abs(NumberFunction):
    """The magnitude of each number.

    Shapes:
        in: any
        out: the same
    Source:
        torch.abs.
    """

    id, title, target = "abs", "Absolute value", "torch.abs"
    icon = "mdi6.format-vertical-align-center"
    aliases = ("magnitude", "modulus")
    equation = "y = |x|"


class Neg(NumberFunction):
    """Each number with the other sign.

    Shapes:
        in: any
        out: the same
    Source:
        torch.neg.
    """

    id, title, target = "neg", "Negate", "torch.neg"
    icon = "mdi6.plus-minus-variant"
    aliases = ("minus", "negative", "opposite")
    equation = "y = −x"


class Sign(NumberFunction):
    """−1, 0 or 1; nothing is learnt through it.

    Shapes:
        in: any
        out: the same
    Source:
        torch.sign.
    """

    id, title, target = "sign", "Sign", "torch.sign"
    icon = "mdi6.plus-minus"
    aliases = ("sgn", "binarize", "hopfield")
    equation = "y = x / |x|, 0 at 0"


class Reciprocal(NumberFunction):
    """One over each number.

    Shapes:
        in: any
        out: the same
    Source:
        torch.reciprocal.
    """

    id, title, target = "reciprocal", "Reciprocal", "torch.reciprocal"
    icon = "mdi6.fraction-one-half"
    aliases = ("inverse", "one over", "divide")
    equation = "y = 1 / x"


class Round(NumberFunction):
    """Whole numbers, as decimals; nothing is learnt through it.

    Shapes:
        in: any
        out: the same
    Source:
        torch.round; torch.floor; torch.ceil; torch.trunc.
    """

    id, title = "round", "Round"
    icon = "mdi6.stairs"
    aliases = ("floor", "ceil", "trunc", "quantize", "integer")
    equation = "y = ⌊x⌉"

    to: Literal["nearest", "floor", "ceil", "trunc"] = param(
        "nearest", "To the nearest, down, up or towards 0; halves go to the even number.", card=True
    )

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The torch function of that name."""
        return function("torch.round" if self.to == "nearest" else f"torch.{self.to}", In())


class Clamp(NumberFunction):
    """Keeps each number between a least and a most.

    Shapes:
        in: any
        out: the same
    Source:
        torch.clamp.
    """

    id, title = "clamp", "Clamp"
    icon = "mdi6.arrow-collapse-vertical"
    aliases = ("clip", "limit", "saturate", "bound")
    equation = "y = min(max(x, least), most)"

    min: float | None = param(0.0, "Least; none for no limit.", low=-1e30, high=1e30, card=True)
    max: float | None = param(1.0, "Most; none for no limit.", low=-1e30, high=1e30, card=True)

    def conflicts(self) -> list[ParamError]:
        """At least one limit, in order."""
        if self.min is None and self.max is None:
            return [ParamError("max", "must be a number where min is none", self.max)]
        if self.min is not None and self.max is not None and self.min > self.max:
            if self.max == self.params["max"].default:
                return [ParamError("min", f"must be at most max, {self.max:g}", self.min)]
            return [ParamError("max", f"must be at least min, {self.min:g}", self.max)]
        return []

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.clamp."""
        limits = {name: limit for name, limit in (("min", self.min), ("max", self.max)) if limit is not None}
        return function("torch.clamp", In(), **limits)


class ScaleShift(NumberFunction):
    """Each number times a constant, plus a constant.

    Shapes:
        in: any
        out: the same
    Source:
        torch.mul; torch.add.
    """

    id, title = "scale_shift", "Scale and shift"
    icon = "mdi6.chart-line-variant"
    aliases = ("affine", "linear function", "times", "normalize", "rescale", "temperature")
    equation = "y = a·x + b"

    scale: float = param(1.0, "What each number is multiplied by.", low=-1e30, high=1e30, card=True)
    shift: float = param(0.0, "What is added then.", low=-1e30, high=1e30, card=True)

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Only what is not left out."""
        return outputs["out"].count * max(1, len(changed(self, "scale", "shift")))

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.mul and torch.add; what changes nothing is left out."""
        if self.scale == 1.0:
            return function("torch.add", In(), self.shift)
        scaled = function("torch.mul", In(), self.scale)
        return function("torch.add", scaled, self.shift) if self.shift else scaled
