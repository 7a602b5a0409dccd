"""Random shapes of the usual forms: images, vectors, sequences, tokens."""

from __future__ import annotations

from random import Random

from engine.catalog import Shape

Feeds = dict[str, tuple[Shape, ...]]
"""Shapes by input port."""


def images(rng: Random) -> Shape:
    """A small batch of images."""
    return Shape.batch(rng.choice((1, 2, 4, 6, 8)), rng.randint(4, 12), rng.randint(4, 12))


def vectors(rng: Random) -> Shape:
    """A batch of feature vectors."""
    return Shape.batch(rng.choice((1, 2, 3, 6, 8, 12)))


def sequences(rng: Random) -> Shape:
    """A batch of sequences of features."""
    return Shape.batch(rng.randint(1, 7), rng.choice((2, 4, 6, 8, 24)))


def volumes(rng: Random) -> Shape:
    """A batch with four axes a sample."""
    return Shape.batch(rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 4))


def numbers(rng: Random) -> Shape:
    """One number a sample."""
    return Shape.batch()


def tokens(rng: Random) -> Shape:
    """A batch of token sequences."""
    return Shape.batch(rng.randint(1, 7), axes="T", dtype="int64")


FORMS = (images, vectors, sequences, volumes, numbers, tokens)
