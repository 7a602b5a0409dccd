"""The document: graphs and recipe, changed only by `apply`."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from engine.errors import EditError
from engine.graph.block import Block, checked, graph_of, kind_of
from engine.graph.changes import Changes, GraphChanges
from engine.graph.edits import (
    AddGraph,
    AddNode,
    Batch,
    Connect,
    Disconnect,
    Edit,
    MoveNodes,
    RemoveGraph,
    RemoveNode,
    RenameGraph,
    RenameNode,
    ReplaceNode,
    SetBlock,
    SetKind,
    SetMeta,
    SetParams,
    SetRecipe,
)
from engine.graph.graph import MAIN, Graph
from engine.graph.node import Edge, Node, check_id
from engine.graph.placing import put, wire
from engine.graph.values import check_place, check_text, plain

Applied = tuple[Edit, Changes]


class Document:
    """Named graphs, a recipe (raw values, checked by analysis), title and notes.

    A document knows no kinds: any id and any parameters are kept, so that a file made with kinds that
    are not installed loses nothing. Readers get values and `Graph`s; every change is an `Edit` to `apply`.
    Edits let in only what a file can hold, so a document can always be saved and opened again.
    """

    def __init__(self, *, title: str = "", notes: str = "", recipe: Mapping[str, Any] | None = None) -> None:
        self._title, self._notes = check_text(title), check_text(notes)
        self._recipe: dict[str, Any] = plain(dict(recipe or {}))
        self._graphs: dict[str, Graph] = {MAIN: Graph()}
        self._blocks: dict[str, Block] = {MAIN: Block()}

    @classmethod
    def of(cls, nodes: Iterable[Node], edges: Iterable[Edge] = (), **meta: Any) -> Document:
        """A document of the given nodes and edges.

        Raises:
            EditError: an id or an edge breaks a rule.
        """
        document = cls(**meta)
        for node in nodes:
            document.apply(AddNode(node))
        for edge in edges:
            document.apply(Connect(edge))
        return document

    @property
    def title(self) -> str:
        """What the user calls it; free text."""
        return self._title

    @property
    def notes(self) -> str:
        """Free text about the whole."""
        return self._notes

    @property
    def recipe(self) -> dict[str, Any]:
        """A copy of the recipe's values that differ from the defaults."""
        return copy.deepcopy(self._recipe)

    def graph(self, name: str = MAIN) -> Graph:
        """One graph, to read.

        Raises:
            EditError: there is no such graph.
        """
        try:
            return self._graphs[name]
        except KeyError:
            raise EditError(f'There is no graph "{name}".') from None

    def graphs(self) -> dict[str, Graph]:
        """All graphs by name, the main one first, the others by name."""
        return {MAIN: self._graphs[MAIN], **{name: self._graphs[name] for name in self.blocks()}}

    def block(self, name: str) -> Block:
        """What a graph says of itself.

        Raises:
            EditError: there is no such graph.
        """
        self.graph(name)
        return self._blocks[name]

    def blocks(self) -> list[str]:
        """The names of all graphs that can be placed as blocks."""
        return sorted(self._graphs.keys() - {MAIN})

    def apply(self, edit: Edit) -> Applied:
        """Change the document; returns the edit that takes it back, and what changed.

        Raises:
            EditError: the edit breaks a rule; the document is as it was.
        """
        return _apply(edit, self)

    def copy(self) -> Document:
        """An independent document with the same content."""
        other = Document(title=self._title, notes=self._notes, recipe=self._recipe)
        for name, graph in self._graphs.items():
            other._graphs[name] = graph._copy()
        other._blocks = dict(self._blocks)
        return other

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Document):
            return NotImplemented
        return self._content() == other._content()

    __hash__ = None  # type: ignore[assignment]  # changes over its life

    def _content(self) -> tuple[Any, ...]:
        graphs = {
            name: ({node.id: node for node in graph.nodes()}, set(graph.edges()))
            for name, graph in self._graphs.items()
        }
        return self._title, self._notes, self._recipe, self._blocks, graphs


def _plain(node: Node) -> Node:
    """The node with values as a file holds them."""
    for text in (node.kind, node.title, node.notes):
        check_text(text)
    return msgspec.structs.replace(node, params=plain(node.params)) if node.params else node


@functools.singledispatch
def _apply(edit: Edit, document: Document) -> Applied:  # noqa: ARG001 - the registered ones use it
    raise EditError(f"{type(edit).__name__} is no edit.")


