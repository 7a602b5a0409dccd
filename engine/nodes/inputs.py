"""Where samples and their targets enter the graph."""

from __future__ import annotations

import math
from typing import Literal

from engine.catalog import AXIS_NAMES, BATCH, Dtype, Expr, In, Inputs, NodeKind, Shape, Shapes
from engine.errors import ParamError
from engine.spec import Sizes, param

MOST_AXES = 6
UNNAMED = "·"
MOST_ELEMENTS = 2**28


def sample_conflicts(shape: Sizes) -> list[ParamError]:
    """Bounds on a sample: so many axes, so many elements (1 GiB of float32)."""
    if len(shape) > MOST_AXES:
        return [ParamError("shape", f"must have at most {MOST_AXES} axes", shape)]
    if math.prod(shape) > MOST_ELEMENTS:
        return [ParamError("shape", f"must have at most {MOST_ELEMENTS:,} elements in all", shape)]
    return []


def axes_conflicts(axes: str, shape: Sizes) -> list[ParamError]:
    """Letters that name the axes of a sample: as many as axes, each known; none at all is right too."""
    known = {letter: name for letter, name in AXIS_NAMES.items() if letter not in (BATCH, UNNAMED)}
    if any(letter not in known for letter in axes):
        choices = ", ".join(f"{letter} {name}" for letter, name in known.items())
        return [ParamError("axes", f"must be made of {choices}", axes)]
    if axes and len(axes) != len(shape):
        count = f"{len(shape)} letter{'s' if len(shape) != 1 else ''}"
        return [ParamError("axes", f"must have {count}, one for each axis of the shape", axes)]
    return []


class Placeholder(NodeKind):
    """A node that data flows out of; which data is a field of the data source."""

    category = "Input & output"
    inputs = ()

    def shapes(self, inputs: Inputs) -> Shapes:  # noqa: ARG002
        """What the field brings."""
        return {"out": self.placeholder()}

    def placeholder(self) -> Shape:
        """The shape of a batch of the field."""
        raise NotImplementedError(f"{type(self).__name__} must define placeholder")

    def calls(self, inputs: Inputs) -> dict[str, Expr]:  # noqa: ARG002
        """Nothing is computed."""
        return {"out": In()}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0


class Input(Placeholder):
    """Samples enter here: a field of the data source.

    Shapes:
        out: (N, *shape)
    Source:
        torch.fx placeholder.
    """

    id, title, role = "input", "Input", "input"
    basic = True
    icon = "mdi6.login"
    aliases = (
        *("placeholder", "data", "image", "features", "x", "samples", "vector input", "series input"),
        *("image input", "volume input", "video input", "token input", "audio input", "table input"),
    )
    equation = "x"

    shape: Sizes = param(
        (1, 28, 28), "Size of each axis of one sample, the batch left out.", low=1, high=2**28, card=True
    )
    dtype: Literal["float32", "int64"] = param("float32", "float32 for measurements and images, int64 for tokens.")
    field: str = param("x", "Field of the data source that feeds it.")
    axes: str = param("", "A letter for each axis, such as CHW or THWC; empty: as usual for so many axes.")

    def conflicts(self) -> list[ParamError]:
        """A sample has bounds, and each of its axes one known letter."""
        return sample_conflicts(self.shape) or axes_conflicts(self.axes, self.shape)

    def placeholder(self) -> Shape:
        """(N, *shape), its axes named; one axis of tokens is time."""
        tokens = self.dtype == "int64" and len(self.shape) == 1
        return Shape.batch(*self.shape, axes=self.axes or ("T" if tokens else ""), dtype=self.dtype)


class Target(Placeholder):
    """What the network should answer: labels or numbers from the data source.

    Shapes:
        out: (N, *shape); an empty shape is one label or number a sample
    Source:
        torch.fx placeholder.
    """

    id, title, role = "target", "Target", "target"
    basic = True
    icon = "mdi6.bullseye-arrow"
    aliases = ("label", "labels", "ground truth", "y", "answer", "class")
    equation = "y"

    shape: Sizes = param((), "Size of each axis of one target; empty for one label or number.", low=1, high=2**28)
    dtype: Literal["int64", "float32"] = param("int64", "int64 for class labels, float32 for numbers.", card=True)
    field: str = param("y", "Field of the data source that feeds it.")

    def conflicts(self) -> list[ParamError]:
        """A sample has bounds."""
        return sample_conflicts(self.shape)

    def placeholder(self) -> Shape:
        """(N, *shape); two axes of labels are a map over height and width."""
        axes = {1: "T", 2: "HW"}.get(len(self.shape), "") if self.dtype == "int64" else ""
        dtype: Dtype = self.dtype
        return Shape.batch(*self.shape, axes=axes, dtype=dtype)
