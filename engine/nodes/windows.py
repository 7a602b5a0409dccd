"""Sliding windows over one, two or three axes: the arithmetic that convolution and pooling share."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

from engine.catalog import NodeKind, Shape
from engine.errors import ParamError
from engine.nodes.rules import IMAGE, breach, need_rank
from engine.spec import Values

Window: TypeAlias = int | tuple[int, ...]
"""One number for all axes that a window slides over, or one for each."""

PaddingMode: TypeAlias = Literal["zeros", "reflect", "replicate", "circular"]

WIDEST = 4_096
"""Largest window, stride, dilation and padding that a form takes."""

AXES = {1: "NCT", 2: "NCHW", 3: "NCDHW"}
"""Axes of what is slid over, by the number of those behind the channels."""

SIGNAL = "3 axes: batch × channels × time"
VOLUME = "5 axes: batch × channels × depth × height × width"

_FORMS = {1: SIGNAL, 2: IMAGE, 3: VOLUME}
_NOUNS = {1: "a signal", 2: "an image", 3: "a volume"}


def each(window: Window, ndim: int) -> tuple[int, ...]:
    """The number for each axis."""
    return (window,) * ndim if isinstance(window, int) else window


def slide(size: int, kernel: int, stride: int, padding: int, dilation: int = 1, ceil: bool = False) -> int:
    """How often a window fits along an axis, as torch counts.

    With `ceil` a window may hang over the end, as long as it starts inside the input or its left border.
    """
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    if not ceil:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= size + padding else count


def extent(kind: NodeKind, shape: Shape, ndim: int) -> tuple[int, ...]:
    """Sizes behind the channels of a batch of signals, images or volumes, by the number of axes.

    Raises:
        ShapeError: the shape is none, or its number of channels is not known.
    """
    if shape.rank != ndim + 2 or shape.dtype != "float32":
        need_rank(kind, shape, ndim + 2, _FORMS[ndim])
    shape.size(1)
    return tuple(shape.size(axis) for axis in range(2, ndim + 2))


def windows(
    kind: NodeKind,
    shape: Shape,
    ndim: int,
    kernel: Window,
    stride: Window,
    padding: Window,
    dilation: Window = 1,
    ceil: bool = False,
) -> tuple[int, ...]:
    """What sliding over a batch of signals, images or volumes leaves of the axes behind the channels.

    Raises:
        ShapeError: the window is larger than the input with its border.
    """
    sizes = extent(kind, shape, ndim)
    spans = span(kernel, dilation, ndim)
    borders = each(padding, ndim)
    moves = zip(sizes, each(kernel, ndim), each(stride, ndim), borders, each(dilation, ndim), strict=True)
    out = tuple(slide(*move, ceil) for move in moves)
    if min(out) < 1 or any(size + 2 * p < k for size, p, k in zip(sizes, borders, spans, strict=True)):
        border = f" with a border of {_words(borders)}" if any(borders) else ""
        raise breach(
            kind,
            f"needs {_NOUNS[ndim]} of at least its window of {_words(spans)}, here it has {_words(sizes)}{border}",
            shape,
            suggestion=f"Take {', '.join(_ways(kind))}, or pool less before it.",
            fits=_largest(kind, sizes, borders, kernel, dilation),
        )
    return out


def _largest(
    kind: NodeKind, sizes: tuple[int, ...], borders: tuple[int, ...], kernel: Window, dilation: Window
) -> Values:
    """The largest window, up to the present one, that fits along each axis."""
    if "kernel_size" not in kind.params:
        return {}
    room = zip(sizes, borders, each(kernel, len(sizes)), each(dilation, len(sizes)), strict=True)
    fitting = tuple([max(1, min(k, (size + 2 * p - 1) // d + 1)) for size, p, k, d in room])
    return {"kernel_size": fitting[0] if len(set(fitting)) == 1 else fitting}


def _ways(kind: NodeKind) -> list[str]:
    known = {"kernel_size": "a smaller kernel_size", "padding": "a larger padding"}
    return [way for name, way in known.items() if name in kind.params]


def span(kernel: Window, dilation: Window, ndim: int) -> tuple[int, ...]:
    """How far a window reaches along each axis."""
    return tuple(d * (k - 1) + 1 for k, d in zip(each(kernel, ndim), each(dilation, ndim), strict=True))


def check_border(kernel: Window, padding: Window, ndim: int) -> list[ParamError]:
    """Torch's rule that a pooling window never lies in the border alone."""
    if any(2 * p > k for p, k in zip(each(padding, ndim), each(kernel, ndim), strict=True)):
        return [ParamError("padding", "must be at most half of kernel_size", padding)]
    return []


def check_same(
    kernel: Window, stride: Window, dilation: Window, ndim: int, name: str = "kernel_size"
) -> list[ParamError]:
    """The rules of the border "same": only at stride 1, and as much on both sides."""
    if any(step != 1 for step in each(stride, ndim)):
        return [ParamError("padding", 'can be "same" only where stride is 1', "same")]
    if any(reach % 2 == 0 for reach in span(kernel, dilation, ndim)):
        rule = f'can be "same" only where {name} is odd, so that both sides get as much'
        return [ParamError("padding", rule, "same")]
    return []


def borders(padding: Window | str, kernel: Window, dilation: Window, ndim: int) -> tuple[int, ...]:
    """The border on each side of each axis; "same" is half of what the window reaches."""
    if isinstance(padding, str):
        return tuple(reach // 2 for reach in span(kernel, dilation, ndim))
    return each(padding, ndim)


def need_border(kind: NodeKind, shape: Shape, mode: PaddingMode, border: tuple[int, ...]) -> None:
    """Torch's rules for a border made of the input itself.

    Raises:
        ShapeError: the input is too small to be mirrored or repeated so far.
    """
    sizes = [shape.size(axis) for axis in range(2, shape.rank)]
    most = {"reflect": -1, "circular": 0}.get(mode)
    if most is None or all(p <= size + most for p, size in zip(border, sizes, strict=True)):
        return
    words = "larger than" if mode == "reflect" else "at least as large as"
    needed = f'needs {_NOUNS[len(sizes)]} {words} its border of {_words(border)} with padding_mode "{mode}"'
    raise breach(
        kind,
        f"{needed}, here it has {_words(sizes)}",
        shape,
        suggestion='Take a smaller padding, or padding_mode "replicate".',
    )


def window_words(kernel: Window, stride: Window, ndim: int, *more: str) -> str:
    """A window as cards show it: `3×3`, the further parts, `s2` where it takes larger steps."""
    steps = each(stride, ndim)
    step = f"s{steps[0]}" if len(set(steps)) == 1 else f"s{_words(steps)}"
    return ", ".join(part for part in (_words(each(kernel, ndim)), *more, "" if step == "s1" else step) if part)


def binned(size: int, bins: int) -> int:
    """Numbers that adaptive pooling reads along an axis: bins that do not divide it share their edges."""
    return size + bins - math.gcd(size, bins)


def _words(sizes: tuple[int, ...] | list[int]) -> str:
    return "×".join(map(str, sizes))
