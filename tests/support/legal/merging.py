"""Tensors that are combined number by number, vector by vector, and matrices that meet."""

from __future__ import annotations

from random import Random

from engine.catalog import Dtype, NodeKind, Shape
from tests.support.forms import Feeds, images, sequences, vectors
from tests.support.legal import Drawing


def _matrices(kind: NodeKind, rng: Random) -> Feeds:
    rows, inner, columns, more = rng.randint(1, 5), rng.randint(1, 5), rng.randint(1, 5), rng.choice(((), (3,)))
    return {"a": (Shape.batch(*more, rows, inner),), "b": (Shape.batch(*more, inner, columns),)}


def _vectors(kind: NodeKind, rng: Random) -> Feeds:
    more = rng.choice(((), (3,), (2, 4)))
    return {"a": (Shape.batch(*more, rng.randint(1, 6)),), "b": (Shape.batch(*more, rng.randint(1, 6)),)}


def _space(kind: NodeKind, rng: Random) -> Feeds:
    whole = Shape.batch(*rng.choice(((), (4,), (3, 5))), 3)
    thin = Shape.batch(*(rng.choice((size, 1)) for size in whole.sample[:-1]), 3)
    return {"a": (whole,), "b": (thin,)}


def _pair(rng: Random, dtype: Dtype = "float32") -> tuple[Shape, Shape]:
    """A shape, and one with some axes of size 1, in any order."""
    whole = rng.choice((images, vectors, sequences))(rng)
    thin = Shape(("N", *(rng.choice((size, 1)) for size in whole.sample)), whole.axes)
    first, second = rng.sample((whole.with_dtype(dtype), thin.with_dtype(dtype)), 2)
    return first, second


def _broadcast(*ports: str, dtype: Dtype = "float32") -> Drawing:
    def draw(kind: NodeKind, rng: Random) -> Feeds:
        pair = _pair(rng, dtype)
        if len(ports) == 2:
            return {ports[0]: (pair[0],), ports[1]: (pair[1],)}
        return {ports[0]: tuple(rng.choices(pair, k=rng.randint(2, 6)))}

    return draw


def _compared(kind: NodeKind, rng: Random) -> Feeds:
    a, b = _pair(rng, rng.choice(("float32", "int64")))
    return {"a": (a,), "b": (b,)} if rng.random() < 0.6 else {"a": (a,)}


def _chosen(kind: NodeKind, rng: Random) -> Feeds:
    condition, a = _pair(rng)
    dtype: Dtype = rng.choice(("float32", "int64"))
    return {
        "condition": (condition.with_dtype("bool"),),
        "a": (a.with_dtype(dtype),),
        "b": (rng.choice((condition, a)).with_dtype(dtype),),
    }


def _indexed(kind: NodeKind, rng: Random) -> Feeds:
    rest = rng.choice(((), (3,), (4, 2)))
    whole = (rng.randint(2, 6), *rest)
    index = (rng.randint(1, 9), *(rng.randint(1, size) for size in rest))
    return {"in": (Shape.batch(*whole),), "index": (Shape.batch(*index, dtype="int64"),)}


def _rows(kind: NodeKind, rng: Random) -> Feeds:
    rest = rng.choice(((), (3,), (4, 2)))
    places = Shape.batch(rng.randint(1, 5), dtype="int64")
    return {"in": (Shape.batch(rng.randint(2, 6), *rest),), "index": (places,)}


def _answers(kind: NodeKind, rng: Random) -> Feeds:
    return {"in": (_pair(rng, "bool")[0],)}


def _named(kind: NodeKind, rng: Random) -> Feeds:
    pair = _pair(rng)
    return {port.name: (rng.choice(pair),) for port in kind.input_ports()}


LEGAL = {
    "expression": _named,
    "matmul": _matrices,
    "add": _broadcast("in"),
    "multiply": _broadcast("in"),
    "maximum": _broadcast("in"),
    "minimum": _broadcast("in"),
    "average": _broadcast("in"),
    "weighted_sum": _broadcast("in"),
    "subtract": _broadcast("a", "b"),
    "divide": _broadcast("a", "b"),
    "dot": _broadcast("a", "b"),
    "cosine_similarity": _broadcast("a", "b"),
    "pairwise_distance": _broadcast("a", "b"),
    "outer": _vectors,
    "cross": _space,
    "gate": _broadcast("value", "gate"),
    "compare": _compared,
    "logical": _broadcast("in", dtype="bool"),
    "logical_not": _answers,
    "where": _chosen,
    "gather": _indexed,
    "take": _rows,
}
