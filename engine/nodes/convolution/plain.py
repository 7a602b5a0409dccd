"""Convolutions over signals, images and volumes."""

from __future__ import annotations

import math

from engine.catalog import Call, Inputs, Shape, Shapes, Weights, layer
from engine.errors import ParamError
from engine.nodes.convolution.sliding import (
    Filters,
    Sliding,
    Sliding1d,
    Sliding2d,
    Sliding3d,
    check_groups,
    need_groups,
)
from engine.nodes.rules import changed
from engine.spec import Values, param


class Convolution(Sliding, Filters):
    """Each filter sees all channels of its group."""

    equation = "out[k] = b[k] + Σ_c W[k, c] ⋆ x[c]"

    groups: int = param(1, "Parts the channels are split into, each filtered alone.", low=1, high=2**16)

    @classmethod
    def adaptations(cls, given: Shape, wanted: Shape | None) -> tuple[Values, ...]:
        """A projection to another number of channels, in steps where it has to be smaller (He et al. 2015)."""
        if wanted is None or not given.rank == wanted.rank == cls.ndim + 2:
            return ()
        sizes = [*given.sizes[2:], *wanted.sizes[1:]]
        if not all(isinstance(size, int) and size > 0 for size in sizes):
            return ()
        steps = [-(-given.size(axis) // wanted.size(axis)) for axis in range(2, given.rank)]
        values: Values = {"out_channels": wanted.size(1), "kernel_size": 1}
        if set(steps) != {1}:
            values["stride"] = steps[0] if len(set(steps)) == 1 else tuple(steps)
        return (values,)

    def conflicts(self) -> list[ParamError]:
        """Those of sliding, and groups of equal size."""
        return super().conflicts() + check_groups(self.out_channels, self.groups)

    def shapes(self, inputs: Inputs) -> Shapes:
        """One channel a filter; the other axes by how often the window fits."""
        out = self.moved(inputs["in"], self.out_channels)
        need_groups(self, inputs["in"], self.groups)
        return {"out": out}

    def weights(self, inputs: Inputs) -> Weights:
        """A window over the channels of its group for each filter."""
        filters = self.out_channels
        found: Weights = {"weight": (filters, inputs["in"].size(1) // self.groups, *self.window())}
        if self.bias:
            found["bias"] = (filters,)
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """A multiply-add for each pixel of the window, channel of the group, and output."""
        return 2 * outputs["out"].count * (inputs["in"].size(1) // self.groups) * math.prod(self.window())

    def call(self, inputs: Inputs) -> Call:
        """Torch's layer of the same rank."""
        return layer(
            self.target,
            in_channels=inputs["in"].size(1),
            out_channels=self.out_channels,
            kernel_size=self.kernel_size,
            **changed(self, "stride", "padding", "dilation", "groups", "bias", "padding_mode"),
        )

    def card_words(self) -> tuple[str, ...]:
        """The number of filters."""
        return (str(self.out_channels),)


class Conv2d(Sliding2d, Convolution):
    """Filters slide over height and width and answer where their pattern occurs.

    Shapes:
        in: (N, C, H, W)
        out: (N, out_channels, H', W'), H' = ⌊(H + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1
    Source:
        LeCun et al. 1989; torch.nn.Conv2d.
    """

    id, title, target = "conv2d", "Conv 2d", "torch.nn.Conv2d"
    basic = True
    icon = "mdi6.grid"
    aliases = ("convolution", "cnn", "filter", "kernel", "pointwise", "1x1", "grouped", "dilated", "atrous")


class Conv1d(Sliding1d, Convolution):
    """Filters slide along time and answer where their pattern occurs.

    Shapes:
        in: (N, C, T)
        out: (N, out_channels, T'), T' = ⌊(T + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1
    Source:
        Waibel et al. 1989; torch.nn.Conv1d.
    """

    id, title, target = "conv1d", "Conv 1d", "torch.nn.Conv1d"
    basic = True
    icon = "mdi6.waveform"
    aliases = ("convolution", "temporal convolution", "tdnn", "tcn", "signal", "audio")


class Conv3d(Sliding3d, Convolution):
    """Filters slide over depth, height and width and answer where their pattern occurs.

    Shapes:
        in: (N, C, D, H, W)
        out: (N, out_channels, D', H', W'), D' = ⌊(D + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1
    Source:
        Ji et al. 2010; Tran et al. 2015; torch.nn.Conv3d.
    """

    id, title, target = "conv3d", "Conv 3d", "torch.nn.Conv3d"
    icon = "mdi6.cube-outline"
    aliases = ("convolution", "volumetric convolution", "video", "voxel", "c3d")
