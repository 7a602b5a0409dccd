"""Normalization: numbers brought to mean 0 and variance 1, then scaled by what is learnt."""

from __future__ import annotations

from typing import ClassVar

from engine.catalog import Call, Inputs, Shape, Shapes, Weighted, Weights, layer
from engine.nodes.rules import IMAGE, VOLUME, breach, changed, need_axes, need_floats, need_rank
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
    basic = True
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
    basic = True
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


class BatchNorm3d(BatchNorm):
    """Brings each channel of volumes or videos to mean 0 and variance 1 over the batch.

    Shapes:
        in: (N, C, D, H, W)
        out: (N, C, D, H, W)
    Source:
        Ioffe and Szegedy 2015; torch.nn.BatchNorm3d.
    """

    id, title, target = "batch_norm3d", "Batch norm 3d", "torch.nn.BatchNorm3d"
    icon = "mdi6.chart-bell-curve"
    aliases = ("bn", "batchnorm", "normalize", "video")

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_rank(self, shape, 5, VOLUME)
        return {"out": shape}


class BatchRenorm(BatchNorm):
    """Batch norm corrected towards the running mean and deviation: for small batches.

    Shapes:
        in: (N, C, …)
        out: the same
    Source:
        Ioffe 2017.
    """

    id, title = "batch_renorm", "Batch renorm"
    target = "engine.torchside.layers.normalization.BatchRenorm"
    icon = "mdi6.chart-bell-curve"
    aliases = ("batch renormalization", "small batches", "normalize")
    equation = "y = γ·((x − mean) / std·r + d) + β, r = std / std_run, d = (mean − mean_run) / std_run"

    momentum: float = param(0.01, "Share of a new batch in the running mean and deviation.", low=0.0, high=1.0)
    r_max: float = param(3.0, "Bound of the factor: 1 / r_max to r_max; 1 is no correction.", low=1.0, high=1e3)
    d_max: float = param(5.0, "Bound of the shift: −d_max to d_max; 0 is no correction.", low=0.0, high=1e3)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        need_axes(self, shape, 2)
        return {"out": shape}

    def buffers(self, inputs: Inputs) -> Weights:
        """What evaluation normalizes with, and training corrects towards."""
        channels = (inputs["in"].size(1),)
        return {"running_mean": channels, "running_std": channels}

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        given = changed(self, "eps", "momentum", "r_max", "d_max", "affine")
        return layer(self.target, num_features=inputs["in"].size(1), **given)


class LayerNorm(Weighted):
    """Brings each sample to mean 0 and variance 1 over its last axes.

    Shapes:
        in: (N, …, F)
        out: the same
    Source:
        Ba, Kiros and Hinton 2016; torch.nn.LayerNorm.
    """

    id, title, category = "layer_norm", "Layer norm", "Normalization"
    basic = True
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

    def weights(self, inputs: Inputs) -> Weights:
        """A scale and a shift for each number of the last axes."""
        if not self.elementwise_affine:
            return {}
        sizes = _last(inputs["in"], self.axes)
        return {"weight": sizes, "bias": sizes} if self.bias else {"weight": sizes}

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.LayerNorm."""
        sizes = _last(inputs["in"], self.axes)
        return layer(
            "torch.nn.LayerNorm",
            normalized_shape=sizes[0] if len(sizes) == 1 else sizes,
            **changed(self, "eps", "elementwise_affine", "bias"),
        )


class RMSNorm(Weighted):
    """Brings each sample to a mean square of 1 over its last axes, without moving it.

    Shapes:
        in: (N, …, F)
        out: the same
    Source:
        Zhang and Sennrich 2019; torch.nn.RMSNorm.
    """

    id, title, category = "rms_norm", "RMS norm", "Normalization"
    icon = "mdi6.chart-bell-curve-cumulative"
    aliases = ("rmsnorm", "root mean square", "llama", "transformer")
    equation = "y = γ·x / √(mean(x²) + ε)"

    axes: int = param(1, "How many of the last axes share one mean square.", low=1, high=5)
    eps: float = param(1e-6, "Keeps the division finite.", low=1e-12, high=1.0)
    elementwise_affine: bool = param(True, "Learn a scale for each number of those axes.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        need_axes(self, shape, self.axes + 1)
        return {"out": shape}

    def weights(self, inputs: Inputs) -> Weights:
        """A scale for each number of the last axes."""
        return {"weight": _last(inputs["in"], self.axes)} if self.elementwise_affine else {}

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.RMSNorm."""
        sizes = _last(inputs["in"], self.axes)
        return layer(
            "torch.nn.RMSNorm",
            normalized_shape=sizes[0] if len(sizes) == 1 else sizes,
            eps=self.eps,
            **changed(self, "elementwise_affine"),
        )


def _last(shape: Shape, axes: int) -> tuple[int, ...]:
    """Sizes of the last axes."""
    return tuple(shape.size(axis) for axis in range(shape.rank - axes, shape.rank))
