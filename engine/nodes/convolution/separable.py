"""Convolutions that filter each channel alone, and mix the channels after that or not at all."""

from __future__ import annotations

import math

from engine.catalog import Call, Inputs, Shapes, Weights, layer
from engine.nodes.convolution.sliding import Filters, Sliding, Sliding1d, Sliding2d, Sliding3d
from engine.nodes.rules import changed
from engine.spec import param


class Depthwise(Sliding):
    """Filters that each see a single channel."""

    equation = "out[c, m] = b[c, m] + W[c, m] ⋆ x[c]"

    multiplier: int = param(1, "Filters for each channel.", low=1, high=1_024, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """So many times the channels; the other axes by how often the window fits."""
        shape = inputs["in"]
        return {"out": self.moved(shape, shape.size(1) * self.multiplier)}

    def weights(self, inputs: Inputs) -> Weights:
        """A window for each filter."""
        filters = inputs["in"].size(1) * self.multiplier
        found: Weights = {"weight": (filters, 1, *self.window())}
        if self.bias:
            found["bias"] = (filters,)
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each pixel of the window and output."""
        return 2 * outputs["out"].count * math.prod(self.window())

    def call(self, inputs: Inputs) -> Call:
        """Torch's convolution of the same rank, a group for each channel."""
        channels = inputs["in"].size(1)
        return layer(
            self.target,
            in_channels=channels,
            out_channels=channels * self.multiplier,
            kernel_size=self.kernel_size,
            **changed(self, "stride", "padding", "dilation"),
            groups=channels,
            **changed(self, "bias", "padding_mode"),
        )

    def card_words(self) -> tuple[str, ...]:
        """`m2` where a channel has several filters."""
        return (f"m{self.multiplier}",) if self.multiplier > 1 else ()


class DepthwiseConv2d(Sliding2d, Depthwise):
    """Filters slide over height and width, each over a channel of its own.

    Shapes:
        in: (N, C, H, W)
        out: (N, C·multiplier, H', W'), H' = ⌊(H + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1
    Source:
        Sifre and Mallat 2014; Howard et al. 2017; torch.nn.Conv2d.
    """

    id, title, target = "depthwise_conv2d", "Depthwise conv 2d", "torch.nn.Conv2d"
    icon = "mdi6.layers-outline"
    aliases = ("depthwise convolution", "channelwise", "mobilenet", "dwconv")


class DepthwiseConv1d(Sliding1d, Depthwise):
    """Filters slide along time, each over a channel of its own.

    Shapes:
        in: (N, C, T)
        out: (N, C·multiplier, T'), T' = ⌊(T + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1
    Source:
        Kaiser, Gomez and Chollet 2017; torch.nn.Conv1d.
    """

    id, title, target = "depthwise_conv1d", "Depthwise conv 1d", "torch.nn.Conv1d"
    icon = "mdi6.layers-outline"
    aliases = ("depthwise convolution", "channelwise", "signal", "dwconv")


class DepthwiseConv3d(Sliding3d, Depthwise):
    """Filters slide over depth, height and width, each over a channel of its own.

    Shapes:
        in: (N, C, D, H, W)
        out: (N, C·multiplier, D', H', W'), D' = ⌊(D + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1
    Source:
        Tran et al. 2019; torch.nn.Conv3d.
    """

    id, title, target = "depthwise_conv3d", "Depthwise conv 3d", "torch.nn.Conv3d"
    icon = "mdi6.layers-outline"
    aliases = ("depthwise convolution", "channelwise", "voxel", "dwconv")


class Separable(Sliding, Filters):
    """A filter for each channel, then a mixture of all channels at each place."""

    equation = "out[k] = b[k] + Σ_c P[k, c] · (W[c] ⋆ x[c])"

    multiplier: int = param(1, "Filters for each channel, before they are mixed.", low=1, high=1_024)

    def shapes(self, inputs: Inputs) -> Shapes:
        """One channel a mixture; the other axes by how often the window fits."""
        return {"out": self.moved(inputs["in"], self.out_channels)}

    def weights(self, inputs: Inputs) -> Weights:
        """A window for each filter, a factor for each filter and mixture."""
        channels = inputs["in"].size(1)
        filters, mixed = channels * self.multiplier, self.out_channels
        found: Weights = {
            "depthwise.weight": (filters, 1, *self.window()),
            "pointwise.weight": (mixed, filters, *(1,) * self.ndim),
        }
        if self.bias:
            found["pointwise.bias"] = (mixed,)
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """At each place a multiply-add for each pixel of each filter, and for each filter and mixture."""
        places = outputs["out"].count // self.out_channels
        filters = inputs["in"].size(1) * self.multiplier
        return 2 * places * filters * (math.prod(self.window()) + self.out_channels)

    def call(self, inputs: Inputs) -> Call:
        """The layer of the same rank."""
        return layer(
            f"engine.torchside.layers.convolution.SeparableConv{self.ndim}d",
            in_channels=inputs["in"].size(1),
            out_channels=self.out_channels,
            kernel_size=self.kernel_size,
            **changed(self, "stride", "padding", "dilation", "multiplier", "bias", "padding_mode"),
        )

    def card_words(self) -> tuple[str, ...]:
        """The number of mixtures."""
        return (str(self.out_channels),)


class SeparableConv2d(Sliding2d, Separable):
    """A depthwise convolution over height and width, then a 1×1 convolution over the channels.

    Shapes:
        in: (N, C, H, W)
        out: (N, out_channels, H', W'), H' = ⌊(H + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1
    Source:
        Chollet 2017; torch.nn.Conv2d, twice.
    """

    id, title = "separable_conv2d", "Separable conv 2d"
    icon = "mdi6.call-split"
    aliases = ("depthwise separable", "xception", "mobilenet", "sepconv")


class SeparableConv1d(Sliding1d, Separable):
    """A depthwise convolution along time, then a convolution of length 1 over the channels.

    Shapes:
        in: (N, C, T)
        out: (N, out_channels, T'), T' = ⌊(T + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1
    Source:
        Kaiser, Gomez and Chollet 2017; torch.nn.Conv1d, twice.
    """

    id, title = "separable_conv1d", "Separable conv 1d"
    icon = "mdi6.call-split"
    aliases = ("depthwise separable", "slicenet", "signal", "sepconv")
