"""The four classification problems of the TensorFlow Playground."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.catalog import Shape
from engine.data.source import Field, Samples, Source
from engine.spec import param

if TYPE_CHECKING:
    import numpy as np

RADIUS = 5.0
GAP = 0.3


class Playground(Source):
    """Two classes of points in the plane: circle, XOR, two Gaussians or two spirals.

    Shapes:
        x: (N, 2), from about -6 to 6
        y: (N) int64, 0 orange and 1 blue
    Source:
        Smilkov and Carter 2016, TensorFlow Playground, dataset.ts: the same formulas.
    """

    id, title = "playground", "Playground"

    pattern: Literal["circle", "xor", "gauss", "spiral"] = param("spiral", "How the two classes lie.")
    samples: int = param(500, "Points in all.", low=2, high=1_000_000, unit="samples")
    noise: float = param(0.0, "How far points stray.", low=0.0, high=50.0, unit="%")
    seed: int = param(0, "Start of the random numbers.", low=0, high=2**32 - 1)

    def fields(self) -> tuple[Field, ...]:
        return Field("x", Shape.batch(2)), Field("y", Shape.batch(dtype="int64"), ("orange", "blue"))

    def load(self) -> Samples:
        import numpy as np

        make = {"circle": _circle, "xor": _xor, "gauss": _gauss, "spiral": _spiral}[self.pattern]
        points, blue = make(np.random.default_rng(self.seed), self.samples, self.noise / 100)
        return Samples(self.fields(), {"x": points.astype(np.float32), "y": blue.astype(np.int64)})


def _halves(count: int) -> tuple[int, int]:
    """Points of the first class and of the second."""
    return count - count // 2, count // 2


def _polar(radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


def _circle(random: np.random.Generator, count: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np

    inner, outer = _halves(count)
    radius = np.concatenate([random.uniform(0, RADIUS * 0.5, inner), random.uniform(RADIUS * 0.7, RADIUS, outer)])
    points = _polar(radius, random.uniform(0, 2 * np.pi, count))
    moved = points + random.uniform(-RADIUS, RADIUS, points.shape) * noise
    return points, np.hypot(*moved.T) < RADIUS * 0.5


def _xor(random: np.random.Generator, count: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np

    points = random.uniform(-RADIUS, RADIUS, (count, 2))
    points += np.where(points > 0, GAP, -GAP)
    moved = points + random.uniform(-RADIUS, RADIUS, points.shape) * noise
    return points, moved.prod(axis=1) >= 0


def _gauss(random: np.random.Generator, count: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np

    blue = np.arange(count) < _halves(count)[0]
    variance = 0.5 + noise / 0.5 * 3.5
    centres = np.where(blue, 2.0, -2.0)[:, None]
    return centres + random.normal(0, np.sqrt(variance), (count, 2)), blue


def _spiral(random: np.random.Generator, count: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np

    halves = _halves(count)
    along = np.concatenate([np.arange(n) / max(n, 1) for n in halves])
    blue = np.arange(count) < halves[0]
    turn = 1.75 * along * 2 * np.pi + np.where(blue, 0.0, np.pi)
    points = _polar(RADIUS * along, turn)
    return points + random.uniform(-1, 1, points.shape) * noise, blue
