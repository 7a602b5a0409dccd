"""A node or an edge put into a graph, by the rules that hold whoever brings it: an edit or a file."""

from __future__ import annotations

from engine.errors import EditError
from engine.graph.graph import Graph
from engine.graph.node import Edge, Node, check_id
from engine.graph.values import MAX_DIGITS, check_place


def put(graph: Graph, node: Node, serial: int = -1) -> None:
    """Add a node whose values are known to be plain.

    Raises:
        EditError: its id is no name, or is taken; it lies too far out.
    """
    check_id(node.id)
    check_place(node.x, node.y)
    if node.id in graph:
        raise EditError(f'There is already a node "{node.id}".')
    graph._add(node, serial)


def wire(graph: Graph, edge: Edge) -> None:
    """Add an edge.

    Raises:
        EditError: an end of it is missing, or its place at the input is taken.
    """
    if edge.source not in graph or edge.target not in graph:
        missing = edge.source if edge.source not in graph else edge.target
        raise EditError(f'There is no node "{missing[:80]}", for the wire {edge}.')
    if not edge.output or not edge.input:
        raise EditError(f"A wire runs from a named output to a named input. Received: {edge}.")
    if not 0 <= edge.slot < 10**MAX_DIGITS:
        raise EditError(f"An edge's slot is at least 0, and no giant. Received: {edge.slot}.")
    taken = graph.edge_at(edge.target, edge.input, edge.slot)
    if taken is not None:
        raise EditError(f"{edge.target}.{edge.input} is taken already, by {taken}.")
    graph._connect(edge)
