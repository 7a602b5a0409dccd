"""Documents: named graphs of nodes and edges, edited only through reversible edits."""

from engine.graph.changes import Changes, GraphChanges
from engine.graph.document import Document
from engine.graph.edits import (
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
    SetMeta,
    SetParams,
    SetRecipe,
)
from engine.graph.graph import MAIN, Graph
from engine.graph.node import Edge, Node, check_id, free_id

__all__ = [
    "MAIN",
    "AddNode",
    "Batch",
    "Changes",
    "Connect",
    "Disconnect",
    "Document",
    "Edge",
    "Edit",
    "Graph",
    "GraphChanges",
    "MoveNodes",
    "Node",
    "RemoveNode",
    "RenameNode",
    "ReplaceNode",
    "SetKind",
    "SetMeta",
    "SetParams",
    "SetRecipe",
    "check_id",
    "free_id",
]
