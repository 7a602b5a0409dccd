"""Queries, keys and values."""

from __future__ import annotations

from random import Random

from engine.catalog import NodeKind, Shape
from tests.support.forms import Feeds


def _attention(kind: NodeKind, rng: Random) -> Feeds:
    size, steps, source = rng.choice((4, 8, 12)), rng.randint(1, 6), rng.randint(1, 6)
    feeds: Feeds = {"query": (Shape.batch(steps, size),)}
    if rng.random() < 0.6:
        feeds["key"] = (Shape.batch(source, rng.choice((size, 5))),)
        if rng.random() < 0.6:
            feeds["value"] = (Shape.batch(source, rng.choice((size, 7))),)
    return feeds


LEGAL = {"multihead_attention": _attention}
