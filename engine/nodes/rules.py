"""What families ask of the shapes that reach them, each breach a sentence with what was received."""

from __future__ import annotations

import math
from typing import Any

from engine.catalog import Inputs, NodeKind, Shape
from engine.errors import ParamError, ShapeError
from engine.spec import Sizes, Values

IMAGE = "4 axes: batch × channels × height × width"
VOLUME = "5 axes: batch × channels × depth × height × width"
SEQUENCE = "3 axes: batch × time × features"


def breach(
    kind: NodeKind,
    rule: str,
    shape: Shape,
    *,
    port: str = "in",
    suggestion: str = "",
    fits: Values | None = None,
) -> ShapeError:
    """The error that a shape at a port breaks a rule ("needs …"); it names the kind and what came in.

    `fits` holds values of parameters, each of which alone would do.
    """
    at = "" if port == "in" else f" at {port}"
    message = f"{kind.title} {rule}. Received{at}: {shape.words()}."
    return ShapeError(message, port=port, suggestion=suggestion, fits=fits)


def divisor(size: int, most: int, least: int = 1) -> int:
    """The largest number from `least` to `most` that divides a size, else the first one above."""
    below = range(min(size, most), least - 1, -1)
    return next((each for each in (*below, *range(most, size)) if size % each == 0), size)


def one_open(sizes: Sizes, count: int) -> Sizes:
    """The sizes, the last that can be left open (-1), so that they hold `count` numbers; empty where none can."""
    for axis in reversed(range(len(sizes))):
        opened = (*sizes[:axis], -1, *sizes[axis + 1 :])
        if opened.count(-1) == 1 and count % math.prod(size for size in opened if size > 0) == 0:
            return opened
    return ()


def need_floats(kind: NodeKind, shape: Shape, port: str = "in") -> None:
    """Refuse whole numbers where the kind computes with decimals."""
    if shape.dtype != "float32":
        raise breach(
            kind,
            f"computes with decimal numbers (float32), not with {shape.dtype}",
            shape,
            port=port,
            suggestion="Put an Embedding before it, or set the input's dtype to float32.",
        )


def need_rank(kind: NodeKind, shape: Shape, rank: int, words: str, *, port: str = "in") -> None:
    """Refuse decimals of another rank; `words` say what the axes should be."""
    need_floats(kind, shape, port)
    if shape.rank != rank:
        raise breach(kind, f"needs {words}", shape, port=port, suggestion=_towards(rank, shape))


def need_pair(kind: NodeKind, inputs: Inputs, state: str, memory: str) -> None:
    """Refuse a first state without a first memory, and the other way round."""
    if (state in inputs) == (memory in inputs):
        return
    port, other = (state, memory) if state in inputs else (memory, state)
    raise breach(
        kind,
        f"starts from both a state and a memory, or from neither; {other} is not wired",
        inputs[port],
        port=port,
        suggestion=f"Wire {other} as well, or cut the wire to {port}.",
    )


def need_axes(kind: NodeKind, shape: Shape, least: int, *, port: str = "in") -> None:
    """Refuse a shape of fewer axes than `least`, the batch included."""
    if shape.rank < least:
        words = "a batch" if least == 1 else f"at least {least} axes, the batch included"
        raise breach(kind, f"needs {words}", shape, port=port, suggestion="Wire the output of a layer to it.")


def need_axis(kind: NodeKind, shape: Shape, dim: int, *, port: str = "in") -> int:
    """The axis that `dim` means, counted from 0, the batch included; the batch itself is refused."""
    axis = dim if dim >= 0 else dim + shape.rank
    if not 0 < axis < shape.rank:
        choices = f"1 to {shape.rank - 1}" if shape.rank > 1 else "none here"
        raise breach(
            kind,
            f"works along one axis of the sample, dim {dim} is none ({choices}; axis 0 is the batch)",
            shape,
            port=port,
            suggestion=f"Set dim to {shape.rank - 1}." if shape.rank > 1 else "Wire the output of a layer to it.",
            fits={name: shape.rank - 1 for name, value in kind.values().items() if value == dim},
        )
    return axis


def changed(kind: NodeKind, *names: str) -> dict[str, Any]:
    """The named parameters that differ from their default, which is torch's own: what a call must say."""
    params = kind.params
    return {name: value for name in names if (value := getattr(kind, name)) != params[name].default}


def disorder(kind: NodeKind, low: str, high: str) -> list[ParamError]:
    """The conflict of two parameters where `low` is not below `high`; it names the one that was set."""
    least, most = getattr(kind, low), getattr(kind, high)
    if least < most:
        return []
    if most == kind.params[high].default:
        return [ParamError(low, f"must be below {high}, {most:g}", least)]
    return [ParamError(high, f"must be above {low}, {least:g}", most)]


def _towards(rank: int, shape: Shape) -> str:
    if rank < shape.rank:
        return "Insert a Flatten or a Reshape before it."
    return "Insert a Reshape before it that splits the features into the axes that are missing."
