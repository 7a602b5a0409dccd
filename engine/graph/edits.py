"""Edits: the only way in which a document changes. Each is data, and has an inverse."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from engine.graph.block import Block
from engine.graph.graph import MAIN
from engine.graph.node import Edge, Node


class _Edit(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    pass


class AddNode(_Edit, frozen=True):
    """Add a node; its id must be free. `serial` is its place in the order of the file, -1 the end."""

    node: Node
    graph: str = MAIN
    serial: int = -1


class RemoveNode(_Edit, frozen=True):
    """Remove a node and the edges at it."""

    id: str
    graph: str = MAIN


class ReplaceNode(_Edit, frozen=True):
    """Put another node (kind, params, place, texts) in the place of the one with the same id; edges stay."""

    node: Node
    graph: str = MAIN


class SetKind(_Edit, frozen=True):
    """Make a node one of another kind; all else of it stays."""

    id: str
    kind: str
    graph: str = MAIN


class SetParams(_Edit, frozen=True):
    """Set parameters of a node; those named in `unset` return to their default."""

    id: str
    values: dict[str, Any]
    unset: tuple[str, ...] = ()
    graph: str = MAIN


class MoveNodes(_Edit, frozen=True):
    """Move nodes to (x, y)."""

    positions: dict[str, tuple[float, float]]
    graph: str = MAIN


class RenameNode(_Edit, frozen=True):
    """Give a node another id; its edges follow."""

    id: str
    new: str
    graph: str = MAIN


class Connect(_Edit, frozen=True):
    """Add an edge. The input's slot must be free (an input that takes one edge has slot 0 only)."""

    edge: Edge
    graph: str = MAIN


class Disconnect(_Edit, frozen=True):
    """Remove an edge."""

    edge: Edge
    graph: str = MAIN


class AddGraph(_Edit, frozen=True):
    """Add an empty graph, to be placed as a block; its name must be free."""

    name: str
    block: Block = Block()


class RemoveGraph(_Edit, frozen=True):
    """Remove a graph with all that is in it. Nodes that stand for it stay, and are marked by analysis."""

    name: str


class RenameGraph(_Edit, frozen=True):
    """Give a graph another name; the nodes that stand for it follow."""

    name: str
    new: str


class SetBlock(_Edit, frozen=True):
    """Set what a graph says of itself: title, notes, form, parameters."""

    name: str
    block: Block


class SetRecipe(_Edit, frozen=True):
    """Set fields of the recipe; the names in `unset` return to their default."""

    values: dict[str, Any]
    unset: tuple[str, ...] = ()


class SetMeta(_Edit, frozen=True):
    """Set the document's title or notes."""

    title: str | None = None
    notes: str | None = None


class Batch(_Edit, frozen=True):
    """Several edits as one step; if one is refused, none is done. `title` names the step in the history."""

    edits: tuple[Edit, ...]
    title: str = ""


Edit: TypeAlias = (
    AddNode
    | RemoveNode
    | ReplaceNode
    | SetKind
    | SetParams
    | MoveNodes
    | RenameNode
    | Connect
    | Disconnect
    | AddGraph
    | RemoveGraph
    | RenameGraph
    | SetBlock
    | SetRecipe
    | SetMeta
    | Batch
)
