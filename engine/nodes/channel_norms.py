"""Normalization that asks no other sample: over the channels of each one."""

from __future__ import annotations

import math
from typing import ClassVar

from engine.catalog import Call, In, Inputs, NodeKind, Shapes, Weighted, Weights, function, layer
from engine.nodes.rules import IMAGE, VOLUME, breach, changed, need_axes, need_axis, need_floats, need_rank
from engine.spec import param


class InstanceNorm(Weighted):
    """Normalization of each channel of each sample."""

    category = "Normalization"
    icon = "mdi6.chart-bell-curve"
    equation = "y = γ·(x − mean) / √(var + ε) + β"
    target: ClassVar[str] = ""
    axes: ClassVar[tuple[int, str]] = (0, "")

    eps: float = param(1e-5, "Keeps the division finite.", low=1e-12, high=1.0)
    momentum: float = param(0.1, "Share of a new batch in the running mean and variance.", low=0.0, high=1.0)
    affine: bool = param(False, "Learn a scale and a shift for each channel.")
    track_running_stats: bool = param(False, "Evaluate with a running mean and variance of the batches.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_rank(self, shape, *self.axes)
        if math.prod(shape.size(axis) for axis in range(2, shape.rank)) == 1:
            words = "needs several numbers in each channel: one alone has no variance"
            raise breach(self, words, shape, suggestion="Use Layer norm instead.")
        return {"out": shape}

    def weights(self, inputs: Inputs) -> Weights:
        """A scale and a shift for each channel."""
        channels = (inputs["in"].size(1),)
        return {"weight": channels, "bias": channels} if self.affine else {}

    def buffers(self, inputs: Inputs) -> Weights:
        """What evaluation normalizes with, where it is tracked."""
        if not self.track_running_stats:
            return {}
        channels = (inputs["in"].size(1),)
        return {"running_mean": channels, "running_var": channels, "num_batches_tracked": ()}

    def call(self, inputs: Inputs) -> Call:
        """The torch layer of the same name."""
        given = changed(self, "eps", "momentum", "affine", "track_running_stats")
        return layer(self.target, num_features=inputs["in"].size(1), **given)


class InstanceNorm1d(InstanceNorm):
    """Brings each channel of each signal to mean 0 and variance 1.

    Shapes:
        in: (N, C, T)
        out: (N, C, T)
    Source:
        Ulyanov, Vedaldi and Lempitsky 2016; torch.nn.InstanceNorm1d.
    """

    id, title, target = "instance_norm1d", "Instance norm 1d", "torch.nn.InstanceNorm1d"
    aliases = ("in", "instancenorm", "normalize", "contrast")
    axes = (3, "3 axes: batch × channels × time")


class InstanceNorm2d(InstanceNorm):
    """Brings each channel of each image to mean 0 and variance 1.

    Shapes:
        in: (N, C, H, W)
        out: (N, C, H, W)
    Source:
        Ulyanov, Vedaldi and Lempitsky 2016; torch.nn.InstanceNorm2d.
    """

    id, title, target = "instance_norm2d", "Instance norm 2d", "torch.nn.InstanceNorm2d"
    aliases = ("in", "instancenorm", "normalize", "contrast", "style")
    axes = (4, IMAGE)


class InstanceNorm3d(InstanceNorm):
    """Brings each channel of each volume to mean 0 and variance 1.

    Shapes:
        in: (N, C, D, H, W)
        out: (N, C, D, H, W)
    Source:
        Ulyanov, Vedaldi and Lempitsky 2016; torch.nn.InstanceNorm3d.
    """

    id, title, target = "instance_norm3d", "Instance norm 3d", "torch.nn.InstanceNorm3d"
    aliases = ("in", "instancenorm", "normalize", "medical")
    axes = (5, VOLUME)


class GroupNorm(Weighted):
    """Brings each group of channels of each sample to mean 0 and variance 1.

    Shapes:
        in: (N, C, …)
        out: the same
    Source:
        Wu and He 2018; torch.nn.GroupNorm.
    """

    id, title, category = "group_norm", "Group norm", "Normalization"
    icon = "mdi6.chart-bell-curve"
    aliases = ("gn", "groupnorm", "normalize")
    equation = "y = γ·(x − mean) / √(var + ε) + β"

    num_groups: int = param(8, "Groups into which the channels are dealt.", low=1, high=2**16, card=True)
    eps: float = param(1e-5, "Keeps the division finite.", low=1e-12, high=1.0)
    affine: bool = param(True, "Learn a scale and a shift for each channel.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        need_axes(self, shape, 2)
        channels = shape.size(1)
        if channels % self.num_groups:
            raise breach(
                self,
                f"needs a number of channels that {self.num_groups} groups divide",
                shape,
                suggestion=f"Set num_groups to {math.gcd(channels, self.num_groups)}.",
                fits={"num_groups": math.gcd(channels, self.num_groups)},
            )
        if math.prod(shape.size(axis) for axis in range(1, shape.rank)) == self.num_groups:
            words = "needs several numbers in each group: one alone has no variance"
            raise breach(self, words, shape, suggestion="Set num_groups lower, or use Layer norm instead.")
        return {"out": shape}

    def weights(self, inputs: Inputs) -> Weights:
        """A scale and a shift for each channel."""
        channels = (inputs["in"].size(1),)
        return {"weight": channels, "bias": channels} if self.affine else {}

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.GroupNorm."""
        return layer(
            "torch.nn.GroupNorm",
            num_groups=self.num_groups,
            num_channels=inputs["in"].size(1),
            **changed(self, "eps", "affine"),
        )


class LocalResponseNorm(NodeKind):
    """Lets strong channels damp their neighbours at the same place.

    Shapes:
        in: (N, C, T, …)
        out: the same
    Source:
        Krizhevsky, Sutskever and Hinton 2012, section 3.3; torch.nn.functional.local_response_norm.
    """

    id, title, category = "local_response_norm", "Local response norm", "Normalization"
    icon = "mdi6.equalizer"
    aliases = ("lrn", "lateral inhibition", "alexnet", "brightness")
    equation = "y[c] = x[c] / (k + alpha/size·Σ_j x[j]²)^beta, j within size around c"

    size: int = param(5, "Channels that damp each other.", low=1, high=1024, card=True)
    alpha: float = param(1e-4, "How much they damp.", low=0.0, high=100.0)
    beta: float = param(0.75, "Exponent of the damping.", low=0.0, high=10.0)
    k: float = param(1.0, "Damping of a channel without neighbours.", low=0.01, high=100.0)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        need_axes(self, shape, 3)
        return {"out": shape}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """The squares, the sums, the power and the quotient."""
        return (self.size + 3) * outputs["out"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.local_response_norm."""
        return function(
            "torch.nn.functional.local_response_norm",
            In(),
            size=self.size,
            **changed(self, "alpha", "beta", "k"),
        )


class UnitNorm(NodeKind):
    """Scales vectors along an axis to length 1: only their direction stays.

    Shapes:
        in: (N, …, D, …)
        out: the same
    Source:
        torch.nn.functional.normalize.
    """

    id, title, category = "unit_norm", "Unit norm", "Normalization"
    icon = "mdi6.vector-radius"
    aliases = ("l2 normalize", "lp normalize", "unit length", "cosine", "direction")
    equation = "y = x / max(‖x‖_p, ε)"

    dim: int = param(-1, "Axis of the vectors; -1 is the last, 1 the channels of images.", low=-16, high=16)
    p: float = param(2.0, "Which norm is the length: 2 is Euclid's, 1 the sum of sizes.", low=1.0, high=64.0)
    eps: float = param(1e-12, "Keeps the division finite.", low=1e-12, high=1.0)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        need_axis(self, shape, self.dim)
        return {"out": shape}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """The powers, the sum and the quotient."""
        return 3 * outputs["out"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.normalize."""
        return function("torch.nn.functional.normalize", In(), dim=self.dim, **changed(self, "p", "eps"))
