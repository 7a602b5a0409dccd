"""Random documents, grown node by node from the standard catalogue with shapes that fit."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from engine.catalog import Inputs, NodeKind, Port, Shape
from engine.errors import ParamError, ShapeError
from engine.graph import Document
from engine.nodes import standard_catalog
from tests.support.drawing import Drawing
from tests.support.kinds import FORMS, draw_params

MOST_ELEMENTS = 4_000
MOST_WEIGHTS = 20_000
NASTY = """
F Net Criterion criterion input max sum dict set optimizer loss net x y lstm1_all batches Iterable judge
""".split()
"""Names that exported source uses for itself, or that shadow Python's own."""


class Growth:
    """A document that grows: the values that can be wired on, and the dice."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.drawing = Drawing("A random graph", optimizer={"id": rng.choice(("sgd", "adam"))})
        self.values: dict[str, Shape] = {}
        self._names = iter(rng.sample(NASTY, len(NASTY)))

    def name(self, stem: str) -> str:
        """A node's name, at times a nasty one."""
        nasty = next(self._names, "") if self.rng.random() < 0.2 else ""
        return nasty or f"{stem}{len(self.drawing.document.graph())}"

    def enter(self) -> None:
        """Add an input of a random form."""
        shape = self.rng.choice(FORMS)(self.rng)
        sizes = [size for size in shape.sample if isinstance(size, int)]
        if not sizes:
            sizes = [self.rng.randint(1, 9)]
            shape = Shape.batch(*sizes)
        id = self.drawing.add(self.name("in"), "input", shape=sizes, dtype=shape.dtype)
        self.values[id] = shape

    def layer(self) -> None:
        """Try to add a random layer to random values; most tries fit."""
        kinds = [kind for kind in standard_catalog() if kind.role == "layer"]
        for _ in range(30):
            kind = self.rng.choice(kinds)
            try:
                params = draw_params(kind, self.rng)
                made = kind.parse(params)
                wires = self._wires(made)
                inputs = Inputs({port: tuple(self.values[v] for v in values) for port, values in wires.items()})
                outputs = made.shapes(inputs)
                weights = made.weights(inputs)
            except (ParamError, ShapeError):
                continue
            if any(shape.count > MOST_ELEMENTS for shape in outputs.values()):
                continue
            if sum(Shape(sizes).count for sizes in weights.values()) > MOST_WEIGHTS:
                continue
            self._add(kind.id, params, wires, outputs)
            return

    def judge(self) -> None:
        """Add a loss on a random value, and a metric."""
        floats = [value for value, shape in self.values.items() if shape.dtype == "float32" and shape.rank]
        if not floats:
            return
        value = self.rng.choice(floats)
        target = self.name("target")
        self.drawing.add(target, "target", shape=list(self.values[value].sample), dtype="float32")
        for kind in ("mse", "mae"):
            self.drawing.add(self.name(kind), kind, to={"in": value, "target": target})

    def _wires(self, kind: NodeKind) -> dict[str, list[str]]:
        wires: dict[str, list[str]] = {}
        first = self.rng.choice(list(self.values))
        for port in kind.input_ports():
            wires[port.name] = self._sources(port, first)
        return {port: values for port, values in wires.items() if values}

    def _sources(self, port: Port, first: str) -> list[str]:
        if port.optional and self.rng.random() < 0.5:
            return []
        alike = [value for value, shape in self.values.items() if shape == self.values[first]]
        count = self.rng.randint(2, 4) if port.many else 1
        return [self.rng.choice(alike if self.rng.random() < 0.8 else list(self.values)) for _ in range(count)]

    def _add(
        self, kind: str, params: dict[str, Any], wires: dict[str, list[str]], outputs: dict[str, Shape]
    ) -> None:
        id = self.drawing.wired(self.name(kind), kind, wires, params)
        for port, shape in outputs.items():
            if shape.dtype != "int64":  # what is counted may lie outside a vocabulary
                self.values[id if port == "out" else f"{id}.{port}"] = shape


def grow(seed: int, layers: int) -> Document:
    """A document of about so many layers with one or two inputs and up to two losses."""
    growth = Growth(Random(seed))
    for _ in range(growth.rng.randint(1, 2)):
        growth.enter()
    for _ in range(layers):
        growth.layer()
    for _ in range(growth.rng.randint(0, 2)):
        growth.judge()
    return growth.drawing.document


documents = st.builds(grow, st.integers(0, 2**32 - 1), st.integers(1, 20))
"""Random valid documents."""
