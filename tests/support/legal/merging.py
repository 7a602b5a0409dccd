"""Tensors that are combined number by number, and matrices that meet."""

from __future__ import annotations

from random import Random

from engine.catalog import NodeKind, Shape
from tests.support.forms import Feeds, images, sequences, vectors
from tests.support.legal import Drawing


def _matrices(kind: NodeKind, rng: Random) -> Feeds:
    rows, inner, columns, more = rng.randint(1, 5), rng.randint(1, 5), rng.randint(1, 5), rng.choice(((), (3,)))
    return {"a": (Shape.batch(*more, rows, inner),), "b": (Shape.batch(*more, inner, columns),)}


def _broadcast(*ports: str) -> Drawing:
    def draw(kind: NodeKind, rng: Random) -> Feeds:
        whole = rng.choice((images, vectors, sequences))(rng)
        thin = Shape(("N", *(rng.choice((size, 1)) for size in whole.sample)), whole.axes)
        if len(ports) == 2:
            first, second = rng.sample((whole, thin), 2)
            return {ports[0]: (first,), ports[1]: (second,)}
        return {ports[0]: tuple(rng.choices((whole, thin), k=rng.randint(2, 6)))}

    return draw


LEGAL = {
    "matmul": _matrices,
    "add": _broadcast("in"),
    "multiply": _broadcast("in"),
    "subtract": _broadcast("a", "b"),
    "gate": _broadcast("value", "gate"),
}
