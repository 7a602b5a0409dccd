"""What losses compare: scores with labels, number with number, embeddings, texts in time."""

from __future__ import annotations

from random import Random

from engine.catalog import NodeKind, Shape
from tests.support.forms import Feeds
from tests.support.legal.comparing import drawn_classes, drawn_pairs


def _labels(kind: NodeKind, rng: Random) -> Feeds:
    feeds = drawn_classes(kind, rng)
    while feeds["target"][0].dtype != "int64":
        feeds = drawn_classes(kind, rng)
    return feeds


def _either(kind: NodeKind, rng: Random) -> Feeds:
    return (_labels if rng.random() < 0.5 else drawn_pairs)(kind, rng)


def _rows(kind: NodeKind, rng: Random) -> Feeds:
    scores = Shape.batch(rng.randint(2, 6))
    return {"in": (scores,), "target": (Shape.batch(*rng.choice(((), (1,))), dtype="int64"),)}


def _spread(kind: NodeKind, rng: Random) -> Feeds:
    feeds = drawn_pairs(kind, rng)
    return {"in": feeds["in"], "log_var": feeds["in"], "target": feeds["target"]}


def _vectors(kind: NodeKind, rng: Random) -> Feeds:
    vector = (Shape.batch(rng.randint(1, 6)),)
    answer = Shape.batch(*rng.choice(((), (1,))), dtype=rng.choice(("float32", "int64")))
    return {port.name: (answer,) if port.name == "target" else vector for port in kind.input_ports()}


def _alike(kind: NodeKind, rng: Random) -> Feeds:
    shape = Shape.batch(*rng.choice(((3,), (1,), (4, 3))))
    return {"in": (shape,), "target": (shape,)}


def _numbers(kind: NodeKind, rng: Random) -> Feeds:
    return {"in": (rng.choice((Shape(()), Shape.batch(), Shape.batch(3, 2))),)}


def _text(kind: NodeKind, rng: Random) -> Feeds:
    feeds: Feeds = {
        "in": (Shape.batch(rng.randint(1, 6), rng.randint(2, 5)),),
        "target": (Shape.batch(rng.randint(1, 4), dtype="int64"),),
    }
    for port in ("input_lengths", "target_lengths"):
        if rng.random() < 0.5:
            feeds[port] = (Shape.batch(dtype="int64"),)
    return feeds


LEGAL = {
    "nll": _labels,
    "bce": drawn_pairs,
    "hinge": drawn_pairs,
    "multi_margin": _rows,
    "focal": _either,
    "dice_loss": _either,
    "iou_loss": _either,
    "tversky_loss": _either,
    "mae_loss": drawn_pairs,
    "huber": drawn_pairs,
    "smooth_l1": drawn_pairs,
    "log_cosh": drawn_pairs,
    "kl_div": drawn_pairs,
    "poisson_nll": drawn_pairs,
    "gaussian_nll": _spread,
    "cosine_loss": _alike,
    "cosine_embedding": _vectors,
    "contrastive": _vectors,
    "triplet_margin": _vectors,
    "number_loss": _numbers,
    "ctc": _text,
}
