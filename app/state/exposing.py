"""Ports and states of the block that is drawn on: what enters, leaves, and is remembered. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import msgspec

from app.state.edits import Drawn, kind_of
from engine.analysis.steps import sizes_of
from engine.catalog import NodeKind, Port
from engine.errors import EditError
from engine.graph import NEXT, STATE, AddNode, Batch, Connect, Disconnect, Edge, Edit, Node, free_id

ASIDE: Final = 240.0
BELOW: Final = 70.0
_USUAL: Final = {True: "in", False: "out"}


def expose(drawn: Drawn, ids: Collection[str], port: str = "", *, is_input: bool = True) -> tuple[Edit, list[str]]:
    """Give the block a port for each open port of nodes, or for one named; returns the new nodes' ids.

    Raises:
        EditError: no port of them is open.
    """
    edits: list[Edit] = []
    made: list[str] = []
    ends = _names_taken(drawn)
    ids_taken = set(drawn.graph)
    for id in ids:
        node = drawn.graph[id]
        row = 0
        for each, inward in _open(drawn, id):
            if port and (each.name, inward) != (port, is_input):
                continue
            kind, usual = ("block_input" if inward else "block_output"), _USUAL[inward]
            name = _free(each.name, id, ends[inward])
            new = free_id("entry" if inward else "exit", ids_taken)
            ids_taken.add(new)
            ends[inward].add(name)
            x = node.x - ASIDE if inward else node.x + ASIDE
            params = {"name": name} if name != usual else {}
            edits.append(AddNode(Node(new, kind, params, x, node.y + row * BELOW)))
            edits.append(Connect(Edge(new, "out", id, each.name) if inward else Edge(id, each.name, new, "in")))
            made.append(new)
            row += 1
    if not made:
        raise EditError("All ports of these nodes are wired already.")
    return Batch(tuple(edits), "Expose ports"), made


def remember(drawn: Drawn, edge: Edge) -> tuple[Edit, str]:
    """Put a state into a wire, so that it brings what was there a time step before; returns the state's id.

    Raises:
        EditError: the graph that is drawn on has no time steps, or the wire is read a step later already.
    """
    if drawn.document.block(drawn.graph_name).form != "recurrent":
        raise EditError("A state needs time steps: group into a recurrent group, or make this block one.")
    if not drawn.graph.flows(edge):
        raise EditError(f"{edge} is read one time step later already.")
    shape = drawn.shown.shape(edge)
    sizes = sizes_of(shape) if shape is not None else []
    source, target = drawn.graph[edge.source], drawn.graph[edge.target]
    id = free_id("state", drawn.graph)
    node = Node(
        id, STATE, {"shape": sizes} if sizes else {}, (source.x + target.x) / 2, (source.y + target.y) / 2 + BELOW
    )
    edits = (
        Disconnect(edge),
        AddNode(node),
        Connect(Edge(edge.source, edge.output, id, NEXT)),
        Connect(msgspec.structs.replace(edge, source=id, output="out")),
    )
    return Batch(edits, "Carry to the next time step"), id


def _open(drawn: Drawn, id: str) -> Iterator[tuple[Port, bool]]:
    """The ports of a node that have no wire; whether each is an input."""
    report = drawn.shown.nodes.get(id)
    kind: NodeKind | None = report.kind if report is not None else None
    kind = kind or kind_of(drawn.graph, drawn.catalog, id)
    if kind is None:
        return
    taken = {edge.input for edge in drawn.graph.incoming(id)}
    used = {edge.output for edge in drawn.graph.outgoing(id)}
    yield from ((port, True) for port in kind.input_ports() if port.name not in taken and port.name != NEXT)
    yield from ((port, False) for port in kind.output_ports() if port.name not in used)


def _names_taken(drawn: Drawn) -> dict[bool, set[str]]:
    """The names of the block's ports: of inputs under True."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for node in drawn.graph.nodes():
        kind = drawn.catalog.get(node.kind)
        if kind is not None and kind.role in ("entry", "exit"):
            inward = kind.role == "entry"
            found[inward].add(str(node.params.get("name", _USUAL[inward])))
    return found


def _free(port: str, id: str, taken: set[str]) -> str:
    for name in (port.lower(), f"{id.lower()}_{port.lower()}"):
        if name not in taken:
            return name
    return free_id(port.lower(), taken)
