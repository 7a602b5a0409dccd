"""Handwritten digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.catalog import Shape
from engine.data.source import Field, Samples, Source
from engine.spec import param

if TYPE_CHECKING:
    import numpy as np

SIDE = 8


class Digits(Source):
    """1,797 handwritten digits of 8×8 pixels, grey from 0 to 1.

    Shapes:
        x: (N, 1, size, size)
        y: (N) int64, the digit
    Source:
        Alpaydin and Kaynak 1998, UCI Optical Recognition of Handwritten Digits (its test part), as
        scikit-learn carries it.
    """

    id, title = "digits", "Digits"

    size: Literal[8, 28, 32] = param(8, "Side of the pictures.")
    fit: Literal["pad", "resize"] = param(
        "resize", "How larger pictures are made: black around the 8×8 pixels, or pixels blended."
    )

    def fields(self) -> tuple[Field, ...]:
        x = Field("x", Shape.batch(1, self.size, self.size))
        return x, Field("y", Shape.batch(dtype="int64"), tuple("0123456789"))

    def load(self) -> Samples:
        import numpy as np

        from engine.data.bundled import table

        rows = table("digits.csv.gz")
        pictures = (rows[:, :-1] / 16).astype(np.float32).reshape(-1, 1, SIDE, SIDE)
        fitted = _pad(pictures, self.size) if self.fit == "pad" else resize(pictures, self.size)
        return Samples(self.fields(), {"x": fitted, "y": rows[:, -1].astype(np.int64)})


def _pad(pictures: np.ndarray, size: int) -> np.ndarray:
    import numpy as np

    border = (size - SIDE) // 2
    return np.pad(pictures, ((0, 0), (0, 0), (border, border), (border, border)))


def resize(pictures: np.ndarray, size: int) -> np.ndarray:
    """Pictures (N, C, H, W) blended bilinearly to (N, C, size, size), pixel centres at half numbers."""
    import numpy as np

    across = _blend(pictures.shape[-1], size)
    down = _blend(pictures.shape[-2], size)
    return np.ascontiguousarray(down @ pictures @ across.T)


def _blend(old: int, new: int) -> np.ndarray:
    """Weights (new, old) of the old pixels in each new one."""
    import numpy as np

    place = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    left = np.minimum(place.astype(int), old - 2)
    share = (place - left).astype(np.float32)
    weights = np.zeros((new, old), np.float32)
    weights[np.arange(new), left] = 1 - share
    weights[np.arange(new), left + 1] = share
    return weights
