"""Gates over the channels and places of maps."""

from __future__ import annotations

from engine.catalog import Call, Inputs, Shape, Shapes, Weighted, Weights, layer
from engine.errors import ParamError
from engine.nodes.rules import IMAGE, breach, changed, need_floats, need_rank
from engine.spec import param

LAYERS = "engine.torchside.layers.gates"


class MapGate(Weighted):
    """Weighs the channels of maps of one, two or three axes, or the places of images."""

    category = "Gate"

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        if shape.rank < 3:
            raise breach(
                self,
                "needs channels with places in each: batch × channels × what axes there are",
                shape,
                suggestion="Wire a convolution's output to it.",
            )
        return {"out": shape}


def narrow(channels: int, reduction: int) -> int:
    """Neurons between the channels and their weights."""
    return max(1, channels // reduction)


class SqueezeExcitation(MapGate):
    """Weighs each channel by what a small network makes of the means of all channels.

    Shapes:
        in: (N, C, …)
        out: the same
    Source:
        Hu, Shen and Sun 2018.
    """

    id, title = "squeeze_excitation", "Squeeze and excitation"
    basic = True
    icon = "mdi6.arrow-collapse-vertical"
    aliases = ("se", "senet", "squeeze-and-excitation", "se block", "channel gate")
    equation = "y = σ(W_2·relu(W_1·mean(x)))·x"

    reduction: int = param(
        16, "How many times fewer neurons than channels in between.", low=1, high=2**16, card=True
    )

    def weights(self, inputs: Inputs) -> Weights:
        """Two dense layers."""
        channels = inputs["in"].size(1)
        few = narrow(channels, self.reduction)
        return {
            "fc1.weight": (few, channels),
            "fc1.bias": (few,),
            "fc2.weight": (channels, few),
            "fc2.bias": (channels,),
        }

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each weight."""
        channels = inputs["in"].size(1)
        return 4 * channels * narrow(channels, self.reduction)

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        return layer(f"{LAYERS}.SqueezeExcitation", channels=inputs["in"].size(1), **changed(self, "reduction"))


def odd(kernel_size: int) -> list[ParamError]:
    """The rule that a window has a middle."""
    return [] if kernel_size % 2 else [ParamError("kernel_size", "must be odd", kernel_size)]


class EfficientChannelAttention(MapGate):
    """Weighs each channel by a filter over the means of its neighbours.

    Shapes:
        in: (N, C, …)
        out: the same
    Source:
        Wang et al. 2020.
    """

    id, title = "efficient_channel_attention", "Efficient channel attention"
    icon = "mdi6.tune-variant"
    aliases = ("eca", "eca-net", "channel gate")
    equation = "y = σ(w * mean(x))·x"

    kernel_size: int = param(3, "Channels that a filter sees at once; odd.", low=1, high=255, card=True)

    def conflicts(self) -> list[ParamError]:
        """The filter has a middle."""
        return odd(self.kernel_size)

    def weights(self, inputs: Inputs) -> Weights:  # noqa: ARG002
        """One filter."""
        return {"conv.weight": (1, 1, self.kernel_size)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each channel and weight."""
        return 2 * inputs["in"].size(1) * self.kernel_size

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """A layer of ours: torch has none."""
        return layer(f"{LAYERS}.EfficientChannelAttention", **changed(self, "kernel_size"))


class ChannelAttention(MapGate):
    """Weighs each channel by what a small network makes of the means and maxima of all channels.

    Shapes:
        in: (N, C, …)
        out: the same
    Source:
        Woo et al. 2018 (first half of CBAM).
    """

    id, title = "channel_attention", "Channel attention"
    icon = "mdi6.format-list-bulleted"
    aliases = ("cbam channel", "channel gate")
    equation = "y = σ(f(mean(x)) + f(max(x)))·x, f(z) = W_2·relu(W_1·z)"

    reduction: int = param(
        16, "How many times fewer neurons than channels in between.", low=1, high=2**16, card=True
    )

    def weights(self, inputs: Inputs) -> Weights:
        """Two dense layers without bias."""
        channels = inputs["in"].size(1)
        few = narrow(channels, self.reduction)
        return {"fc1.weight": (few, channels), "fc2.weight": (channels, few)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each weight, for means and for maxima."""
        channels = inputs["in"].size(1)
        return 8 * channels * narrow(channels, self.reduction)

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        return layer(f"{LAYERS}.ChannelAttention", channels=inputs["in"].size(1), **changed(self, "reduction"))


class SpatialAttention(MapGate):
    """Weighs each place of an image by a filter over its mean and maximum across channels.

    Shapes:
        in: (N, C, H, W)
        out: the same
    Source:
        Woo et al. 2018 (second half of CBAM).
    """

    id, title = "spatial_attention", "Spatial attention"
    icon = "mdi6.image-filter-center-focus"
    aliases = ("cbam spatial", "spatial gate", "attention map")
    equation = "y = σ(w * [mean_c(x); max_c(x)])·x"

    kernel_size: int = param(7, "Height and width of the filter; odd.", low=1, high=255, card=True)

    def conflicts(self) -> list[ParamError]:
        """The filter has a middle."""
        return odd(self.kernel_size)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        need_rank(self, inputs["in"], 4, IMAGE)
        return super().shapes(inputs)

    def weights(self, inputs: Inputs) -> Weights:  # noqa: ARG002
        """One filter over two maps."""
        return {"conv.weight": (1, 2, self.kernel_size, self.kernel_size)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each place and weight."""
        return filtering(inputs["in"], self.kernel_size)

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """A layer of ours: torch has none."""
        return layer(f"{LAYERS}.SpatialAttention", **changed(self, "kernel_size"))


def filtering(shape: Shape, kernel_size: int) -> int:
    """Operations of a filter over two maps of an image's size."""
    return 2 * 2 * kernel_size**2 * shape.size(2) * shape.size(3)


class CBAM(MapGate):
    """Weighs the channels of an image's maps, then their places.

    Shapes:
        in: (N, C, H, W)
        out: the same
    Source:
        Woo et al. 2018.
    """

    id, title = "cbam", "CBAM"
    icon = "mdi6.image-filter-black-white"
    aliases = ("convolutional block attention module", "channel and spatial attention")
    equation = "y = places(channels(x))"

    reduction: int = param(
        16, "How many times fewer neurons than channels in between.", low=1, high=2**16, card=True
    )
    kernel_size: int = param(7, "Height and width of the filter over places; odd.", low=1, high=255)

    def conflicts(self) -> list[ParamError]:
        """The filter has a middle."""
        return odd(self.kernel_size)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        need_rank(self, inputs["in"], 4, IMAGE)
        return super().shapes(inputs)

    def weights(self, inputs: Inputs) -> Weights:
        """Two dense layers over channels, one filter over places."""
        channels = inputs["in"].size(1)
        few = narrow(channels, self.reduction)
        return {
            "channels.fc1.weight": (few, channels),
            "channels.fc2.weight": (channels, few),
            "places.conv.weight": (1, 2, self.kernel_size, self.kernel_size),
        }

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Those of channel and spatial attention."""
        channels = inputs["in"].size(1)
        return 8 * channels * narrow(channels, self.reduction) + filtering(inputs["in"], self.kernel_size)

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        return layer(f"{LAYERS}.CBAM", channels=inputs["in"].size(1), **changed(self, "reduction", "kernel_size"))
