"""Diabetes patients: a regression."""

from __future__ import annotations

from engine.catalog import Shape
from engine.data.source import Field, Samples, Source


class Diabetes(Source):
    """442 patients by 10 measures; the target tells how far the disease came in a year (25 to 346).

    Each measure has mean 0 and its squares sum to 1, as scikit-learn gives it.

    Shapes:
        x: (N, 10)
        y: (N, 1)
    Source:
        Efron, Hastie, Johnstone and Tibshirani 2004, as scikit-learn carries it.
    """

    id, title = "diabetes", "Diabetes"

    def fields(self) -> tuple[Field, ...]:
        return Field("x", Shape.batch(10)), Field("y", Shape.batch(1))

    def load(self) -> Samples:
        import numpy as np

        from engine.data.bundled import table

        rows = table("diabetes_data_raw.csv.gz", delimiter=None)
        centred = rows - rows.mean(axis=0)
        x = centred / np.sqrt((centred**2).sum(axis=0))
        y = table("diabetes_target.csv.gz", delimiter=None).reshape(-1, 1)
        return Samples(self.fields(), {"x": x.astype(np.float32), "y": y.astype(np.float32)})
