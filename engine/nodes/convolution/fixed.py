"""Filters that are known beforehand and never learnt."""

from __future__ import annotations

import math
from typing import Final, Literal

from engine.catalog import Call, Inputs, NodeKind, Shape, Shapes, layer
from engine.errors import ParamError
from engine.nodes.rules import changed
from engine.nodes.windows import WIDEST, PaddingMode, borders, check_same, extent, need_border, windows
from engine.spec import Numbers, Padding, Pair, param

KERNELS: Final[dict[str, Numbers]] = {
    "sobel_x": (-1.0, 0.0, 1.0, -2.0, 0.0, 2.0, -1.0, 0.0, 1.0),
    "sobel_y": (-1.0, -2.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0, 1.0),
    "laplacian": (0.0, 1.0, 0.0, 1.0, -4.0, 1.0, 0.0, 1.0, 0.0),
    "gaussian_blur": tuple(number / 16 for number in (1, 2, 1, 2, 4, 2, 1, 2, 1)),
    "box_blur": (1 / 9,) * 9,
    "sharpen": (0.0, -1.0, 0.0, -1.0, 5.0, -1.0, 0.0, -1.0, 0.0),
    "emboss": (-2.0, -1.0, 0.0, -1.0, 1.0, 1.0, 0.0, 1.0, 2.0),
}
"""Filters of 3×3, row by row."""


class Filter2d(NodeKind):
    """Slides a known filter, such as Sobel's for edges, over each channel; nothing is learnt.

    Shapes:
        in: (N, C, H, W)
        out: (N, C, H', W'), H' = ⌊(H + 2·padding − size of the filter) / stride⌋ + 1
    Source:
        Sobel and Feldman 1968; Gonzalez and Woods 2018, chapter 3; torch.nn.functional.conv2d.
    """

    id, title, category = "filter2d", "Fixed filter 2d", "Convolution"
    icon = "mdi6.image-filter-black-white"
    aliases = ("sobel", "edge", "laplace", "blur", "gaussian", "sharpen", "emboss", "kernel", "gradient")
    equation = "out[c] = K ⋆ x[c]"

    kernel: Literal["sobel_x", "sobel_y", "laplacian", "gaussian_blur", "box_blur", "sharpen", "emboss", "own"] = (
        param("sobel_x", "Which filter; sobel_x answers where it gets brighter to the right.", card=True)
    )
    numbers: Numbers = param(
        (0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0),
        'The filter "own", row by row: 4, 9, 16 or 25 numbers and so on.',
        low=-1e6,
        high=1e6,
    )
    stride: Pair = param(1, "Step of the window.", low=1, high=WIDEST, unit="px")
    padding: Padding = param(
        0, 'Border on each side; "same" keeps height and width.', low=0, high=WIDEST, unit="px"
    )
    padding_mode: PaddingMode = param(
        "zeros", "What fills the border: zeros, the mirrored input, its edge, or its other end."
    )

    def conflicts(self) -> list[ParamError]:
        """An own filter is square; "same" as in convolutions."""
        found = []
        if not self.numbers or math.isqrt(len(self.numbers)) ** 2 != len(self.numbers):
            rule = f"must fill a square: 1, 4, 9, 16, 25 … numbers, here are {len(self.numbers)}"
            found.append(ParamError("numbers", rule, self.numbers))
        elif self.padding == "same":
            found += check_same(self.side(), self.stride, 1, 2, "the filter's side")
        return found

    def filter(self) -> Numbers:
        """The filter's numbers, row by row."""
        return self.numbers if self.kernel == "own" else KERNELS[self.kernel]

    def side(self) -> int:
        """Height and width of the filter."""
        return math.isqrt(len(self.filter()))

    def shapes(self, inputs: Inputs) -> Shapes:
        """Channels stay; height and width by how often the filter fits."""
        shape = inputs["in"]
        extent(self, shape, 2)
        border = borders(self.padding, self.side(), 1, 2)
        if self.padding_mode != "zeros":
            need_border(self, shape, self.padding_mode, border)
        size = windows(self, shape, 2, self.side(), self.stride, border)
        return {"out": Shape((*shape.sizes[:2], *size), "NCHW")}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each number of the filter and output."""
        return 2 * outputs["out"].count * len(self.filter())

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """A layer that holds the filter."""
        numbers, side = self.filter(), self.side()
        return layer(
            "engine.torchside.layers.filters.FixedFilter2d",
            kernel=tuple(numbers[start : start + side] for start in range(0, side * side, side)),
            **changed(self, "stride"),
            padding=borders(self.padding, side, 1, 2),
            **changed(self, "padding_mode"),
        )
