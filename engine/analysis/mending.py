"""The edits that fixes are made of: a node put into a wire, a parameter set, a wire healed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from engine.analysis.report import Fix
from engine.catalog import NodeKind
from engine.graph import (
    AddNode,
    Batch,
    Connect,
    Disconnect,
    Edge,
    Edit,
    Graph,
    MoveNodes,
    Node,
    RemoveNode,
    SetParams,
    free_id,
)
from engine.spec import Values

COLUMN: Final = 240.0
ROW: Final = 110.0
_NEAR: Final = (180.0, 60.0)


def insertion(graph: Graph, name: str, kind: NodeKind, edge: Edge, *, input: str = "", output: str = "") -> Batch:
    """Put a new node into a wire; what follows moves on where there is no room."""
    before, after = graph[edge.source], graph[edge.target]
    id = free_id(kind.id, graph)
    into = input or kind.input_ports()[0].name
    out = output or kind.output_ports()[0].name
    x, y, moved = _between(graph, before, after)
    edits: tuple[Edit, ...] = (
        Disconnect(edge, name),
        AddNode(Node(id, kind.id, written(kind), x, y), name),
        Connect(Edge(edge.source, edge.output, id, into), name),
        Connect(msgspec.structs.replace(edge, source=id, output=out), name),
    )
    moves = (MoveNodes(moved, name),) if moved else ()
    return Batch((*edits, *moves), f"Insert {kind.title}")


def written(kind: NodeKind) -> Values:
    """What a file holds of a kind's parameters: those that differ from their default."""
    return {name: plain(value) for name, value in kind.values().items() if value != kind.params[name].default}


def plain(value: Any) -> Any:
    """A value as files hold it."""
    return list(value) if isinstance(value, tuple) else msgspec.to_builtins(value)


def setting(node: str, values: Values, graph: str, *, safe: bool = False) -> Fix:
    """A fix that sets parameters of a node."""
    words = ", ".join(f"{name} to {in_words(value)}" for name, value in values.items())
    return Fix(
        f"Set {words}", SetParams(node, {name: plain(value) for name, value in values.items()}, (), graph), safe
    )


def in_words(value: Any) -> str:
    """A value as the titles of fixes show it."""
    if isinstance(value, (tuple, list)):
        return ", ".join(map(in_words, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def removal(graph: Graph, name: str, id: str) -> Batch:
    """Take a node out; what fed its only wire feeds what it fed."""
    feed = graph.incoming(id)[0]
    healed = [
        Connect(msgspec.structs.replace(edge, source=feed.source, output=feed.output), name)
        for edge in graph.outgoing(id)
    ]
    return Batch((RemoveNode(id, name), *healed), f"Remove {id}")


def free_place(graph: Graph, x: float, y: float, taken: Iterable[tuple[float, float]] = ()) -> tuple[float, float]:
    """The place, or the first below it where no other node stands."""
    column = [node.y for node in graph.nodes() if -_NEAR[0] < node.x - x < _NEAR[0]]
    column += [top for left, top in taken if abs(x - left) < _NEAR[0]]
    while any(abs(y - top) < _NEAR[1] for top in column):
        y += _NEAR[1] + 20
    return x, y


def _between(graph: Graph, before: Node, after: Node) -> tuple[float, float, dict[str, tuple[float, float]]]:
    """A place between two nodes, and new places for what has to make room."""
    gap = after.x - before.x
    if not 0 < gap < 2 * COLUMN:
        return (*free_place(graph, (before.x + after.x) / 2, (before.y + after.y) / 2), {})
    short = 2 * COLUMN - gap
    moved = {node.id: (node.x + short, node.y) for node in graph.nodes() if node.x >= after.x}
    return before.x + COLUMN, after.y if gap > 0 else before.y, moved
