"""Edits of one graph, moved to another one of the document."""

from __future__ import annotations

import msgspec

from engine.graph import (
    AddNode,
    Batch,
    Connect,
    Disconnect,
    Edit,
    MoveNodes,
    RemoveNode,
    RenameNode,
    ReplaceNode,
    SetKind,
    SetParams,
)

_IN_A_GRAPH = (
    AddNode, RemoveNode, ReplaceNode, SetKind, SetParams, MoveNodes, RenameNode, Connect, Disconnect,
)  # fmt: skip


def placed(edit: Edit, graph: str) -> Edit:
    """The edit, on nodes and wires of a graph: whatever graph it names now."""
    if isinstance(edit, Batch):
        return Batch(tuple(placed(part, graph) for part in edit.edits), edit.title)
    return msgspec.structs.replace(edit, graph=graph) if isinstance(edit, _IN_A_GRAPH) else edit
