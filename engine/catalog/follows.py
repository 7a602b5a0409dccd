"""What usually follows what in a network, by category."""

from __future__ import annotations

from typing import Final

from engine.catalog.kind import NodeKind

NEXT: Final[dict[str, tuple[str, ...]]] = {
    "Input & output": ("Convolution", "Linear", "Embedding", "Shape", "Recurrent", "Attention", "Normalization"),
    "Convolution": ("Normalization", "Activation", "Pooling", "Convolution", "Merge", "Gate", "Shape"),
    "Normalization": ("Activation", "Linear", "Attention", "Convolution", "Merge", "Recurrent"),
    "Activation": ("Pooling", "Linear", "Convolution", "Regularization", "Normalization", "Merge"),
    "Pooling": ("Convolution", "Shape", "Linear", "Regularization", "Merge"),
    "Shape": ("Linear", "Recurrent", "Attention", "Embedding", "Convolution", "Merge"),
    "Linear": ("Activation", "Loss", "Metric", "Regularization", "Normalization", "Linear", "Gate", "Merge"),
    "Regularization": ("Linear", "Convolution", "Merge", "Recurrent", "Loss"),
    "Math": ("Math", "Merge", "Activation", "Shape", "Linear"),
    "Probability": ("Linear", "Convolution", "Math", "Loss", "Shape"),
    "Merge": ("Activation", "Normalization", "Convolution", "Linear", "Pooling", "Merge"),
    "Gate": ("Linear", "Normalization", "Convolution", "Merge"),
    "Recurrent": ("Shape", "Linear", "Recurrent", "Attention", "Regularization"),
    "Attention": ("Merge", "Normalization", "Linear", "Shape", "Regularization"),
    "Embedding": ("Embedding", "Recurrent", "Attention", "Shape", "Linear", "Regularization"),
}
"""Categories that usually come next, the likeliest first."""

AFTER_TARGET: Final = ("Loss", "Metric")


def follows(kind: type[NodeKind], after: type[NodeKind] | NodeKind | None) -> int:
    """How usual it is that a kind comes after another: 0 never or unknown, up to 9."""
    if after is None or not kind.inputs:
        return 0
    likely = AFTER_TARGET if after.role == "target" else NEXT.get(after.category, ())
    return 9 - likely.index(kind.category) if kind.category in likely[:9] else 0
