"""New nodes that fit what they are wired to, and the data. Pure; nothing is applied."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.state.edits import Drawn
from engine.analysis import fitted
from engine.analysis.judging import beside
from engine.analysis.mending import written
from engine.analysis.sites import Surroundings
from engine.catalog import Catalog, Shape
from engine.errors import NeuroloomError
from engine.graph import Edit, Node


def around(drawn: Drawn) -> Surroundings:
    """What fixes and grouping may use of the graph that is shown."""
    document, name, shown = drawn.document, drawn.graph_name, drawn.shown
    graphs, params = frozenset(document.graphs()), document.block(name).params
    return Surroundings(name, drawn.graph, drawn.catalog, shown.nodes.get, shown.fields, graphs, params)


def fitting(drawn: Drawn, catalog: Catalog, node: Node, shape: Shape | None) -> Node:
    """A new node with parameters that fit the shape that would reach it, or the data."""
    kind = catalog.get(node.kind)
    if kind is None:
        return node
    params = fitted(kind, node.params, shape, drawn.shown.fields)
    try:
        kept = written(kind.parse(params)).keys() | node.params.keys()
    except NeuroloomError:
        return node
    return msgspec.structs.replace(node, params={name: params[name] for name in params if name in kept})


def with_target(drawn: Drawn, catalog: Catalog, node: Node, source: str) -> Sequence[Edit]:
    """What a loss or metric that is wired to a layer asks for: its target, and as many outputs as that tells."""
    kind = catalog.get(node.kind)
    if kind is None or kind.role not in ("loss", "metric"):
        return ()
    try:
        return beside(around(drawn), kind.parse(node.params), node.id, source)
    except NeuroloomError:
        return ()
