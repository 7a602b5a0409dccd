"""Sequences and memories with their masks."""

from __future__ import annotations

from random import Random

from engine.catalog import NodeKind, Shape
from tests.support.forms import Feeds
from tests.support.legal.attention import mask


def _encoder(kind: NodeKind, rng: Random) -> Feeds:
    steps, size = rng.randint(2, 6), rng.choice((4, 8, 12))
    feeds: Feeds = {"in": (Shape.batch(steps, size),)}
    if rng.random() < 0.5:
        feeds["mask"] = mask(steps)
    return feeds


def _decoder(kind: NodeKind, rng: Random) -> Feeds:
    feeds = _encoder(kind, rng)
    source = rng.randint(2, 6)
    feeds["memory"] = (Shape.batch(source, feeds["in"][0].size(2)),)
    if rng.random() < 0.5:
        feeds["memory_mask"] = mask(source)
    return feeds


LEGAL = {"transformer_encoder_layer": _encoder, "transformer_decoder_layer": _decoder}
