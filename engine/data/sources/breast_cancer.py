"""Breast cancer biopsies."""

from __future__ import annotations

from engine.catalog import Shape
from engine.data.source import Field, Samples, Source


class BreastCancer(Source):
    """569 biopsies, malignant or benign, by 30 measures of the cells' nuclei.

    The measures have very different sizes: scale them (recipe, scaling: standard).

    Shapes:
        x: (N, 30)
        y: (N) int64
    Source:
        Street, Wolberg and Mangasarian 1993, UCI Breast Cancer Wisconsin (Diagnostic), as scikit-learn
        carries it.
    """

    id, title = "breast_cancer", "Breast cancer"

    def fields(self) -> tuple[Field, ...]:
        x = Field("x", Shape.batch(30))
        return x, Field("y", Shape.batch(dtype="int64"), ("malignant", "benign"))

    def load(self) -> Samples:
        import numpy as np

        from engine.data.bundled import table

        rows = table("breast_cancer.csv", skip=1)
        return Samples(self.fields(), {"x": rows[:, :-1].astype(np.float32), "y": rows[:, -1].astype(np.int64)})
