"""Queries, keys and values: what all sorts of attention ask of them."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, NodeKind, Port, Shape, function
from engine.errors import ShapeError
from engine.nodes.rules import breach, divisor

QUERY = Port("query", "What asks: one answer a step.")
KEY = Port("key", "What is compared with the question; the query where nothing is wired.", optional=True)
VALUE = Port("value", "What is gathered; the key where nothing is wired.", optional=True)


def three(inputs: Inputs) -> tuple[Shape, Shape, Shape]:
    """Query, key and value; an unwired key is the query, an unwired value the key."""
    query = inputs["query"]
    key = inputs.get("key") or query
    return query, key, inputs.get("value") or key


def need_divisor(kind: NodeKind, shape: Shape, param: str, port: str = "query") -> None:
    """Refuse features that heads cannot share equally."""
    heads = getattr(kind, param)
    if shape.size(2, port=port) % heads:
        raise breach(
            kind,
            f"splits the features into {heads} equal heads, {shape.sizes[2]} features cannot be",
            shape,
            port=port,
            suggestion=f"Set {param} to a divisor of {shape.sizes[2]}.",
            fits={param: divisor(shape.size(2), heads)},
        )


def need_pairs(kind: NodeKind, inputs: Inputs, key: Shape, value: Shape) -> None:
    """Refuse values that are not as many as keys."""
    if key.sizes[:-1] != value.sizes[:-1]:
        raise ShapeError(
            f"{kind.title} needs a value for each key. Received: key {key.words()}, value {value.words()}.",
            port="value" if "value" in inputs else "key",
            suggestion="Wire key and value to the same sequence, or leave value unwired.",
        )


def shown(port: str) -> Call:
    """A mask as torch's attention can take it: where all of a sample is padding, none of it is hidden."""
    return function("engine.torchside.layers.attention.never_all", In(port))
