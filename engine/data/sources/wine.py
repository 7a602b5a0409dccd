"""Italian wines."""

from __future__ import annotations

from engine.catalog import Shape
from engine.data.source import Field, Samples, Source


class Wine(Source):
    """178 wines of three growers by 13 chemical measures.

    The measures have very different sizes: scale them (recipe, scaling: standard).

    Shapes:
        x: (N, 13)
        y: (N) int64, the grower
    Source:
        Forina et al. 1991, UCI Wine, as scikit-learn carries it.
    """

    id, title = "wine", "Wine"

    def fields(self) -> tuple[Field, ...]:
        x = Field("x", Shape.batch(13))
        return x, Field("y", Shape.batch(dtype="int64"), ("class_0", "class_1", "class_2"))

    def load(self) -> Samples:
        import numpy as np

        from engine.data.bundled import table

        rows = table("wine_data.csv", skip=1)
        return Samples(self.fields(), {"x": rows[:, :-1].astype(np.float32), "y": rows[:, -1].astype(np.int64)})
