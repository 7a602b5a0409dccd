"""Scaling of inputs and targets, fitted on the training split."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import numpy as np

from engine.catalog import Shape

Array = np.ndarray[Any, Any]

SCALED_BY: Final = ("C", "F", "E")
"""Axes along which each entry is scaled on its own: channels, features, embedding."""


class Scale(msgspec.Struct, frozen=True):
    """(value − shift) / width, with one number for each entry of `axis`, or one for all where axis is 0."""

    axis: int
    shift: list[float]
    width: list[float]

    def apply(self, values: Array) -> Array:
        """The scaled values, float32."""
        return ((values - self._spread(self.shift, values)) / self._spread(self.width, values)).astype(np.float32)

    def _spread(self, numbers: list[float], values: Array) -> Array:
        sizes = [1] * values.ndim
        sizes[self.axis] = len(numbers) if self.axis else 1
        return np.asarray(numbers, dtype=np.float64).reshape(sizes)


def fit(method: str, values: Array, shape: Shape) -> Scale | None:
    """How to scale a field, from the rows to train on; None where nothing is to be done.

    "standard" gives mean 0 and deviation 1, "min-max" 0 to 1, "symmetric" −1 to 1, "robust" median 0 and
    quartiles 1 apart, as scikit-learn's scalers do: each feature (channel of a picture) on its own, one that
    is constant is only shifted.
    """
    if method == "none" or values.dtype != np.float32 or not len(values):
        return None
    axis = next((i for i in range(values.ndim - 1, 0, -1) if shape.axes[i] in SCALED_BY), 0)
    others = tuple(i for i in range(values.ndim) if i != axis or not axis)
    exact = values.astype(np.float64)
    if method == "standard":
        shift, width = exact.mean(axis=others), exact.std(axis=others)
    elif method == "robust":
        low, shift, high = np.percentile(exact, [25, 50, 75], axis=others)
        width = high - low
    else:
        shift = exact.min(axis=others)
        width = exact.max(axis=others) - shift
    width = np.where(width < 10 * np.finfo(np.float64).eps * np.maximum(1.0, np.abs(shift)), 1.0, width)
    if method == "symmetric":
        shift, width = shift + width / 2, width / 2
    return Scale(axis, np.atleast_1d(shift).tolist(), np.atleast_1d(width).tolist())
