"""Documents: named graphs of nodes and edges, edited only through reversible edits."""

from engine.graph.block import Block, Promoted, graph_of, kind_of
from engine.graph.changes import Changes, GraphChanges
from engine.graph.document import Document
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
from engine.graph.graph import MAIN, NEXT, STATE, Graph
from engine.graph.node import Edge, Node, check_id, free_id

__all__ = [
    "MAIN",
    "NEXT",
    "STATE",
    "AddGraph",
    "AddNode",
    "Batch",
    "Block",
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
    "Promoted",
    "RemoveGraph",
    "RemoveNode",
    "RenameGraph",
    "RenameNode",
    "ReplaceNode",
    "SetBlock",
    "SetKind",
    "SetMeta",
    "SetParams",
    "SetRecipe",
    "check_id",
    "free_id",
    "graph_of",
    "kind_of",
]
