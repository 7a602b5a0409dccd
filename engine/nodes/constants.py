"""Tensors that no data brings: constants, positions, learnt numbers, as many samples as another has."""

from __future__ import annotations

from typing import Any, Literal

from engine.catalog import (
    Call,
    In,
    Inputs,
    Name,
    NodeKind,
    Port,
    Shape,
    Shapes,
    Weighted,
    Weights,
    function,
    layer,
)
from engine.errors import ParamError
from engine.nodes.inputs import sample_conflicts
from engine.nodes.rules import changed, need_axes, need_axis
from engine.nodes.shaping import FARTHEST
from engine.spec import Sizes, param

LIKE = (Port("like", "Any tensor: as many samples come out as it has."),)


def samples(kind: NodeKind, inputs: Inputs, sizes: Sizes, axes: str = "") -> Shape:
    """So many sizes for each sample of `like`."""
    like = inputs["like"]
    need_axes(kind, like, 1, port="like")
    return Shape((like.sizes[0], *sizes), axes)


class Constant(NodeKind):
    """The same number everywhere, for each sample of another tensor.

    Shapes:
        like: (N, …)
        out: (N, *shape)
    Source:
        torch.Tensor.new_full.
    """

    id, title, category = "constant", "Constant", "Math"
    icon = "mdi6.numeric"
    aliases = ("full", "fill", "zeros", "ones", "number", "value")
    equation = "out = value"
    inputs = LIKE

    value: float = param(0.0, "The number.", low=-1e30, high=1e30, card=True)
    shape: Sizes = param((1,), "Size of each axis of one sample, the batch left out.", low=1, high=2**28)

    def conflicts(self) -> list[ParamError]:
        """A sample has bounds."""
        return sample_conflicts(self.shape)

    def shapes(self, inputs: Inputs) -> Shapes:
        """The shape given, for each sample."""
        return {"out": samples(self, inputs, self.shape)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:
        """torch.Tensor.new_full."""
        dtype: dict[str, Any] = {} if inputs["like"].dtype == "float32" else {"dtype": Name("torch.float32")}
        count = function("torch.Tensor.size", In("like"), 0)
        return function("torch.Tensor.new_full", In("like"), (count, *self.shape), self.value, **dtype)


class LearnedParameter(Weighted):
    """Numbers that are learnt, the same for each sample: a query, a scale, a class token.

    Shapes:
        like: (N, …)
        out: (N, *shape)
    Source:
        torch.nn.Parameter.
    """

    id, title, category = "parameter", "Learned parameter", "Math"
    icon = "mdi6.alpha-p-box-outline"
    aliases = ("weight", "learnt vector", "class token", "query", "trainable", "free parameter")
    equation = "out = w"
    inputs = LIKE

    shape: Sizes = param(
        (1,), "Size of each axis of one sample, the batch left out.", low=1, high=2**24, card=True
    )
    begin: Literal["zeros", "ones", "normal"] = param(
        "normal", "What it is before training: all 0, all 1, or small random numbers."
    )
    std: float = param(0.02, "Standard deviation of the random numbers.", low=0.0, high=10.0)

    def conflicts(self) -> list[ParamError]:
        """A sample has bounds."""
        return sample_conflicts(self.shape)

    def shapes(self, inputs: Inputs) -> Shapes:
        """The shape given, for each sample."""
        return {"out": samples(self, inputs, self.shape)}

    def weights(self, inputs: Inputs) -> Weights:  # noqa: ARG002
        """All that comes out."""
        return {"weight": self.shape}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """A layer of ours: torch has none."""
        return layer(
            "engine.torchside.layers.constants.LearnedParameter",
            args=(In("like"),),
            shape=self.shape,
            **changed(self, "begin"),
            **(changed(self, "std") if self.begin == "normal" else {}),
        )


class Arange(NodeKind):
    """The positions along an axis, 0, 1, 2, …: what position embeddings look up.

    Shapes:
        like: (N, …, D, …)
        out: (N, D) of int64
    Source:
        torch.arange.
    """

    id, title, category = "arange", "Positions", "Math"
    icon = "mdi6.order-numeric-ascending"
    aliases = ("arange", "range", "index", "count", "position ids")
    equation = "out[d] = d"
    inputs = (Port("like", "The tensor whose positions are counted."),)

    dim: int = param(
        1,
        "Axis that is counted along; 1 is the first after the batch.",
        low=-FARTHEST,
        high=FARTHEST,
        card=True,
    )

    def shapes(self, inputs: Inputs) -> Shapes:
        """A whole number for each position."""
        like = inputs["like"]
        axis = need_axis(self, like, self.dim, port="like")
        return {"out": Shape((like.sizes[0], like.size(axis, port="like")), "N" + like.axes[axis], "int64")}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:
        """A function of ours around torch.arange."""
        length = inputs["like"].size(self.dim, port="like")
        return function("engine.torchside.layers.constants.positions", In("like"), length)


class Linspace(NodeKind):
    """Evenly spaced numbers from start to end, for each sample.

    Shapes:
        like: (N, …)
        out: (N, steps)
    Source:
        torch.linspace.
    """

    id, title, category = "linspace", "Evenly spaced numbers", "Math"
    icon = "mdi6.ray-start-end"
    aliases = ("linspace", "grid", "coordinates", "ramp")
    equation = "out[i] = start + i·(end − start) / (steps − 1)"
    inputs = LIKE

    start: float = param(0.0, "First number.", low=-1e30, high=1e30, card=True)
    end: float = param(1.0, "Last number.", low=-1e30, high=1e30, card=True)
    steps: int = param(10, "How many.", low=1, high=2**20, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """So many numbers for each sample."""
        return {"out": samples(self, inputs, (self.steps,))}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """A function of ours around torch.linspace."""
        return function("engine.torchside.layers.constants.spaced", In("like"), self.start, self.end, self.steps)
