"""Predictions and their targets."""

from __future__ import annotations

from random import Random

from engine.catalog import NodeKind, Shape
from tests.support.forms import Feeds


def drawn_classes(kind: NodeKind, rng: Random) -> Feeds:
    """Scores with labels, or with shares."""
    classes, rest = rng.choice((2, rng.randint(2, 9))), rng.choice(((), (5,), (3, 4)))
    labels = Shape.batch(*rest, dtype="int64")
    targets = (labels, Shape.batch(*rest, 1, dtype="int64"), Shape.batch(classes, *rest))
    return {"in": (Shape.batch(classes, *rest),), "target": (rng.choice(targets),)}


def drawn_pairs(kind: NodeKind, rng: Random) -> Feeds:
    """Number for number, a lone last axis here or there."""
    rest = rng.choice(((), (3,), (2, 5)))
    forms = (Shape.batch(*rest), Shape.batch(*rest, 1))
    target = rng.choice(forms).with_dtype(rng.choice(("float32", "int64")))
    return {"in": (rng.choice(forms),), "target": (target,)}


def drawn_answers(kind: NodeKind, rng: Random) -> Feeds:
    """Scores with labels or shares, or one score a sample."""
    if rng.random() < 0.6:
        return drawn_classes(kind, rng)
    forms = (Shape.batch(), Shape.batch(1))
    return {
        "in": (rng.choice(forms),),
        "target": (rng.choice(forms).with_dtype(rng.choice(("float32", "int64"))),),
    }


LEGAL = {
    "cross_entropy": drawn_classes,
    "accuracy": drawn_answers,
    "mse": drawn_pairs,
    "bce_with_logits": drawn_pairs,
    "mae": drawn_pairs,
}
