"""Gestures as edits: what adding, wiring, deleting and pasting mean for a graph. Pure; nothing is applied."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from app.state.level import Level
from engine.analysis import Analysis, try_edge
from engine.analysis.blocks import DocumentCatalog
from engine.catalog import Catalog, NodeKind, Port
from engine.errors import NeuroloomError
from engine.graph import (
    AddNode,
    Batch,
    Connect,
    Disconnect,
    Document,
    Edge,
    Edit,
    Graph,
    Node,
    RemoveNode,
    RenameNode,
    SetParams,
    free_id,
    graph_of,
)
from engine.spec import holds_formula


def kind_of(graph: Graph, catalog: Catalog, id: str) -> NodeKind | None:
    """The kind of a node with its parameters, its defaults where those are wrong; None where it is unknown."""
    node = graph[id]
    declaration = catalog.get(node.kind)
    if declaration is None:
        return None
    return _parsed(declaration, node.params)


def _parsed(declaration: type[NodeKind], params: Mapping[str, Any]) -> NodeKind | None:
    """A kind with its parameters, formulas left at their defaults; its defaults where they are wrong."""
    try:
        return declaration.parse({name: value for name, value in params.items() if not holds_formula(value)})
    except NeuroloomError:
        pass
    try:
        return declaration()
    except (NeuroloomError, TypeError):
        return None


def new_node(graph: Graph, kind: type[NodeKind], x: float, y: float, params: dict[str, Any]) -> Node:
    """A node of a kind at a place, under a free id made of the kind's id."""
    stem = graph_of(Node("", kind.id)) or kind.id
    return Node(free_id(stem, graph), kind.id, params, x, y)


def connect(graph: Graph, catalog: Catalog, edge: Edge) -> Edit:
    """Wire two ports; at a port that takes one edge the old wire gives way, at one that takes many it is added."""
    kind = kind_of(graph, catalog, edge.target)
    port = next((port for port in kind.input_ports() if port.name == edge.input), None) if kind else None
    there = graph.at(edge.target, edge.input)
    if port is not None and port.many:
        slot = max((old.slot for old in there), default=-1) + 1
        return Connect(msgspec.structs.replace(edge, slot=slot))
    removed = tuple(Disconnect(old) for old in there)
    added = Connect(msgspec.structs.replace(edge, slot=0))
    return Batch((*removed, added), "Connect") if removed else added


def free_inputs(graph: Graph, catalog: Catalog, id: str) -> list[Port]:
    """Input ports that can take another wire, in order."""
    kind = kind_of(graph, catalog, id)
    ports = kind.input_ports() if kind else ()
    return [port for port in ports if port.many or not graph.at(id, port.name)]


class Drawn(Protocol):
    """A document and the graph of it that is drawn on, with what is known of that graph."""

    document: Document
    shown: Analysis

    @property
    def catalog(self) -> DocumentCatalog: ...
    @property
    def level(self) -> Level: ...
    @property
    def graph(self) -> Graph: ...
    @property
    def graph_name(self) -> str: ...


def best_edge(drawn: Drawn, source: str, target: str, *, replace: bool = False) -> Edge | None:
    """The wire one would draw from node to node: the first output that fits the first free input.

    With `replace`, inputs that are taken come after those that are free.
    """
    graph, catalog = drawn.graph, drawn.catalog
    kind, other = kind_of(graph, catalog, source), kind_of(graph, catalog, target)
    if kind is None or other is None:
        return None
    free = free_inputs(graph, catalog, target)
    taken = [port for port in other.input_ports() if port not in free] if replace else []
    for port in (*free, *taken):
        for output in kind.output_ports():
            edge = Edge(source, output.name, target, port.name, _slot(graph, target, port))
            if try_edge(drawn.document, drawn.shown, edge, catalog, drawn.graph_name) is None:
                return edge
    return None


def connect_in_order(drawn: Drawn, ids: Sequence[str]) -> Edit | None:
    """Wire each node to the next by their best free ports; None where nothing fits."""
    graph = drawn.graph
    found: list[Edit] = []
    for source, target in itertools.pairwise(ids):
        edge = best_edge(drawn, source, target)
        if edge is not None and not any(old.source == source for old in graph.incoming(target)):
            found.append(connect(graph, drawn.catalog, edge))
    return Batch(tuple(found), "Connect") if found else None


def rewire(graph: Graph, catalog: Catalog, moves: Mapping[Edge, Edge]) -> Edit | None:
    """Put wires (keys) elsewhere (values), as one step; None where all stay."""
    moved = {old: new for old, new in moves.items() if _ends(old) != _ends(new)}
    taken = dict.fromkeys(moved, True)
    edits: list[Edit] = [Disconnect(old) for old in moved]
    slots: dict[tuple[str, str], int] = {}
    for new in moved.values():
        kind = kind_of(graph, catalog, new.target)
        port = next((port for port in kind.input_ports() if port.name == new.input), None) if kind else None
        there = [edge for edge in graph.at(new.target, new.input) if edge not in taken]
        place = new.target, new.input
        if port is not None and port.many:
            slots[place] = slots.get(place, max((edge.slot for edge in there), default=-1)) + 1
            edits.append(Connect(msgspec.structs.replace(new, slot=slots[place])))
            continue
        edits += [Disconnect(edge) for edge in there]
        taken.update(dict.fromkeys(there, True))
        if place not in slots:  # of several wires moved to a port that takes one, the first stays
            slots[place] = 0
            edits.append(Connect(msgspec.structs.replace(new, slot=0)))
    return Batch(tuple(edits), "Move wire" if len(moved) == 1 else "Move wires") if moved else None


