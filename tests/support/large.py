"""Large documents: residual networks of any number of nodes."""

from __future__ import annotations

from engine.graph import Document, Edge, Node

BLOCK = 7
"""Nodes of one residual block."""


def residual(nodes: int, channels: int = 16) -> Document:
    """An image network of about so many nodes: residual blocks of convolutions, batch norms, ReLUs, additions."""
    drawn = [Node("x", "input", {"shape": [1, 8, 8]}), _convolution("stem", channels)]
    edges = [Edge("x", "out", "stem", "in")]
    last = "stem"
    for number in range(max(0, nodes - 7) // BLOCK):
        names = [f"b{number}_{part}" for part in ("conv1", "norm1", "relu1", "conv2", "norm2")]
        kinds = ("conv2d", "batch_norm2d", "relu", "conv2d", "batch_norm2d")
        drawn += [
            _convolution(name, channels) if kind == "conv2d" else Node(name, kind)
            for name, kind in zip(names, kinds, strict=True)
        ]
        edges += [Edge(a, "out", b, "in") for a, b in zip([last, *names], names, strict=False)]
        drawn += [Node(f"b{number}_add", "add"), Node(f"b{number}_relu", "relu")]
        edges += [
            Edge(names[-1], "out", f"b{number}_add", "in"),
            Edge(last, "out", f"b{number}_add", "in", 1),
            Edge(f"b{number}_add", "out", f"b{number}_relu", "in"),
        ]
        last = f"b{number}_relu"
    drawn += [
        Node("flat", "flatten"),
        Node("fc", "dense", {"out_features": 10}),
        Node("y", "target"),
        Node("loss", "cross_entropy"),
    ]
    edges += [
        Edge(last, "out", "flat", "in"),
        Edge("flat", "out", "fc", "in"),
        Edge("fc", "out", "loss", "in"),
        Edge("y", "out", "loss", "target"),
    ]
    placed = [_at(node, place) for place, node in enumerate(drawn)]
    return Document.of(placed, edges, title="Large")


def _convolution(name: str, channels: int) -> Node:
    return Node(name, "conv2d", {"out_channels": channels, "kernel_size": 3, "padding": 1})


def _at(node: Node, place: int) -> Node:
    return Node(node.id, node.kind, node.params, 220.0 * place, 40.0 * (place % BLOCK))
