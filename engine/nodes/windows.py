"""Sliding windows over height and width: the arithmetic that convolution and pooling share."""

from __future__ import annotations

from engine.catalog import NodeKind, Shape
from engine.errors import ParamError
from engine.nodes.rules import IMAGE, breach, need_rank
from engine.spec import Pair, both

WIDEST = 4_096
"""Largest window, stride, dilation and padding that a form takes."""


def slide(size: int, kernel: int, stride: int, padding: int, dilation: int = 1, ceil: bool = False) -> int:
    """How often a window fits along an axis, as torch counts.

    With `ceil` a window may hang over the end, as long as it starts inside the input or its left border.
    """
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    if not ceil:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= size + padding else count


def image(kind: NodeKind, shape: Shape) -> tuple[int, int, int]:
    """Channels, height and width of a batch of images.

    Raises:
        ShapeError: the shape is none.
    """
    if shape.rank != 4 or shape.dtype != "float32":
        need_rank(kind, shape, 4, IMAGE)
    return shape.size(1), shape.size(2), shape.size(3)


def windows(
    kind: NodeKind,
    shape: Shape,
    kernel: Pair,
    stride: Pair,
    padding: Pair,
    dilation: Pair = 1,
    ceil: bool = False,
) -> tuple[int, int]:
    """Height and width of what sliding over an image leaves.

    Raises:
        ShapeError: the window is larger than the image with its border.
    """
    _, height, width = image(kind, shape)
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = both(kernel), both(stride), both(padding), both(dilation)
    out = slide(height, kh, sh, ph, dh, ceil), slide(width, kw, sw, pw, dw, ceil)
    if height + 2 * ph < dh * (kh - 1) + 1 or width + 2 * pw < dw * (kw - 1) + 1 or min(out) < 1:
        span = f"{dh * (kh - 1) + 1}×{dw * (kw - 1) + 1}"
        border = f" with a border of {ph}×{pw}" if ph or pw else ""
        raise breach(
            kind,
            f"needs an image of at least its window of {span}, here it has {height}×{width}{border}",
            shape,
            suggestion="Take a smaller kernel_size, a larger padding, or pool less before it.",
        )
    return out


def check_border(kernel: Pair, padding: Pair) -> list[ParamError]:
    """Torch's rule that a pooling window never lies in the border alone."""
    if any(2 * p > k for p, k in zip(both(padding), both(kernel), strict=True)):
        return [ParamError("padding", "must be at most half of kernel_size", padding)]
    return []


def window_words(kernel: Pair, stride: Pair, *more: str) -> str:
    """A window as cards show it: `3×3`, the further parts, `s2` where it takes larger steps."""
    (kh, kw), (sh, sw) = both(kernel), both(stride)
    step = "" if sh == sw == 1 else f"s{sh}" if sh == sw else f"s{sh}×{sw}"
    return ", ".join(part for part in (f"{kh}×{kw}", *more, step) if part)
