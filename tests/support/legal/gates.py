"""Maps with channels enough to be reduced, and features with a context."""

from __future__ import annotations

from random import Random

from engine.catalog import NodeKind, Shape
from tests.support.forms import Feeds, sequences, vectors


def _channels(kind: NodeKind, rng: Random) -> Feeds:
    places = rng.choice(((5,), (4, 3), (2, 3, 2)))
    return {"in": (Shape.batch(rng.choice((16, 32, 48)), *places),)}


def _images(kind: NodeKind, rng: Random) -> Feeds:
    return {"in": (Shape.batch(rng.choice((16, 32, 48)), rng.randint(1, 6), rng.randint(1, 6)),)}


def _residual(kind: NodeKind, rng: Random) -> Feeds:
    shape = rng.choice((vectors, sequences))(rng)
    feeds: Feeds = {"in": (shape,)}
    if rng.random() < 0.6:
        feeds["context"] = (rng.choice((Shape.batch(5), shape.with_last(3))),)
    return feeds


LEGAL = {
    **dict.fromkeys(("squeeze_excitation", "efficient_channel_attention", "channel_attention"), _channels),
    **dict.fromkeys(("spatial_attention", "cbam"), _images),
    "gated_residual": _residual,
}
