"""A recurrent group rolled out over time: a copy of the cell for each step, wired from step to step. Pure."""

from __future__ import annotations

from typing import Final

import msgspec

from app.state import Session
from engine.analysis import Analysis
from engine.catalog import Catalog
from engine.graph import NEXT, Document, Edge, Graph, Node

GAP: Final = 280.0  # between steps: room for what leaves
ROW: Final = 96.0
MOST_STEPS: Final = 24


class Unrolled(msgspec.Struct, frozen=True):
    """The graph of all steps as a scene shows it; `starts` are the left edges of the steps."""

    graph: Graph
    shown: Analysis
    catalog: Catalog
    steps: dict[str, int]
    starts: list[float]
    graph_name: str = ""
    selection: tuple[str, ...] = ()

    def crosses(self, edge: Edge) -> bool:
        """Whether a wire runs from one time step to the next."""
        return self.steps[edge.source] != self.steps[edge.target]


def unrolled(session: Session, count: int, widest: float) -> Unrolled:
    """The shown recurrent group over the first steps; cards are at most so wide.

    Only the first step has the states' first values; further on, what one step gives runs to the next.
    """
    cell = session.graph
    states = {node.id for node in cell.nodes() if _role(session, node) == "state"}
    inner = [node for node in cell.nodes() if _role(session, node) not in ("entry", "exit")]
    left = min((node.x for node in inner), default=0.0)
    right = max((node.x for node in inner), default=0.0)
    wide = right - left + widest + GAP
    places = _aside(session, inner, left, right, widest)
    kept: dict[str, int] = {}
    nodes: list[Node] = []
    reports = {}
    for step in range(count):
        for node in cell.nodes():
            if (step and node.id in states) or (step < count - 1 and _is_last(session, node)):
                continue
            id = _named(node.id, step)
            kept[id] = step
            name = f"{node.title or node.id}[{step}]"
            x, y = places.get(node.id, (node.x, node.y))
            nodes.append(msgspec.structs.replace(node, id=id, x=x + step * wide, y=y, title=name))
            if node.id in session.shown.nodes:
                reports[id] = session.shown.nodes[node.id]
    edges = []
    for step in range(count):
        for edge in cell.edges():
            source = _source(cell, edge, step, states)
            target = _named(edge.target, step)
            if edge.target not in states and source is not None and source[0] in kept and target in kept:
                edges.append(Edge(source[0], source[1], target, edge.input, edge.slot))
    graph = Document.of(nodes, edges).graph()
    analysis = Analysis(reports, (), graph.order())
    return Unrolled(graph, analysis, session.catalog, kept, [left + step * wide for step in range(count)])


def _aside(
    session: Session, inner: list[Node], left: float, right: float, widest: float
) -> dict[str, tuple[float, float]]:
    """Places of ports out of the way of wires to the next step: what enters below, what leaves above."""
    nodes = session.graph.nodes()
    top = min((node.y for node in inner), default=0.0)
    bottom = max((node.y for node in inner), default=0.0)
    entries = [node for node in nodes if _role(session, node) == "entry"]
    exits = [node for node in nodes if _role(session, node) == "exit"]
    below = {node.id: (left, bottom + (place + 1) * ROW) for place, node in enumerate(entries)}
    return below | {node.id: (right + widest + 20.0, top - (place + 1) * ROW) for place, node in enumerate(exits)}


def _source(cell: Graph, edge: Edge, step: int, states: set[str]) -> tuple[str, str] | None:
    """Where what an edge brings at a step comes from; a state's value from the step before."""
    source, output = edge.source, edge.output
    seen: set[str] = set()
    while source in states and step:
        feed = cell.edge_at(source, NEXT)
        if feed is None or source in seen:
            return None
        seen.add(source)
        source, output, step = feed.source, feed.output, step - 1
    return _named(source, step), output


def _named(id: str, step: int) -> str:
    return f"{id[:56]}_t{step}"


def _role(session: Session, node: Node) -> str:
    kind = session.catalog.get(node.kind)
    return kind.role if kind is not None else ""


def _is_last(session: Session, node: Node) -> bool:
    """Whether a node gives the last step alone."""
    return _role(session, node) == "exit" and node.params.get("give") == "last"
