"""Transposed convolutions: each number paints its filter, larger than it was."""

from __future__ import annotations

import math
from typing import ClassVar

from engine.catalog import Call, Inputs, Shape, Shapes, Weights, layer
from engine.errors import ParamError
from engine.nodes.convolution.sliding import Filters, check_groups, need_groups
from engine.nodes.rules import breach, changed
from engine.nodes.windows import AXES, WIDEST, Window, each, extent, window_words
from engine.spec import Pair, Triple, param


class Transposed(Filters):
    """A transposed convolution over `ndim` axes."""

    category = "Convolution"
    equation = "out = b + Σ over places of x[place] · W, laid stride apart"
    ndim: ClassVar[int] = 2
    target: ClassVar[str] = ""
    filter_axis = 1

    kernel_size: Window = param(2, "Size of what each number paints.", low=1, high=WIDEST, card=True)
    stride: Window = param(2, "Distance between what two neighbours paint.", low=1, high=WIDEST, card=True)
    padding: Window = param(0, "Rim cut away on each side.", low=0, high=WIDEST)
    output_padding: Window = param(0, "Rim added at the end only.", low=0, high=WIDEST)
    dilation: Window = param(1, "Distance between what the filter paints.", low=1, high=WIDEST)
    groups: int = param(1, "Parts the channels are split into, each filtered alone.", low=1, high=2**16)
    bias: bool = param(True, "Add a learnt number to each channel.")

    def conflicts(self) -> list[ParamError]:
        """Torch's rules for groups, and for the rim at the end: it stays below the stride or the dilation."""
        found = super().conflicts() + check_groups(self.out_channels, self.groups)
        rims, steps, spreads = (each(w, self.ndim) for w in (self.output_padding, self.stride, self.dilation))
        if any(rim >= max(step, spread) for rim, step, spread in zip(rims, steps, spreads, strict=True)):
            rule = "must be smaller than stride or dilation along each axis"
            found.append(ParamError("output_padding", rule, self.output_padding))
        return found

    def shapes(self, inputs: Inputs) -> Shapes:
        """One channel a filter; each other axis as long as what is painted."""
        shape = inputs["in"]
        sizes = extent(self, shape, self.ndim)
        need_groups(self, shape, self.groups)
        params = (self.stride, self.padding, self.dilation, self.kernel_size, self.output_padding)
        rules = zip(sizes, *(each(window, self.ndim) for window in params), strict=True)
        out = tuple((size - 1) * s - 2 * p + d * (k - 1) + more + 1 for size, s, p, d, k, more in rules)
        if min(out) < 1:
            rim = "×".join(map(str, each(self.padding, self.ndim)))
            raise breach(
                self,
                f"cuts away all that it paints with a padding of {rim}",
                shape,
                suggestion="Take a smaller padding or a larger kernel_size.",
            )
        return {"out": Shape((shape.sizes[0], self.out_channels, *out), AXES[self.ndim])}

    def weights(self, inputs: Inputs) -> Weights:
        """For each channel that comes in, a window over the filters of its group."""
        filters = self.out_channels
        found: Weights = {
            "weight": (inputs["in"].size(1), filters // self.groups, *each(self.kernel_size, self.ndim))
        }
        if self.bias:
            found["bias"] = (filters,)
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each number that comes in, filter of its group, and pixel painted."""
        window = math.prod(each(self.kernel_size, self.ndim))
        return 2 * inputs["in"].count * (self.out_channels // self.groups) * window

    def call(self, inputs: Inputs) -> Call:
        """Torch's layer of the same rank."""
        return layer(
            self.target,
            in_channels=inputs["in"].size(1),
            out_channels=self.out_channels,
            kernel_size=self.kernel_size,
            stride=self.stride,
            **changed(self, "padding", "output_padding", "groups", "bias", "dilation"),
        )

    def card(self) -> str:
        """`2×2, 16, s2`."""
        return window_words(self.kernel_size, self.stride, self.ndim, str(self.out_channels))


class ConvTranspose2d(Transposed):
    """Makes images larger: each number paints a learnt filter, neighbours a stride apart.

    Shapes:
        in: (N, C, H, W)
        out: (N, out_channels, H', W'), H' = (H − 1)·stride − 2·padding + dilation·(kernel_size − 1)
            + output_padding + 1
    Source:
        Zeiler et al. 2010; Dumoulin and Visin 2016; torch.nn.ConvTranspose2d.
    """

    id, title, target = "conv_transpose2d", "Transposed conv 2d", "torch.nn.ConvTranspose2d"
    icon = "mdi6.grid-large"
    aliases = ("deconvolution", "deconv", "upconvolution", "up conv", "fractionally strided", "upsampling")

    kernel_size: Pair = param(
        2, "Height and width of what each pixel paints.", low=1, high=WIDEST, unit="px", card=True
    )
    stride: Pair = param(
        2, "Distance between what two neighbours paint.", low=1, high=WIDEST, unit="px", card=True
    )
    padding: Pair = param(0, "Rim cut away on each side.", low=0, high=WIDEST, unit="px")
    output_padding: Pair = param(0, "Rim added at the bottom and the right only.", low=0, high=WIDEST, unit="px")
    dilation: Pair = param(1, "Distance between the filter's pixels.", low=1, high=WIDEST, unit="px")


class ConvTranspose1d(Transposed):
    """Makes signals longer: each moment paints a learnt filter, neighbours a stride apart.

    Shapes:
        in: (N, C, T)
        out: (N, out_channels, T'), T' = (T − 1)·stride − 2·padding + dilation·(kernel_size − 1)
            + output_padding + 1
    Source:
        Zeiler et al. 2010; torch.nn.ConvTranspose1d.
    """

    id, title, target = "conv_transpose1d", "Transposed conv 1d", "torch.nn.ConvTranspose1d"
    icon = "mdi6.waveform"
    aliases = ("deconvolution", "deconv", "upconvolution", "fractionally strided", "upsampling")
    ndim = 1

    kernel_size: int = param(2, "Length of what each moment paints.", low=1, high=WIDEST, card=True)
    stride: int = param(2, "Distance between what two neighbours paint.", low=1, high=WIDEST, card=True)
    padding: int = param(0, "Rim cut away at both ends.", low=0, high=WIDEST)
    output_padding: int = param(0, "Rim added at the last end only.", low=0, high=WIDEST)
    dilation: int = param(1, "Distance between the filter's moments.", low=1, high=WIDEST)


class ConvTranspose3d(Transposed):
    """Makes volumes larger: each number paints a learnt filter, neighbours a stride apart.

    Shapes:
        in: (N, C, D, H, W)
        out: (N, out_channels, D', H', W'), D' = (D − 1)·stride − 2·padding + dilation·(kernel_size − 1)
            + output_padding + 1
    Source:
        Zeiler et al. 2010; Wu et al. 2016; torch.nn.ConvTranspose3d.
    """

    id, title, target = "conv_transpose3d", "Transposed conv 3d", "torch.nn.ConvTranspose3d"
    icon = "mdi6.cube-outline"
    aliases = ("deconvolution", "deconv", "upconvolution", "fractionally strided", "voxel")
    ndim = 3

    kernel_size: Triple = param(
        2, "Depth, height and width of what each number paints.", low=1, high=WIDEST, unit="px", card=True
    )
    stride: Triple = param(
        2, "Distance between what two neighbours paint.", low=1, high=WIDEST, unit="px", card=True
    )
    padding: Triple = param(0, "Rim cut away on each side.", low=0, high=WIDEST, unit="px")
    output_padding: Triple = param(0, "Rim added at the far end of each axis only.", low=0, high=WIDEST, unit="px")
    dilation: Triple = param(1, "Distance between the filter's pixels.", low=1, high=WIDEST, unit="px")
