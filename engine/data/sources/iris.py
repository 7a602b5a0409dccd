"""Iris flowers."""

from __future__ import annotations

from engine.catalog import Shape
from engine.data.source import Field, Samples, Source


class Iris(Source):
    """150 iris flowers of three species by the length and width of sepal and petal, in cm.

    Shapes:
        x: (N, 4)
        y: (N) int64, the species
    Source:
        Anderson 1936; Fisher 1936, as scikit-learn carries it.
    """

    id, title = "iris", "Iris"

    def fields(self) -> tuple[Field, ...]:
        x = Field("x", Shape.batch(4))
        return x, Field("y", Shape.batch(dtype="int64"), ("setosa", "versicolor", "virginica"))

    def load(self) -> Samples:
        import numpy as np

        from engine.data.bundled import table

        rows = table("iris.csv", skip=1)
        return Samples(self.fields(), {"x": rows[:, :-1].astype(np.float32), "y": rows[:, -1].astype(np.int64)})
