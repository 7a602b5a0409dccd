"""Normalization: numbers brought to mean 0 and variance 1, then scaled by what is learnt."""

from __future__ import annotations

from typing import ClassVar

from engine.catalog import Call, Inputs, Shapes, Weighted, Weights, layer
from engine.nodes.rules import IMAGE, breach, changed, need_axes, need_floats, need_rank
from engine.spec import param


class BatchNorm(Weighted):
    """Normalization of each channel over the batch."""

    category = "Normalization"
    equation = "y = γ·(x − mean) / √(var + ε) + β"
    target: ClassVar[str] = ""

    momentum: float = param(0.1, "Share of a new batch in the running mean and variance.", low=0.0, high=1.0)
    eps: float = param(1e-5, "Keeps the division finite.", low=1e-12, high=1.0)
    affine: bool = param(True, "Learn a scale and a shift for each channel.")

    def weights(self, inputs: Inputs) -> Weights:
        """A scale and a shift for each channel."""
        channels = (inputs["in"].size(1),)
        return {"weight": channels, "bias": channels} if self.affine else {}

    def buffers(self, inputs: Inputs) -> Weights:
        """What evaluation normalizes with."""
        channels = (inputs["in"].size(1),)
        return {"running_mean": channels, "running_var": channels, "num_batches_tracked": ()}

    def call(self, inputs: Inputs) -> Call:
        """The torch layer of the same name."""
        return layer(self.target, num_features=inputs["in"].size(1), **changed(self, "eps", "momentum", "affine"))


class BatchNorm2d(BatchNorm):
    """Brings each channel of images to mean 0 and variance 1 over the batch.

    Shapes:
        in: (N, C, H, W)
        out: (N, C, H, W)
    Source:
        Ioffe and Szegedy 2015; torch.nn.BatchNorm2d.
    """

    id, title, target = "batch_norm2d", "Batch norm 2d", "torch.nn.BatchNorm2d"
    icon = "mdi6.chart-bell-curve"
    aliases = ("bn", "batchnorm", "normalize")

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_rank(self, shape, 4, IMAGE)
        return {"out": shape}


class BatchNorm1d(BatchNorm):
    """Brings each feature to mean 0 and variance 1 over the batch.

    Shapes:
        in: (N, F) or (N, C, T)
        out: the same
    Source:
        Ioffe and Szegedy 2015; torch.nn.BatchNorm1d.
    """

    id, title, target = "batch_norm1d", "Batch norm 1d", "torch.nn.BatchNorm1d"
    icon = "mdi6.chart-bell-curve"
    aliases = ("bn", "batchnorm", "normalize")

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        if shape.rank not in (2, 3):
            words = "needs 2 or 3 axes: batch × features, or batch × channels × time"
            suggestion = "Use Batch norm 2d for images." if shape.rank == 4 else "Insert a Flatten before it."
            raise breach(self, words, shape, suggestion=suggestion)
        return {"out": shape}


class LayerNorm(Weighted):
    """Brings each sample to mean 0 and variance 1 over its last axes.

    Shapes:
        in: (N, …, F)
        out: the same
    Source:
        Ba, Kiros and Hinton 2016; torch.nn.LayerNorm.
    """

    id, title, category = "layer_norm", "Layer norm", "Normalization"
    icon = "mdi6.chart-bell-curve-cumulative"
    aliases = ("ln", "layernorm", "normalize")
    equation = "y = γ·(x − mean) / √(var + ε) + β"

    axes: int = param(1, "How many of the last axes share one mean and variance.", low=1, high=5)
    eps: float = param(1e-5, "Keeps the division finite.", low=1e-12, high=1.0)
    elementwise_affine: bool = param(True, "Learn a scale for each number of those axes.")
    bias: bool = param(True, "Learn a shift as well.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        need_axes(self, shape, self.axes + 1)
        return {"out": shape}

    def _normalized(self, inputs: Inputs) -> tuple[int, ...]:
        shape = inputs["in"]
        return tuple(shape.size(axis) for axis in range(shape.rank - self.axes, shape.rank))

    def weights(self, inputs: Inputs) -> Weights:
        """A scale and a shift for each number of the last axes."""
        if not self.elementwise_affine:
            return {}
        sizes = self._normalized(inputs)
        return {"weight": sizes, "bias": sizes} if self.bias else {"weight": sizes}

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.LayerNorm."""
        sizes = self._normalized(inputs)
        return layer(
            "torch.nn.LayerNorm",
            normalized_shape=sizes[0] if len(sizes) == 1 else sizes,
            **changed(self, "eps", "elementwise_affine", "bias"),
        )