@_apply.register
def _add_node(edit: AddNode, document: Document) -> Applied:
    graph, node = document.graph(edit.graph), edit.node
    put(graph, _plain(node), edit.serial)
    return RemoveNode(node.id, edit.graph), Changes.in_graph(edit.graph, GraphChanges(added=frozenset([node.id])))


@_apply.register
def _remove_node(edit: RemoveNode, document: Document) -> Applied:
    graph = document.graph(edit.graph)
    node = graph[edit.id]
    edges = sorted({*graph.incoming(edit.id), *graph.outgoing(edit.id)})
    back: Edit = AddNode(node, edit.graph, graph.serial(edit.id))
    graph._remove(edit.id)
    if edges:
        back = Batch((back, *(Connect(edge, edit.graph) for edge in edges)), f"Restore {edit.id}")
    return back, Changes.in_graph(
        edit.graph, GraphChanges(removed=frozenset([edit.id]), edges_removed=frozenset(edges))
    )


@_apply.register
def _replace_node(edit: ReplaceNode, document: Document) -> Applied:
    graph = document.graph(edit.graph)
    old = graph[edit.node.id]
    check_place(edit.node.x, edit.node.y)
    graph._replace(_plain(edit.node))
    moved = (old.x, old.y) != (edit.node.x, edit.node.y)
    changed = msgspec.structs.replace(old, x=edit.node.x, y=edit.node.y) != edit.node
    ids = frozenset([old.id])
    changes = GraphChanges(changed=ids if changed else frozenset(), moved=ids if moved else frozenset())
    return ReplaceNode(old, edit.graph), Changes.in_graph(edit.graph, changes)


@_apply.register
def _set_kind(edit: SetKind, document: Document) -> Applied:
    graph = document.graph(edit.graph)
    old = graph[edit.id]
    graph._replace(msgspec.structs.replace(old, kind=check_text(edit.kind)))
    ids = frozenset([edit.id])
    return SetKind(edit.id, old.kind, edit.graph), Changes.in_graph(edit.graph, GraphChanges(changed=ids))


@_apply.register
def _set_params(edit: SetParams, document: Document) -> Applied:
    graph = document.graph(edit.graph)
    old = graph[edit.id]
    params = {name: value for name, value in old.params.items() if name not in edit.unset}
    params.update(plain(edit.values))
    touched = (*edit.values, *edit.unset)
    graph._replace(msgspec.structs.replace(old, params=params))
    back = SetParams(
        edit.id,
        {name: old.params[name] for name in touched if name in old.params},
        tuple(name for name in edit.values if name not in old.params),
        edit.graph,
    )
    return back, Changes.in_graph(edit.graph, GraphChanges(changed=frozenset([edit.id])))


@_apply.register
def _move_nodes(edit: MoveNodes, document: Document) -> Applied:
    graph = document.graph(edit.graph)
    nodes = [graph[id] for id in edit.positions]
    for x, y in edit.positions.values():
        check_place(x, y)
    for node in nodes:
        x, y = edit.positions[node.id]
        graph._replace(msgspec.structs.replace(node, x=float(x), y=float(y)))
    back = MoveNodes({node.id: (node.x, node.y) for node in nodes}, edit.graph)
    return back, Changes.in_graph(edit.graph, GraphChanges(moved=frozenset(edit.positions)))


@_apply.register
def _rename_node(edit: RenameNode, document: Document) -> Applied:
    graph = document.graph(edit.graph)
    graph[edit.id]
    check_id(edit.new)
    if edit.new in graph:
        raise EditError(f'There is already a node "{edit.new}".')
    graph._rename(edit.id, edit.new)
    return RenameNode(edit.new, edit.id, edit.graph), Changes.in_graph(
        edit.graph, GraphChanges(renamed={edit.id: edit.new})
    )


@_apply.register
def _connect(edit: Connect, document: Document) -> Applied:
    graph, edge = document.graph(edit.graph), edit.edge
    check_text(edge.output)
    check_text(edge.input)
    wire(graph, edge)
    return Disconnect(edge, edit.graph), Changes.in_graph(edit.graph, GraphChanges(edges_added=frozenset([edge])))


@_apply.register
def _disconnect(edit: Disconnect, document: Document) -> Applied:
    graph = document.graph(edit.graph)
    if not graph._has(edit.edge):
        raise EditError(f"There is no wire {edit.edge}.")
    graph._disconnect(edit.edge)
    return Connect(edit.edge, edit.graph), Changes.in_graph(
        edit.graph, GraphChanges(edges_removed=frozenset([edit.edge]))
    )


