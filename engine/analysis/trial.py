"""What would be if nodes were of another kind, tried without touching the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.analysis.sites import Report
from engine.catalog import Inputs, NodeKind, Shape
from engine.errors import NeuroloomError
from engine.graph import Edge, Graph
from engine.spec import Values, is_formula

FARTHEST: Final = 64
"""Most nodes that are looked at on the way back to the one that makes a size."""


def parsed(kind: NodeKind, values: Values) -> NodeKind | None:
    """The same kind with some other values, None where it refuses them."""
    try:
        return type(kind).parse({**as_set(kind), **values})
    except NeuroloomError:
        return None


def as_set(kind: NodeKind) -> Values:
    """The values that differ from the default."""
    return {name: value for name, value in kind.values().items() if value != kind.params[name].default}


def accepts(kind: NodeKind, inputs: Inputs) -> bool:
    """Whether a kind takes shapes."""
    try:
        kind.shapes(inputs)
    except (NeuroloomError, LookupError, TypeError, ValueError, AttributeError):
        return False  # a kind at fault fits nothing
    return True


def reaching(
    graph: Graph,
    report: Report,
    changes: Mapping[str, NodeKind],
    target: str,
    brought: Mapping[Edge, Shape] = {},
) -> Mapping[str, tuple[Shape, ...]] | None:
    """The shapes that would reach a node, by port, if other nodes were of these kinds, or edges brought others.

    None where a node that takes its shapes now, on the way there or elsewhere, would not.
    """
    begins = {*changes, *(edge.target for edge in brought)}
    touched = begins.union(*(graph.downstream(id) for id in begins))
    fresh: dict[tuple[str, str], Shape] = {}
    for id in graph.order():
        if id not in touched or id == target:
            continue
        known = report(id)
        kind = changes.get(id) or (known.kind if known is not None else None)
        if kind is None or (known is not None and known.state != "ok" and id not in changes):
            continue
        arriving = _arriving(graph, report, fresh, brought, id)
        if arriving is None:
            continue
        try:
            fresh |= {(id, port): shape for port, shape in kind.shapes(Inputs(arriving)).items()}
        except (NeuroloomError, LookupError, TypeError, ValueError, AttributeError):
            return None
    return _arriving(graph, report, fresh, brought, target)


def _arriving(
    graph: Graph,
    report: Report,
    fresh: Mapping[tuple[str, str], Shape],
    brought: Mapping[Edge, Shape],
    id: str,
) -> dict[str, tuple[Shape, ...]] | None:
    found: dict[str, tuple[Shape, ...]] = {}
    for edge in graph.incoming(id):
        shape = brought.get(edge) or fresh.get((edge.source, edge.output))
        if shape is None:
            known = report(edge.source)
            shape = known.outputs.get(edge.output) if known is not None else None
        if shape is None:
            return None
        found[edge.input] = (*found.get(edge.input, ()), shape)
    return found


def resizing(
    graph: Graph, report: Report, edge: Edge, axis: int, size: int
) -> Iterator[tuple[str, str, Mapping[str, tuple[Shape, ...]]]]:
    """Nodes and parameters that, set to a size, give one axis of what an edge brings that size.

    The nearest first; with what would then reach the edge's target.
    """
    known = report(edge.source)
    shape = known.outputs.get(edge.output) if known is not None else None
    if shape is None or axis >= shape.rank:
        return
    waiting, seen = [edge.source], {edge.source}
    place = [each for each in graph.incoming(edge.target) if each.input == edge.input].index(edge)
    while waiting and len(seen) < FARTHEST:
        id = waiting.pop(0)
        for name, changed in _with_size(graph, report, id, shape.sizes[axis], size):
            arriving = reaching(graph, report, {id: changed}, edge.target)
            if arriving is not None and arriving[edge.input][place].sizes[axis : axis + 1] == (size,):
                yield id, name, arriving
        fresh = [each.source for each in graph.incoming(id) if each.source not in seen]
        seen |= set(fresh)
        waiting += dict.fromkeys(fresh)


def _with_size(graph: Graph, report: Report, id: str, now: Any, size: int) -> Iterator[tuple[str, NodeKind]]:
    """The parameters of a node that hold a size, and its kind with another."""
    known = report(id)
    kind = known.kind if known is not None else None
    if kind is None or kind.role != "layer" or not known.weights:  # type: ignore[union-attr]
        return
    for name, param in kind.params.items():
        if param.type is int and getattr(kind, name) == now and not is_formula(graph[id].params.get(name)):
            changed = parsed(kind, {name: size})
            if changed is not None:
                yield name, changed
