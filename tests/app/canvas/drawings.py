"""Graphs that tests draw on: a short chain with room around, a branch, a mess."""

from __future__ import annotations

from engine.graph import Document, Edge, Node

IMAGE = {"shape": [1, 28, 28]}


def edge(source: str, target: str, port: str = "in", slot: int = 0, output: str = "out") -> Edge:
    """A wire between usual ports."""
    return Edge(source, output, target, port, slot)


def chain() -> Document:
    """image → conv → relu → flat → scores, in a row, and a free dense layer below."""
    nodes = [
        Node("image", "input", IMAGE, 0, 0),
        Node("conv", "conv2d", {"out_channels": 4}, 300, 0),
        Node("relu", "relu", {}, 600, 0),
        Node("flat", "flatten", {}, 900, 0),
        Node("scores", "dense", {}, 1200, 0),
        Node("spare", "dense", {"out_features": 7}, 600, 300),
    ]
    return Document.of(
        nodes, [edge("image", "conv"), edge("conv", "relu"), edge("relu", "flat"), edge("flat", "scores")]
    )


def branch() -> Document:
    """One input, two convolutions, an addition that takes many."""
    nodes = [
        Node("image", "input", IMAGE, 0, 100),
        Node("upper", "conv2d", {"padding": "same"}, 300, 0),
        Node("lower", "conv2d", {"padding": "same"}, 300, 200),
        Node("sum", "add", {}, 650, 100),
    ]
    return Document.of(
        nodes,
        [edge("image", "upper"), edge("image", "lower"), edge("upper", "sum"), edge("lower", "sum", slot=1)],
    )


def broken() -> Document:
    """Unknown kinds and ports, wrong parameters, a cycle, a loop, names that look like HTML."""
    nodes = [
        Node("odd", "no_such_kind", {"x": [1]}, 0, 0),
        Node("conv", "conv2d", {"kernel_size": -3, "colour": "red"}, 300, 0, title="<img src=x>"),
        Node("one", "relu", {}, 0, 200, notes="<b>bold</b>"),
        Node("two", "relu", {}, 300, 200),
        Node("self_fed", "relu", {}, 600, 200),
        Node("after", "dense", {}, 600, 0),
    ]
    edges = [
        Edge("odd", "nowhere", "conv", "in"),
        Edge("conv", "exit", "after", "entry"),
        edge("one", "two"),
        edge("two", "one"),
        edge("self_fed", "self_fed"),
        edge("two", "after"),
    ]
    return Document.of(nodes, edges)
