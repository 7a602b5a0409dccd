"""Graphs taken along: from one place, document or file to another, under names that are free. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Container, Iterable, Mapping
from typing import Any

import msgspec

from engine.graph import (
    AddGraph,
    AddNode,
    Block,
    Connect,
    Document,
    Edge,
    Edit,
    Node,
    SetKind,
    free_id,
    graph_of,
    kind_of,
)


class Drawing(msgspec.Struct, frozen=True):
    """A graph by itself: what it says of itself, its nodes and wires."""

    block: Block
    nodes: list[Node]
    edges: list[Edge]


def drawing(document: Document, name: str) -> Drawing:
    """A graph of a document."""
    graph = document.graph(name)
    return Drawing(document.block(name), graph.nodes(), sorted(graph.edges()))


def needed(document: Document, nodes: Iterable[Node]) -> dict[str, Drawing]:
    """The graphs that nodes stand for, and those placed in them, by name."""
    found: dict[str, Drawing] = {}
    waiting = [name for node in nodes if (name := graph_of(node)) is not None]
    known = set(document.blocks())
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found[name] = drawing(document, name)
            waiting += [inner for node in found[name].nodes if (inner := graph_of(node)) is not None]
    return found


def taken_along(document: Document, drawings: Mapping[str, Drawing]) -> tuple[list[Edit], dict[str, str]]:
    """The edits that bring graphs into a document, and what each is called there.

    A graph that is there already, with all that is placed in it, is used again; one with another content under
    the same name is called otherwise.
    """
    names: dict[str, str] = {}
    edits: list[Edit] = []
    taken = set(document.graphs())
    for name in _inner_first(drawings):
        wanted = _renamed(drawings[name], names)
        there = drawing(document, name) if name in document.blocks() else None
        if there is not None and _same(there, wanted):
            names[name] = name
            continue
        names[name] = name if name not in taken else free_name(name, taken)
        taken.add(names[name])
        edits += added(names[name], _renamed(drawings[name], names))
    return edits, names


def added(name: str, content: Drawing) -> list[Edit]:
    """The edits that draw a graph."""
    return [
        AddGraph(name, content.block),
        *(AddNode(node, name) for node in content.nodes),
        *(Connect(edge, name) for edge in content.edges),
    ]


def duplicated(document: Document, name: str, node: str, graph: str) -> tuple[list[Edit], str]:
    """The edits that give a node a copy of its block, and the copy's name."""
    new = free_name(name, document.graphs())
    copy = drawing(document, name)
    titles = {document.block(each).title for each in document.blocks()}
    title = next(
        told for count in itertools.count(2) if (told := f"{copy.block.title or name} {count}") not in titles
    )
    copy = msgspec.structs.replace(copy, block=msgspec.structs.replace(copy.block, title=title))
    return [*added(new, copy), SetKind(node, kind_of(new), graph)], new


def free_name(stem: str, taken: Container[str]) -> str:
    """A name for a graph that is not taken."""
    return free_id(stem, taken)


def with_names(nodes: Collection[Node], names: Mapping[str, str]) -> list[Node]:
    """Nodes that stand for the same graphs under their new names."""
    return [_following(node, names) for node in nodes]


def _following(node: Node, names: Mapping[str, str]) -> Node:
    name = graph_of(node)
    if name is None or names.get(name, name) == name:
        return node
    return msgspec.structs.replace(node, kind=kind_of(names[name]))


def _renamed(content: Drawing, names: Mapping[str, str]) -> Drawing:
    return msgspec.structs.replace(content, nodes=with_names(content.nodes, names))


def _inner_first(drawings: Mapping[str, Drawing]) -> list[str]:
    found: dict[str, None] = {}

    def visit(name: str, around: frozenset[str]) -> None:
        if name in found or name in around or name not in drawings:
            return
        for node in drawings[name].nodes:
            visit(graph_of(node) or "", around | {name})
        found[name] = None

    for name in drawings:
        visit(name, frozenset())
    return list(found)


def _same(one: Drawing, other: Drawing) -> bool:
    def content(drawn: Drawing) -> Any:
        return drawn.block, {node.id: node for node in drawn.nodes}, set(drawn.edges)

    return bool(content(one) == content(other))