def rename(graph: Graph, catalog: Catalog, id: str, new: str) -> Edit:
    """Give a node another name; parameters of other nodes that name it follow."""
    found: list[Edit] = []
    for node in graph.nodes():
        values = {name: new for name in node_params(catalog, node) if node.params[name] == id}
        if values:
            found.append(SetParams(new if node.id == id else node.id, values))
    renamed = RenameNode(id, new)
    return Batch((renamed, *found), f"Rename {id}") if found else renamed


def node_params(catalog: Catalog, node: Node) -> list[str]:
    """The parameters by which a node names another one."""
    kind = catalog.get(node.kind)
    declared = kind.params if kind is not None else {}
    return [name for name in node.params if name in declared and declared[name].editor == "node"]


def shared(nodes: Iterable[Node], catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Nodes that name others, such as those whose weights they use, each with the other's id."""
    for node in nodes:
        yield from ((node.id, node.params[name]) for name in node_params(catalog, node) if node.params[name])


def _ends(edge: Edge) -> tuple[str, str, str, str]:
    return edge.source, edge.output, edge.target, edge.input


def _slot(graph: Graph, target: str, port: Port) -> int:
    if not port.many:
        return 0
    return max((edge.slot for edge in graph.at(target, port.name)), default=-1) + 1


def delete(ids: Iterable[str], edges: Iterable[Edge] = ()) -> Edit:
    """Remove nodes and wires as one step."""
    gone = tuple(ids)
    free = [edge for edge in edges if edge.source not in gone and edge.target not in gone]
    return Batch((*(Disconnect(edge) for edge in free), *(RemoveNode(id) for id in gone)), "Delete")


def delete_and_heal(graph: Graph, ids: Collection[str]) -> Edit:
    """Remove nodes and wire what fed them to what they fed, as far as each had one input."""
    removed = tuple(RemoveNode(id) for id in ids)
    return Batch((*removed, *map(Connect, _healed(graph, ids))), "Delete and heal")


def detach(graph: Graph, ids: Collection[str]) -> Edit | None:
    """Pull nodes out of the chains they stand in, and heal those; None where they have no wires to others."""
    cut = {edge for id in ids for edge in (*graph.incoming(id), *graph.outgoing(id))}
    outer = sorted(edge for edge in cut if edge.source not in ids or edge.target not in ids)
    if not outer:
        return None
    return Batch((*map(Disconnect, outer), *map(Connect, _healed(graph, ids))), "Pull out")


def _healed(graph: Graph, ids: Collection[str]) -> list[Edge]:
    found = []
    for edge in (edge for id in ids for edge in graph.outgoing(id) if edge.target not in ids):
        feed: Edge | None = edge
        seen: set[str] = set()
        while feed is not None and feed.source in ids and feed.source not in seen:
            seen.add(feed.source)
            feeds = graph.incoming(feed.source)
            feed = feeds[0] if len(feeds) == 1 else None
        if feed is not None and feed.source not in ids:
            found.append(msgspec.structs.replace(edge, source=feed.source, output=feed.output))
    return found


def add_wired(
    graph: Graph, catalog: Catalog, node: Node, at: str, port: str, *, from_output: bool, fits: Sequence[str] = ()
) -> Edit:
    """Add a node and wire it to a port of another: to its first input, or from its first output.

    `fits` names the new node's ports to prefer, the best first. Without any port it is only added.
    """
    kind = _kind_of_new(catalog, node)
    ports = () if kind is None else kind.input_ports() if from_output else kind.output_ports()
    names = [name for name in fits if any(name == each.name for each in ports)] or [each.name for each in ports]
    if not names:
        return AddNode(node)
    if from_output:
        return Batch((AddNode(node), Connect(Edge(at, port, node.id, names[0]))), "Add and connect")
    wire = connect(graph, catalog, Edge(node.id, names[0], at, port))
    return Batch((AddNode(node), wire), "Add and connect")


def _kind_of_new(catalog: Catalog, node: Node) -> NodeKind | None:
    declaration = catalog.get(node.kind)
    if declaration is None:
        return None
    return _parsed(declaration, node.params)


def insert_on_wire(graph: Graph, catalog: Catalog, node: Node | str, edge: Edge) -> Edit | None:
    """Put a node, new or standing free, into a wire; None where it has no port for it."""
    id = node if isinstance(node, str) else node.id
    if isinstance(node, str):
        kind = kind_of(graph, catalog, node)
        inputs = free_inputs(graph, catalog, node)
    else:
        kind = _kind_of_new(catalog, node)
        inputs = list(kind.input_ports()) if kind else []
    outputs = kind.output_ports() if kind else ()
    if not inputs or not outputs:
        return None
    added: tuple[Edit, ...] = () if isinstance(node, str) else (AddNode(node),)
    return Batch(
        (
            *added,
            Disconnect(edge),
            Connect(Edge(edge.source, edge.output, id, inputs[0].name)),
            Connect(Edge(id, outputs[0].name, edge.target, edge.input, edge.slot)),
        ),
        "Insert on wire",
    )
