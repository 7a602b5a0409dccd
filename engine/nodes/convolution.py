"""Convolutions."""

from __future__ import annotations

import math

from engine.catalog import Call, Inputs, Shape, Shapes, Weighted, Weights, layer
from engine.errors import ParamError, ShapeError
from engine.nodes.rules import breach, changed
from engine.nodes.windows import WIDEST, image, window_words, windows
from engine.spec import Padding, Pair, both, param


class Conv2d(Weighted):
    """Filters slide over height and width and answer where their pattern occurs.

    Shapes:
        in: (N, C, H, W)
        out: (N, out_channels, H', W'), H' = ⌊(H + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1
    Source:
        LeCun et al. 1989; torch.nn.Conv2d.
    """

    id, title, category = "conv2d", "Conv 2d", "Convolution"
    icon = "mdi6.grid"
    aliases = ("convolution", "cnn", "filter", "kernel", "depthwise", "pointwise", "1x1")
    equation = "out[k] = b[k] + Σ_c W[k, c] ⋆ x[c]"

    out_channels: int = param(16, "Number of filters: channels that come out.", low=1, high=2**16, card=True)
    kernel_size: Pair = param(
        3, "Height and width of the filter window.", low=1, high=WIDEST, unit="px", card=True
    )
    stride: Pair = param(1, "Step of the window.", low=1, high=WIDEST, unit="px", card=True)
    padding: Padding = param(
        0, 'Border of zeros on each side; "same" keeps height and width.', low=0, high=WIDEST, unit="px"
    )
    dilation: Pair = param(1, "Distance between the window's pixels.", low=1, high=WIDEST, unit="px")
    groups: int = param(1, "Parts the channels are split into, each filtered alone.", low=1, high=2**16)
    bias: bool = param(True, "Add a learnt number to each channel.")

    def conflicts(self) -> list[ParamError]:
        """Torch's rules: "same" only at stride 1, and groups of equal size."""
        found = []
        if self.padding == "same":
            found += self._same_conflicts()
        if self.out_channels % self.groups:
            rule = f"must divide out_channels, which is {self.out_channels}"
            found.append(ParamError("groups", rule, self.groups))
        return found

    def _same_conflicts(self) -> list[ParamError]:
        if both(self.stride) != (1, 1):
            return [ParamError("padding", 'can be "same" only where stride is 1', self.padding)]
        if any(d * (k - 1) % 2 for d, k in zip(both(self.dilation), both(self.kernel_size), strict=True)):
            rule = 'can be "same" only where kernel_size is odd, so that both sides get as much'
            return [ParamError("padding", rule, self.padding)]
        return []

    def shapes(self, inputs: Inputs) -> Shapes:
        """One channel a filter; height and width by how often the window fits."""
        shape = inputs["in"]
        if isinstance(self.padding, str):
            size = image(self, shape)[1:]
        else:
            size = windows(self, shape, self.kernel_size, self.stride, self.padding, self.dilation)
        if shape.size(1) % self.groups:
            raise self._ungroupable(shape)
        return {"out": Shape((shape.sizes[0], self.out_channels, *size), "NCHW")}

    def _ungroupable(self, shape: Shape) -> ShapeError:
        channels = shape.size(1)
        return breach(
            self,
            f"splits the channels into {self.groups} equal groups, {channels} channels cannot be",
            shape,
            suggestion=f"Set groups to {math.gcd(channels, self.groups)}.",
        )

    def weights(self, inputs: Inputs) -> Weights:
        """A window over the channels of its group for each filter."""
        filters = self.out_channels
        found: Weights = {"weight": (filters, inputs["in"].size(1) // self.groups, *both(self.kernel_size))}
        if self.bias:
            found["bias"] = (filters,)
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """A multiply-add for each pixel of the window, channel of the group, and output."""
        kh, kw = both(self.kernel_size)
        return 2 * outputs["out"].count * (inputs["in"].size(1) // self.groups) * kh * kw

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.Conv2d."""
        return layer(
            "torch.nn.Conv2d",
            in_channels=inputs["in"].size(1),
            out_channels=self.out_channels,
            kernel_size=self.kernel_size,
            **changed(self, "stride", "padding", "dilation", "groups", "bias"),
        )

    def card(self) -> str:
        """`3×3, 64, s2`."""
        return window_words(self.kernel_size, self.stride, str(self.out_channels))
