"""Documents that are broken in one way each, in a few words."""

from __future__ import annotations

import json
from typing import Final

from engine.graph import Document, Edge, Node
from engine.nodes import standard_catalog

BROKEN: Final[dict[str, tuple[str, ...]]] = {
    "image to vector": ("x input shape=[3,8,8]; b batch_norm1d; d dense", "x>b b>d"),
    "image without channel": ("x input shape=[28,28]; c conv2d; r relu", "x>c c>r"),
    "vector to signal": ("x input shape=[28]; c conv1d", "x>c"),
    "vector to sequence": ("x input shape=[28]; c gru", "x>c"),
    "tokens to layer": ('x input shape=[12] dtype="int64"; c lstm', "x>c"),
    "matrices": ("x input shape=[3,4]; m matmul; r relu", "x>m.a x>m.b m>r"),
    "skip, fewer channels": (
        "x input shape=[16,32,32]; c conv2d out_channels=32 stride=2 padding=1; a add",
        "x>c c>a x>a",
    ),
    "skip over an odd size": (
        "x input shape=[16,7,7]; c conv2d out_channels=32 stride=2 padding=1; a add",
        "x>c c>a x>a",
    ),
    "skip over a window": ("x input shape=[8,6,6]; c conv2d out_channels=8; a add; r relu", "x>c c>a x>a a>r"),
    "skip over two windows": (
        "x input shape=[8,6,6]; c conv2d out_channels=16; d conv2d out_channels=8; a add",
        "x>c c>d d>a x>a",
    ),
    "skip of signals": ("x input shape=[4,20]; c conv1d out_channels=8 padding=1; a subtract", "x>c c>a.a x>a.b"),
    "skip of volumes": (
        "x input shape=[2,8,8,8]; c conv3d out_channels=8 stride=2 padding=1; a multiply",
        "x>c c>a x>a",
    ),
    "skip of vectors": ("x input shape=[16]; c dense out_features=32; a add", "x>c c>a x>a"),
    "branches of two sizes": ("x input shape=[3,8,8]; p max_pool2d; c concat; r relu", "x>p p>c x>c c>r"),
    "branches along another axis": ("x input shape=[3,8]; a dense out_features=5; c concat", "x>a a>c x>c"),
    "heads": ("x input shape=[10,30]; m multihead_attention num_heads=8", "x>m"),
    "groups": ("x input shape=[6,8,8]; c conv2d groups=4 out_channels=8", "x>c"),
    "norm groups": ("x input shape=[6,8,8]; c group_norm num_groups=4", "x>c"),
    "window": ("x input shape=[3,2,2]; c conv2d kernel_size=5", "x>c"),
    "window of two sizes": ("x input shape=[3,9,2]; c conv2d kernel_size=[5,4]", "x>c"),
    "pool": ("x input shape=[3,1,1]; c max_pool2d", "x>c"),
    "patches": ("x input shape=[3,6,9]; c patchify patch_size=4", "x>c"),
    "patch embedding": ("x input shape=[3,6,9]; c patch_embedding patch_size=4", "x>c"),
    "pixels": ("x input shape=[3,9,9]; c pixel_unshuffle", "x>c"),
    "reshape": ("x input shape=[3,8,8]; c reshape shape=[4,50]", "x>c"),
    "unflatten": ("x input shape=[12]; c unflatten sizes=[5,4]", "x>c"),
    "dim": ("x input shape=[3]; c softmax dim=4", "x>c"),
    "order": ("x input shape=[3,4,5]; c permute dims=[1,3]", "x>c"),
    "no axis of one": ("x input shape=[3,1,5]; c squeeze", "x>c"),
    "place of a new axis": ("x input shape=[3]; c unsqueeze dim=5", "x>c"),
    "position": ("x input shape=[3,4]; c select index=9", "x>c"),
    "parts": ("x input shape=[9]; c split chunks=2", "x>c"),
    "repeats": ("x input shape=[9,2]; c repeat", "x>c"),
    "expand": ("x input shape=[1,2]; c expand sizes=[4]", "x>c"),
    "halves": ("x input shape=[2,3]; c glu", "x>c"),
    "too large": ("x input shape=[3]; c dropout p=3", "x>c"),
    "nearly a choice": ('x input shape=[3,4,4]; c conv2d padding_mode="zero"', "x>c"),
    "no such parameter": ("x input shape=[3]; c dense units=3", "x>c"),
    "one score for classes": (
        "x input shape=[30]; d dense out_features=1; y target; l cross_entropy",
        "x>d d>l y>l.target",
        "breast_cancer",
    ),
    "outputs and numbers": (
        'x input shape=[10]; d dense out_features=5; y target dtype="float32" shape=[1]; l mse',
        "x>d d>l y>l.target",
        "diabetes",
    ),
    "images to classes": (
        "x input shape=[1,8,8]; c conv2d; r relu; d dense; y target; l cross_entropy; a accuracy",
        "x>c c>r r>d d>l y>l.target d>a y>a.target",
    ),
    "weights of classes": (
        "x input shape=[4]; d dense out_features=3; y target; l cross_entropy weight=[1,2]",
        "x>d d>l y>l.target",
        "iris",
    ),
    "too few classes": (
        "x input shape=[4]; d dense out_features=2; r relu; s batch_norm1d; y target; l cross_entropy",
        "x>d d>r r>s s>l y>l.target",
        "iris",
    ),
    "other data": (
        "x input shape=[7]; d dense out_features=3; y target; l cross_entropy",
        "x>d d>l y>l.target",
        "iris",
    ),
    "no target": ("x input shape=[4]; d dense out_features=3; l cross_entropy", "x>d d>l", "iris"),
    "target not wired": (
        "x input shape=[4]; d dense out_features=3; y target; l cross_entropy",
        "x>d d>l",
        "iris",
    ),
    "metric not wired": (
        "x input shape=[4]; d dense out_features=3; y target; l cross_entropy; a accuracy",
        "x>d d>l y>l.target y>a.target",
        "iris",
    ),
    "no loss": ("x input shape=[4]; d dense out_features=16; r relu", "x>d d>r", "iris"),
    "no loss, wrong size": ("x input shape=[4]; d dense out_features=16", "x>d", "iris"),
    "no loss, images": ("x input shape=[1,8,8]; c conv2d", "x>c", "digits"),
    "no loss, yes or no": ("x input shape=[30]; d dense", "x>d", "breast_cancer"),
    "no loss, numbers": ("x input shape=[10]; d dense; r relu", "x>d d>r", "diabetes"),
    "no input": ("d dense; y target; l cross_entropy", "d>l y>l.target", "iris"),
    "no input, sequence": ("g gru; d dense", "g>d", "iris"),
    "softmax twice": (
        "x input shape=[4]; d dense out_features=3; s softmax; y target; l cross_entropy",
        "x>d d>s s>l y>l.target",
        "iris",
    ),
    "softmax twice, used": (
        "x input shape=[4]; d dense out_features=3; s softmax; y target; l cross_entropy; a accuracy",
        "x>d d>s s>l y>l.target s>a y>a.target",
        "iris",
    ),
    "softmax for logarithms": (
        "x input shape=[4]; d dense out_features=3; s softmax; y target; l nll",
        "x>d d>s s>l y>l.target",
        "iris",
    ),
    "scores for logarithms": (
        "x input shape=[4]; d dense out_features=3; y target; l nll",
        "x>d d>l y>l.target",
        "iris",
    ),
    "scores for chances": (
        "x input shape=[30]; d dense out_features=1; y target; l bce",
        "x>d d>l y>l.target",
        "breast_cancer",
    ),
    "share of one": (
        "x input shape=[30]; d dense out_features=1; s softmax; y target; l bce",
        "x>d d>s s>l y>l.target",
        "breast_cancer",
    ),
    "clipped": (
        "x input shape=[4]; d dense out_features=3; r relu; y target; l cross_entropy",
        "x>d d>r r>l y>l.target",
        "iris",
    ),
    "cycle": ("x input shape=[10,8]; c concat; h dense out_features=32; t tanh; o dense", "x>c t>c c>h h>t t>o"),
    "cycle of sums": (
        "x input shape=[10,8]; w dense out_features=32; a add; t tanh; u dense out_features=32",
        "x>w w>a a>t t>u u>a",
    ),
}
"""By what is wrong: layers `id kind param=JSON; …`, wires `a>b a.out>b.port`, and the data, else the usual."""


def drawn(layers: str, wires: str, data: str = "digits") -> Document:
    """A document of layers from left to right."""
    catalog = standard_catalog()
    nodes = []
    for place, layer in enumerate(layers.split("; ")):
        id, kind, *given = layer.split(" ")
        params = {name: json.loads(value) for name, _, value in (each.partition("=") for each in given)}
        nodes.append(Node(id, kind, params, 240.0 * place, 0.0))
    kinds = {node.id: catalog[node.kind]() for node in nodes}
    slots: dict[tuple[str, str], int] = {}
    edges = []
    for wire in wires.split():
        (source, _, output), (target, _, port) = (end.partition(".") for end in wire.split(">"))
        port = port or kinds[target].input_ports()[0].name
        many = next(each.many for each in kinds[target].input_ports() if each.name == port)
        slot = slots.get((target, port), 0) if many else 0
        slots[target, port] = slot + 1
        edges.append(Edge(source, output or kinds[source].output_ports()[0].name, target, port, slot))
    return Document.of(nodes, edges, recipe={"data": {"id": data}})


def broken(name: str) -> Document:
    """One of the documents."""
    return drawn(*BROKEN[name])
