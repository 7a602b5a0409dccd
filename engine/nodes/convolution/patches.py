"""Neighbourhoods and channels put elsewhere: nothing is learnt, nothing is lost."""

from __future__ import annotations

import math

from engine.catalog import Call, In, Inputs, NodeKind, Shape, Shapes, function
from engine.nodes.rules import breach, changed, divisor
from engine.nodes.windows import WIDEST, each, extent, slide, window_words, windows
from engine.spec import Pair, param


class Patches(NodeKind):
    """Windows over an image, apart or laid together."""

    category = "Convolution"

    kernel_size: Pair = param(2, "Height and width of a patch.", low=1, high=WIDEST, unit="px", card=True)
    stride: Pair = param(2, "Distance between patches.", low=1, high=WIDEST, unit="px", card=True)
    padding: Pair = param(0, "Border of zeros on each side.", low=0, high=WIDEST, unit="px")
    dilation: Pair = param(1, "Distance between a patch's pixels.", low=1, high=WIDEST, unit="px")


class Unfold(Patches):
    """Cuts an image into patches, each of which becomes a column of numbers.

    Shapes:
        in: (N, C, H, W)
        out: (N, C·kernel_size², L), L patches, row by row
    Source:
        torch.nn.functional.unfold.
    """

    id, title = "unfold", "Unfold into patches"
    icon = "mdi6.view-grid-plus-outline"
    aliases = ("im2col", "patches", "sliding blocks", "vision transformer")
    equation = "out[:, l] = the patch at place l"

    def shapes(self, inputs: Inputs) -> Shapes:
        """A column for each place where the window fits."""
        shape = inputs["in"]
        places = windows(self, shape, 2, self.kernel_size, self.stride, self.padding, self.dilation)
        column = shape.size(1) * math.prod(each(self.kernel_size, 2))
        return {"out": Shape((shape.sizes[0], column, math.prod(places)), "NCT")}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.unfold."""
        return function(
            "torch.nn.functional.unfold",
            In(),
            kernel_size=self.kernel_size,
            stride=self.stride,
            **changed(self, "padding", "dilation"),
        )

    def card(self) -> str:
        """`2×2, s2`."""
        return window_words(self.kernel_size, self.stride, 2)


class Fold(Patches):
    """Lays patches together to an image; where they overlap, they add up.

    Shapes:
        in: (N, C·kernel_size², L), L patches, row by row
        out: (N, C, *output_size)
    Source:
        torch.nn.functional.fold.
    """

    id, title = "fold", "Fold patches"
    icon = "mdi6.view-grid-outline"
    aliases = ("col2im", "patches", "sliding blocks", "overlap add")
    equation = "out[place] = Σ of the patches over it"

    output_size: Pair = param(28, "Height and width of the image.", low=1, high=2**16, unit="px", card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """The image of that size, as many channels as the columns hold."""
        shape = inputs["in"]
        (length,) = extent(self, shape, 1)
        column = shape.size(1)
        pixels = math.prod(each(self.kernel_size, 2))
        if column % pixels:
            raise breach(
                self,
                f"needs columns of whole patches, a multiple of {pixels} numbers",
                shape,
                suggestion="Set kernel_size to that of the Unfold, or put a Transpose before it.",
            )
        places = self.places()
        if min(places) < 1 or length != math.prod(places):
            most = max(places[0], 0) * max(places[1], 0)
            raise breach(
                self,
                f"needs {most} patches for an image of {'×'.join(map(str, each(self.output_size, 2)))}",
                shape,
                suggestion="Set output_size, kernel_size and stride to those of the Unfold.",
            )
        return {"out": Shape((shape.sizes[0], column // pixels, *each(self.output_size, 2)), "NCHW")}

    def places(self) -> tuple[int, ...]:
        """How many patches lie in a column and in a row of the image."""
        settings = (self.output_size, self.kernel_size, self.stride, self.padding, self.dilation)
        return tuple(slide(*along) for along in zip(*(each(pair, 2) for pair in settings), strict=True))

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """An addition for each number."""
        return inputs["in"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.fold."""
        return function(
            "torch.nn.functional.fold",
            In(),
            output_size=self.output_size,
            kernel_size=self.kernel_size,
            stride=self.stride,
            **changed(self, "padding", "dilation"),
        )


class PixelShuffle(NodeKind):
    """Makes an image larger: each pixel's channels become a square of pixels.

    Shapes:
        in: (N, C·upscale_factor², H, W)
        out: (N, C, H·upscale_factor, W·upscale_factor)
    Source:
        Shi et al. 2016; torch.nn.functional.pixel_shuffle.
    """

    id, title, category = "pixel_shuffle", "Pixel shuffle", "Convolution"
    icon = "mdi6.arrow-expand-all"
    aliases = ("sub pixel convolution", "depth to space", "super resolution", "upsampling")
    equation = "out[c, r·h + i, r·w + j] = x[r²·c + r·i + j, h, w], r = upscale_factor"

    upscale_factor: int = param(2, "How much larger height and width become.", low=1, high=256, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Channels turned into height and width."""
        shape, factor = inputs["in"], self.upscale_factor
        height, width = extent(self, shape, 2)
        if shape.size(1) % factor**2:
            raise breach(
                self,
                f"makes {factor}×{factor} pixels of each {factor**2} channels, {shape.size(1)} cannot be split so",
                shape,
                suggestion=f"Put a Conv 2d with a multiple of {factor**2} out_channels before it.",
            )
        return {
            "out": Shape((shape.sizes[0], shape.size(1) // factor**2, height * factor, width * factor), "NCHW")
        }

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.pixel_shuffle."""
        return function("torch.nn.functional.pixel_shuffle", In(), upscale_factor=self.upscale_factor)


class PixelUnshuffle(NodeKind):
    """Makes an image smaller, loses nothing: each square of pixels becomes channels of one.

    Shapes:
        in: (N, C, H·downscale_factor, W·downscale_factor)
        out: (N, C·downscale_factor², H, W)
    Source:
        Shi et al. 2016; torch.nn.functional.pixel_unshuffle.
    """

    id, title, category = "pixel_unshuffle", "Pixel unshuffle", "Convolution"
    icon = "mdi6.arrow-collapse-all"
    aliases = ("space to depth", "focus", "downsample", "reorg")
    equation = "out[r²·c + r·i + j, h, w] = x[c, r·h + i, r·w + j], r = downscale_factor"

    downscale_factor: int = param(2, "How much smaller height and width become.", low=1, high=256, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Height and width turned into channels."""
        shape, factor = inputs["in"], self.downscale_factor
        height, width = extent(self, shape, 2)
        if height % factor or width % factor:
            raise breach(
                self,
                f"splits the image into squares of {factor}×{factor} pixels, {height}×{width} cannot be",
                shape,
                suggestion=f"Set downscale_factor to a divisor of {math.gcd(height, width)}.",
                fits={"downscale_factor": divisor(math.gcd(height, width), factor)},
            )
        return {
            "out": Shape((shape.sizes[0], shape.size(1) * factor**2, height // factor, width // factor), "NCHW")
        }

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.pixel_unshuffle."""
        return function("torch.nn.functional.pixel_unshuffle", In(), downscale_factor=self.downscale_factor)