def add_graph(document: Document, name: str, block: Block) -> Graph:
    """Add an empty graph.

    Raises:
        EditError: the name is no identifier, or is taken; a parameter of the block is wrong.
    """
    check_id(name)
    if name in document._graphs:
        raise EditError(f'There is already a graph "{name}".')
    document._blocks[name] = checked(block)
    document._graphs[name] = graph = Graph()
    return graph


def _not_main(name: str) -> None:
    if name == MAIN:
        raise EditError("The main graph is always there, under its own name.")


@_apply.register
def _add_graph(edit: AddGraph, document: Document) -> Applied:
    add_graph(document, edit.name, edit.block)
    return RemoveGraph(edit.name), Changes(blocks={edit.name: edit.name})


@_apply.register
def _remove_graph(edit: RemoveGraph, document: Document) -> Applied:
    graph = document.graph(edit.name)
    _not_main(edit.name)
    back: tuple[Edit, ...] = (
        AddGraph(edit.name, document._blocks[edit.name]),
        *(AddNode(node, edit.name, graph.serial(node.id)) for node in graph.nodes()),
        *(Connect(edge, edit.name) for edge in sorted(graph.edges())),
    )
    del document._graphs[edit.name], document._blocks[edit.name]
    return Batch(back, f"Restore {edit.name}"), Changes(blocks={edit.name: None})


@_apply.register
def _rename_graph(edit: RenameGraph, document: Document) -> Applied:
    document.graph(edit.name)
    _not_main(edit.name)
    check_id(edit.new)
    if edit.new in document._graphs:
        raise EditError(f'There is already a graph "{edit.new}".')
    document._graphs[edit.new] = document._graphs.pop(edit.name)
    document._blocks[edit.new] = document._blocks.pop(edit.name)
    changed: dict[str, GraphChanges] = {}
    back: list[Edit] = [RenameGraph(edit.new, edit.name)]
    for name, graph in document._graphs.items():
        place = edit.name if name == edit.new else name
        waiting = (node.id for node in graph.nodes() if graph_of(node) == edit.new)  # they would follow it back
        back += [SetKind(id, kind_of(edit.new), place) for id in waiting]
        followers = [node for node in graph.nodes() if graph_of(node) == edit.name]
        for node in followers:
            graph._replace(msgspec.structs.replace(node, kind=kind_of(edit.new)))
        if followers:
            changed[name] = GraphChanges(changed=frozenset(node.id for node in followers))
    inverse = back[0] if len(back) == 1 else Batch(tuple(back), f"Rename {edit.new}")
    return inverse, Changes(changed, {edit.name: edit.new})


@_apply.register
def _set_block(edit: SetBlock, document: Document) -> Applied:
    old = document.block(edit.name)
    document._blocks[edit.name] = checked(edit.block)
    return SetBlock(edit.name, old), Changes(blocks={edit.name: edit.name})


@_apply.register
def _set_recipe(edit: SetRecipe, document: Document) -> Applied:
    old = document._recipe
    document._recipe = {
        **{name: value for name, value in old.items() if name not in edit.unset},
        **plain(edit.values),
    }
    touched = (*edit.values, *edit.unset)
    back = SetRecipe(
        {name: old[name] for name in touched if name in old},
        tuple(name for name in edit.values if name not in old),
    )
    return back, Changes(recipe=True)


@_apply.register
def _set_meta(edit: SetMeta, document: Document) -> Applied:
    for text in (edit.title, edit.notes):
        check_text(text or "")
    back = SetMeta(
        document._title if edit.title is not None else None,
        document._notes if edit.notes is not None else None,
    )
    document._title = document._title if edit.title is None else edit.title
    document._notes = document._notes if edit.notes is None else edit.notes
    return back, Changes(meta=True)


@_apply.register
def _batch(edit: Batch, document: Document) -> Applied:
    done: list[Applied] = []
    try:
        for part in edit.edits:
            done.append(_apply(part, document))  # noqa: PERF401 - what was done before a refusal counts
    except BaseException:
        for back, _ in reversed(done):
            _apply(back, document)
        raise
    back_edits = tuple(back for back, _ in reversed(done))
    return Batch(back_edits, edit.title), Changes.batch(changes for _, changes in done)
