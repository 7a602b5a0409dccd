"""A tiny catalogue with every shape of kind: roles, many and optional ports, two outputs, an adapter."""

from __future__ import annotations

import math

from engine.catalog import (
    Call,
    Catalog,
    Expr,
    In,
    Inputs,
    Item,
    Many,
    NodeKind,
    Port,
    Shape,
    Shapes,
    Weights,
    function,
    layer,
)
from engine.errors import ShapeError
from engine.graph import Document, Edge, Node
from engine.spec import Sizes, Values, param


class Feed(NodeKind):
    """Samples enter here."""

    id, title, role, inputs = "feed", "Feed", "input", ()

    shape: Sizes = param((4,), "Sizes of a sample.", low=1)
    field: str = param("x", "Field of the source.")

    def placeholder(self) -> Shape:
        return Shape.batch(*self.shape)


class Answer(Feed):
    """What is right."""

    id, title, role = "answer", "Answer", "target"

    field: str = param("y", "Field of the source.")


class Weigh(NodeKind):
    """A dense layer for vectors only."""

    id, title = "weigh", "Weigh"

    units: int = param(3, "Numbers that come out.", low=1, high=1000)
    bias: bool = param(True, "Add a number.")

    def shapes(self, inputs: Inputs) -> Shapes:
        shape = inputs["in"]
        if shape.rank != 2:
            raise ShapeError("Weigh needs 2 axes.", port="in", suggestion="Insert a Flat.")
        return {"out": shape.with_last(self.units)}

    def weights(self, inputs: Inputs) -> Weights:
        found: Weights = {"weight": (self.units, inputs["in"].size(-1))}
        return {**found, "bias": (self.units,)} if self.bias else found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        return 2 * self.units * inputs["in"].size(-1)

    def call(self, inputs: Inputs) -> Call:
        return layer("torch.nn.Linear", in_features=inputs["in"].size(-1), out_features=self.units, bias=self.bias)


class Flat(NodeKind):
    """All axes in one."""

    id, title = "flat", "Flat"

    @classmethod
    def adaptations(cls, given: Shape, wanted: Shape | None) -> tuple[Values, ...]:
        return () if wanted is not None else ({},)

    def shapes(self, inputs: Inputs) -> Shapes:
        return {"out": Shape.batch(math.prod(inputs["in"].size(axis) for axis in range(1, inputs["in"].rank)))}

    def call(self, inputs: Inputs) -> Call:
        return function("torch.flatten", In(), 1)


class Join(NodeKind):
    """Vectors end to end; `extra` may be added."""

    id, title = "join", "Join"
    inputs = (Port("in", many=True), Port("extra", optional=True))

    def shapes(self, inputs: Inputs) -> Shapes:
        shapes = [*inputs.many(), *inputs.many("extra")]
        if any(shape.rank != shapes[0].rank for shape in shapes):
            raise ShapeError("Join needs the same axes.", port="in")
        return {"out": shapes[0].with_last(sum(shape.size(-1) for shape in shapes))}

    def call(self, inputs: Inputs) -> Call:
        return function("torch.cat", Many(), -1)


class Halve(NodeKind):
    """Two halves."""

    id, title = "halve", "Halve"
    outputs = (Port("left"), Port("right"))

    def shapes(self, inputs: Inputs) -> Shapes:
        shape = inputs["in"]
        if shape.size(-1) % 2:
            raise ShapeError(f"Halve needs an even last axis. Received: {shape.words()}.", port="in")
        half = shape.with_last(shape.size(-1) // 2)
        return {"left": half, "right": half}

    def calls(self, inputs: Inputs) -> dict[str, Expr]:
        both = function("torch.chunk", In(), 2, -1)
        return {"left": Item(both, 0), "right": Item(both, 1)}


class Gap(NodeKind):
    """Mean squared distance."""

    id, title, role = "gap", "Gap", "loss"
    inputs = (Port("in"), Port("target"))

    def shapes(self, inputs: Inputs) -> Shapes:
        if inputs["in"].sizes != inputs["target"].sizes:
            raise ShapeError("Gap compares equal shapes.", port="target")
        return {"out": Shape(())}

    def call(self, inputs: Inputs) -> Call:
        return function("torch.nn.functional.mse_loss", In(), In("target"))


class Score(Gap):
    """Mean distance."""

    id, title, role = "score", "Score", "metric"


def tiny_catalog() -> Catalog:
    """The kinds above."""
    catalog = Catalog()
    for kind in (Feed, Answer, Weigh, Flat, Join, Halve, Gap, Score):
        catalog.add(kind)
    return catalog


CSV = {"data": {"id": "iris", "params": {}}}
"""A recipe whose data fits `small_net`: 4 numbers a sample, 3 classes."""


def small_net(**recipe: object) -> Document:
    """x → hidden → out, against y."""
    nodes = [
        Node("x", "feed"),
        Node("hidden", "weigh", {"units": 8}),
        Node("out", "weigh", {"units": 3}),
        Node("y", "answer", {"shape": [3]}),
        Node("gap", "gap"),
    ]
    edges = [wire("x", "hidden"), wire("hidden", "out"), wire("out", "gap"), wire("y", "gap.target")]
    return Document.of(nodes, edges, recipe=recipe)


def wire(source: str, target: str, slot: int = 0) -> Edge:
    """An edge between `node.port`s; without a port it is `out` or `in`."""
    (left, _, output), (right, _, port) = source.partition("."), target.partition(".")
    return Edge(left, output or "out", right, port or "in", slot)
