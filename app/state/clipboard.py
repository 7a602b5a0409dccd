"""The clipboard: nodes as text, with the wires among them and the blocks that they stand for. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final

import msgspec

from app.state.copying import Drawing, needed, taken_along, with_names
from app.state.placing import placed
from engine.graph import MAIN, AddNode, Batch, Connect, Document, Edge, Edit, Node, free_id

CLIPBOARD: Final = "neuroloom"


class Copied(msgspec.Struct, omit_defaults=True):
    """What the text holds."""

    nodes: list[Node]
    edges: list[Edge]
    blocks: dict[str, Drawing] = {}


def copy(document: Document, ids: Collection[str], graph: str = MAIN, *, incoming: bool = False) -> str:
    """Nodes and the wires among them as text; with `incoming` the wires that feed them too."""
    drawn = document.graph(graph)
    nodes = [drawn[id] for id in drawn if id in ids]
    edges = [edge for node in nodes for edge in drawn.incoming(node.id) if incoming or edge.source in ids]
    copied = Copied(nodes, edges, needed(document, nodes))
    return json.dumps({CLIPBOARD: msgspec.to_builtins(copied)}, ensure_ascii=False)


def paste(
    document: Document, content: str, at: tuple[float, float] | None = None, graph: str = MAIN
) -> tuple[Edit, list[str]] | None:
    """The edit that pastes a text into a graph, and the ids of the new nodes; None where the text is no nodes.

    `at` is where the top left of what is pasted goes; without it, a step beside where it was copied. Wires
    from outside are kept where their source still exists. Blocks that the document lacks come along.
    """
    try:
        copied = msgspec.convert(json.loads(content)[CLIPBOARD], Copied)
    except (ValueError, KeyError, TypeError, msgspec.ValidationError, RecursionError):
        return None
    if not copied.nodes:
        return None
    drawn = document.graph(graph)
    brought, blocks = taken_along(document, copied.blocks)
    nodes = with_names(copied.nodes, blocks)
    left, top = min(node.x for node in nodes), min(node.y for node in nodes)
    x, y = at if at is not None else (left + 40, top + 40)
    names: dict[str, str] = {}
    for node in nodes:
        names[node.id] = free_id(node.id, {*drawn, *names.values()})
    added = [
        AddNode(msgspec.structs.replace(node, id=names[node.id], x=node.x - left + x, y=node.y - top + y))
        for node in nodes
    ]
    wires = [
        Connect(
            msgspec.structs.replace(edge, source=names.get(edge.source, edge.source), target=names[edge.target])
        )
        for edge in copied.edges
        if edge.target in names and (edge.source in names or edge.source in drawn)
    ]
    return Batch((*brought, placed(Batch((*added, *wires)), graph)), "Paste"), list(names.values())
