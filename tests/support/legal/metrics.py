"""What metrics compare: answers with truths, number with number, texts."""

from __future__ import annotations

from random import Random

from engine.catalog import NodeKind, Shape
from tests.support.forms import Feeds
from tests.support.legal.comparing import drawn_answers, drawn_classes, drawn_pairs


def _labels(kind: NodeKind, rng: Random) -> Feeds:
    feeds = drawn_classes(kind, rng)
    while feeds["target"][0].dtype != "int64":
        feeds = drawn_classes(kind, rng)
    return feeds


def _texts(kind: NodeKind, rng: Random) -> Feeds:
    found = (Shape.batch(rng.randint(1, 6), dtype="int64"), Shape.batch(rng.randint(1, 6), rng.randint(1, 6)))
    return {"in": (rng.choice(found),), "target": (Shape.batch(rng.randint(1, 6), dtype="int64"),)}


LEGAL = {
    "top_k_accuracy": _labels,
    "mape": drawn_pairs,
    "rmse": drawn_pairs,
    "r2": drawn_pairs,
    "precision": drawn_answers,
    "recall": drawn_answers,
    "f1": drawn_answers,
    "iou": drawn_answers,
    "dice_score": drawn_answers,
    "confusion_matrix": drawn_answers,
    "roc_auc": drawn_answers,
    "perplexity": _labels,
    "edit_distance": _texts,
}
