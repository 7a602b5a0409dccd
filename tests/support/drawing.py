"""Documents drawn in a few words."""

from __future__ import annotations

from typing import Any

from engine.graph import MAIN, AddGraph, AddNode, Block, Connect, Document, Edge, Node


class Drawing:
    """A document that grows node by node; `add` wires a new node to earlier ones.

    A source is written `node`, or `node.port` where the port is not `out`. Positional sources go to the
    port `in`, in order; others are named by port.
    """

    def __init__(self, title: str = "", **recipe: Any) -> None:
        self.document = Document(title=title, recipe=recipe)
        self.graph = MAIN

    def block(self, name: str, **block: Any) -> Drawing:
        """Another graph of the same document, to be placed as a block."""
        self.document.apply(AddGraph(name, Block(**block)))
        inner = Drawing()
        inner.document, inner.graph = self.document, name
        return inner

    def add(self, id: str, kind: str, *sources: str, to: dict[str, str] | None = None, **params: Any) -> str:
        """Add a node and its wires; returns its id."""
        wires = {"in": list(sources), **{port: [source] for port, source in (to or {}).items()}}
        return self.wired(id, kind, wires, params)

    def wired(self, id: str, kind: str, wires: dict[str, list[str]], params: dict[str, Any]) -> str:
        """Add a node with the sources of each port in order; returns its id."""
        self.document.apply(AddNode(Node(id, kind, params, y=len(self.document.graph(self.graph))), self.graph))
        for port, sources in wires.items():
            for slot, source in enumerate(sources):
                node, _, output = source.partition(".")
                self.document.apply(Connect(Edge(node, output or "out", id, port, slot), self.graph))
        return id

    def chain(self, start: str, *nodes: tuple[str, str, dict[str, Any]]) -> str:
        """Add (id, kind, params) one behind the other; returns the last id."""
        for id, kind, params in nodes:
            start = self.add(id, kind, start, **params)
        return start

    def classify(self, scores: str) -> Document:
        """Add labels, cross entropy and accuracy; returns the document."""
        self.add("label", "target")
        self.add("loss", "cross_entropy", to={"in": scores, "target": "label"})
        self.add("accuracy", "accuracy", to={"in": scores, "target": "label"})
        return self.document
