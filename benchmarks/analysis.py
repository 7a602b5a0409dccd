"""P3: analysis after one edit of 100, 500 and 2,000 nodes; and the engine's part of P6: 5,000 nodes."""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Callable
from typing import Any

from engine.analysis import Analyser, try_edge
from engine.graph import AddNode, Connect, Disconnect, Document, Edge, Edit, Node, SetParams, text
from engine.nodes import standard_catalog
from engine.runs import environment
from tests.support.large import residual

SIZES = (100, 500, 2_000)
ROUNDS = 31
LARGE = 5_000

Sizes = tuple[int, ...]
Formula = Callable[[list[Sizes]], tuple[Sizes, int, int]]
"""Shapes that come in → shape that comes out, weights, operations."""


def milliseconds(work: Callable[[], object]) -> float:
    """CPU milliseconds of one call."""
    start = time.process_time()
    work()
    return 1e3 * (time.process_time() - start)


def after(document: Document, analyser: Analyser, edits: list[Edit]) -> float:
    """Median milliseconds of the analysis after each of some edits, taken in turn."""
    found = []
    for turn in range(ROUNDS):
        document.apply(edits[turn % len(edits)])
        found.append(milliseconds(lambda: analyser.run(document)))
    return statistics.median(found)


def _convolution(channels: int) -> Formula:
    def formula(shapes: list[Sizes]) -> tuple[Sizes, int, int]:
        (c, h, w) = shapes[0]
        return (channels, h, w), channels * c * 9 + channels, 2 * channels * h * w * c * 9

    return formula


def _norm(shapes: list[Sizes]) -> tuple[Sizes, int, int]:
    return shapes[0], 2 * shapes[0][0], math.prod(shapes[0])


def _same(shapes: list[Sizes]) -> tuple[Sizes, int, int]:
    return shapes[0], 0, math.prod(shapes[0])


def plain(document: Document) -> Callable[[], int]:
    """A full pass of bare formulas over the same nodes: what analysis costs where it says nothing but numbers."""
    graph = document.graph()
    kinds: dict[str, Formula] = {
        "conv2d": _convolution(16),
        "batch_norm2d": _norm,
        "flatten": lambda shapes: ((math.prod(shapes[0]),), 0, 0),
        "dense": lambda shapes: ((10,), 10 * shapes[0][0] + 10, 20 * shapes[0][0]),
        "cross_entropy": lambda _: ((), 0, 1),
        "input": lambda _: ((1, 8, 8), 0, 0),
        "target": lambda _: ((), 0, 0),
    }
    steps = [
        (id, kinds.get(graph[id].kind, _same), [edge.source for edge in graph.incoming(id)])
        for id in graph.order()
    ]

    def run() -> int:
        shapes: dict[str, Sizes] = {}
        weights = operations = 0
        for id, formula, sources in steps:
            shapes[id], learnt, cost = formula([shapes[source] for source in sources])
            weights += learnt
            operations += cost
        return weights + operations

    return run


def measure(size: int) -> dict[str, float]:
    """Milliseconds after edits in the middle of a residual network, and of the bare formulas."""
    document, analyser = residual(size), Analyser(standard_catalog())
    first = milliseconds(lambda: analyser.run(document))
    formulas = plain(document)
    middle = f"b{(size - 7) // 14}"
    wire = Edge("stem", "out", f"{middle}_add", "in", 2)
    params: list[Edit] = [SetParams(f"{middle}_conv1", {"dilation": n, "padding": n}) for n in (2, 1)]
    everywhere: list[Edit] = [SetParams("stem", {"padding": n}) for n in range(1, ROUNDS + 1)]
    return {
        "set a parameter": after(document, analyser, params),
        "connect": after(document, analyser, [Connect(wire), Disconnect(wire)]),
        "change every shape": after(document, analyser, everywhere),
        "first time": first,
        "bare formulas": statistics.median(milliseconds(formulas) for _ in range(ROUNDS)),
    }


def large() -> dict[str, float]:
    """Milliseconds for 5,000 nodes: write, open, judge a wire that is drawn, connect."""
    catalog = standard_catalog()
    document = residual(LARGE)
    content = text.dumps(document)
    analyser = Analyser(catalog)
    analysis = analyser.run(document)
    last = max(int(id[1:-5]) for id in document.graph() if id.endswith("_relu"))
    document.apply(AddNode(Node("late", "dropout")))
    late = Edge("late", "out", "b0_add", "in", 2)
    long, back = Edge("stem", "out", f"b{last}_add", "in", 2), Edge(f"b{last}_relu", "out", "b0_add", "in", 2)

    def connect(edge: Edge) -> None:
        assert try_edge(document, analysis, edge, catalog) is None
        document.apply(Connect(edge))
        document.graph().order()

    def take_back(edge: Edge) -> None:
        document.apply(Disconnect(edge))
        document.graph().order()

    def times(work: Callable[[], object], undo: Callable[[], object] = lambda: None) -> float:
        found = []
        for _ in range(11):
            found.append(milliseconds(work))
            undo()
        return statistics.median(found)

    return {
        "write": times(lambda: text.dumps(document)),
        "open": times(lambda: text.loads(content)),
        "wire that fits": times(lambda: [try_edge(document, analysis, long, catalog) for _ in range(100)]) / 100,
        "wire that closes a cycle": times(lambda: try_edge(document, analysis, back, catalog)),
        "connect with its check": times(lambda: connect(long), lambda: take_back(long)),
        "connect against the order of the file": times(lambda: connect(late), lambda: take_back(late)),
        "build by checked edits": milliseconds(lambda: _build(document)),
    }


def _build(model: Document) -> None:
    """The same document, node by node and wire by wire, each wire checked for cycles."""
    document = Document()
    for node in model.graph().nodes():
        document.apply(AddNode(node))
    for edge in model.graph().edges():
        assert not document.graph().reaches(edge.target, edge.source)
        document.apply(Connect(edge))


def main() -> None:
    """Print one line a measure."""
    facts = environment.describe()
    rest: dict[str, Any] = {
        "machine": f"{facts['machine']}, {facts['cores']} cores",
        "versions": {"python": facts["python"], **facts["packages"]},
    }
    cases = {f"{size} nodes": measure(size) for size in SIZES}
    line = {
        "id": "P3",
        "figure": max(cases[f"{SIZES[-1]} nodes"][edit] for edit in ("set a parameter", "connect")),
        "unit": "ms after one edit in the middle (figure: 2,000 nodes)",
        "against": "bare formulas; first: 2 / 5 / 16 ms; goal: 0.3 / 1.5 / 6 ms",
        "cases": cases,
        **rest,
    }
    print(json.dumps(line))
    opened = large()
    line = {
        "id": "P6, engine's part",
        "figure": opened["connect against the order of the file"],
        "unit": "ms at 5,000 nodes (figure: connect)",
        "against": "first: 20 ms to connect; goal: 5 ms",
        "cases": opened,
        **rest,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
