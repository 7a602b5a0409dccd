"""Queries, keys and values, their masks and biases, and tokens."""

from __future__ import annotations

from random import Random

from engine.catalog import NodeKind, Shape
from tests.support.forms import Feeds


def mask(steps: int) -> tuple[Shape]:
    """A mask of padding."""
    return (Shape.batch(steps, axes="T", dtype="bool"),)


def _attention(kind: NodeKind, rng: Random) -> Feeds:
    size, steps, source = rng.choice((4, 8, 12)), rng.randint(2, 6), rng.randint(2, 6)
    feeds: Feeds = {"query": (Shape.batch(steps, size),)}
    if rng.random() < 0.6:
        feeds["key"] = (Shape.batch(source, rng.choice((size, 5))),)
        if rng.random() < 0.6:
            feeds["value"] = (Shape.batch(source, rng.choice((size, 7))),)
    if rng.random() < 0.5:
        masks = [port.name for port in kind.input_ports() if "mask" in port.name]
        feeds[masks[0]] = mask(source if "key" in feeds else steps)
    return feeds


def _heads(kind: NodeKind, rng: Random) -> Feeds:
    heads, size = rng.randint(1, 4), rng.randint(1, 5)
    feeds: Feeds = {"query": (Shape.batch(heads, rng.randint(2, 6), size),)}
    if rng.random() < 0.5:
        feeds["key"] = (Shape.batch(heads, rng.randint(2, 6), size),)
    return feeds


def _scaled(kind: NodeKind, rng: Random) -> Feeds:
    heads, size = rng.choice(((), (3,))), rng.choice((1, 4, 6))
    steps, source = rng.randint(2, 6), rng.randint(2, 6)
    feeds: Feeds = {"query": (Shape.batch(*heads, steps, size),)}
    if rng.random() < 0.6:
        feeds["key"] = (Shape.batch(*heads, source, size),)
        if rng.random() < 0.6:
            feeds["value"] = (Shape.batch(*heads, source, rng.randint(1, 5)),)
    else:
        source = steps
    if rng.random() < 0.5:
        feeds["mask"] = rng.choice((mask(source), (Shape.batch(steps, source, dtype="bool"),)))
    if rng.random() < 0.4:
        feeds["bias"] = (Shape.batch(*heads, steps, source),)
    return feeds


def _scored(kind: NodeKind, rng: Random) -> Feeds:
    steps, source, size = rng.choice(((), (4,))), rng.randint(2, 6), rng.choice((3, 4))
    feeds: Feeds = {"query": (Shape.batch(*steps, 4),), "key": (Shape.batch(source, size),)}
    if rng.random() < 0.5:
        feeds["value"] = (Shape.batch(source, rng.randint(1, 5)),)
    if rng.random() < 0.5:
        feeds["mask"] = mask(source)
    return feeds


LEGAL = {
    **dict.fromkeys(("multihead_attention", "grouped_query_attention"), _attention),
    **dict.fromkeys(("relative_bias", "linear_bias"), _heads),
    **dict.fromkeys(("additive_attention", "multiplicative_attention"), _scored),
    "scaled_dot_product": _scaled,
}
