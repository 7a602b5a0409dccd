"""Metrics of whole epochs, added up over uneven batches, against scikit-learn and closed forms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn import metrics
from torch import Tensor

from engine.catalog import In, Inputs, Shape
from engine.errors import ShapeError
from engine.nodes import standard_catalog
from engine.torchside.make import evaluate
from tests.support.judged import judged, shaped

SPLIT = (7, 1, 40, 52)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(4)


def over_batches(id: str, params: dict[str, Any], found: Tensor, target: Tensor) -> float:
    """A metric of an epoch from the sums of its batches."""
    kind = standard_catalog().parse(id, params)
    inputs = Inputs.of(shaped(found), target=shaped(target))
    sums = kind.sums(inputs)
    assert sums is not None
    vectors = [
        evaluate({"sums": sums}, {}, {"in": (x,), "target": (y,)})["sums"]
        for x, y in zip(found.split(SPLIT), target.split(SPLIT), strict=True)
    ]
    whole = torch.stack(vectors).sum(0)
    number = float(evaluate({"out": kind.finish(In("sums"), inputs)}, {}, {"sums": (whole,)})["out"])
    assert number == pytest.approx(judged(id, params, found, target=target), rel=1e-5)
    return number


def scored(classes: int, seen: int) -> tuple[Tensor, Tensor]:
    """Scores of some use for labels; the last classes never come."""
    labels = torch.randint(0, seen, (100,))
    scores = torch.randn(100, classes) + 1.5 * F.one_hot(labels, classes)
    scores[:, seen + 1 :] -= 50
    return scores, labels


RATES = {
    "precision": metrics.precision_score,
    "recall": metrics.recall_score,
    "f1": metrics.f1_score,
    "dice_score": metrics.f1_score,
    "iou": metrics.jaccard_score,
}


@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
@pytest.mark.parametrize("id", RATES)
def test_rates_are_those_of_scikit_learn(id: str, average: str) -> None:
    scores, labels = scored(6, 4)
    expected = RATES[id](labels.numpy(), scores.argmax(1).numpy(), average=average, zero_division=0)
    assert over_batches(id, {"average": average}, scores, labels) == pytest.approx(expected)
    shares = F.one_hot(labels, 6).float()
    assert over_batches(id, {"average": average}, scores, shares) == pytest.approx(expected)


@pytest.mark.parametrize("id", RATES)
def test_rates_of_yes_and_no_are_those_of_yes(id: str) -> None:
    answers = torch.randint(0, 2, (100,))
    logits = torch.randn(100) + answers
    expected = RATES[id](answers.numpy(), (logits > 0.3).int().numpy())
    assert over_batches(id, {"threshold": 0.3}, logits[:, None], answers) == pytest.approx(expected)
    two = torch.stack([torch.zeros(100), logits - 0.3], 1)
    assert over_batches(id, {"average": "binary"}, two, answers) == pytest.approx(expected)


def test_a_share_of_nothing_is_none() -> None:
    never, no = torch.full((4,), -1.0), torch.zeros(4, dtype=torch.int64)
    for id in RATES:
        assert judged(id, {}, never, target=no) == 0


def test_binary_needs_two_classes() -> None:
    kind = standard_catalog().parse("f1", {"average": "binary"})
    with pytest.raises(ShapeError, match="F1 with average binary needs 2 classes, not 3"):
        kind.shapes(Inputs.of(Shape.batch(3), target=Shape.batch(dtype="int64")))


def test_the_confusion_matrix_is_that_of_scikit_learn() -> None:
    scores, labels = scored(5, 4)
    kind = standard_catalog().parse("confusion_matrix", {})
    inputs = Inputs.of(shaped(scores), target=shaped(labels))
    sums = kind.sums(inputs)
    assert sums is not None
    table = evaluate({"sums": sums}, {}, {"in": (scores,), "target": (labels,)})["sums"].reshape(5, 5)
    expected = metrics.confusion_matrix(labels, scores.argmax(1), labels=range(5))
    np.testing.assert_array_equal(table.numpy(), expected)
    number = over_batches("confusion_matrix", {}, scores, labels)
    assert number == pytest.approx(judged("accuracy", {}, scores, target=labels))


def test_the_area_under_the_curve_is_that_of_scikit_learn() -> None:
    answers = torch.randint(0, 2, (100,))
    logits = 4 * (torch.randn(100) + answers)
    expected = metrics.roc_auc_score(answers, logits)
    assert over_batches("roc_auc", {"bins": 2**16}, logits, answers) == pytest.approx(expected, abs=1e-3)
    coarse = torch.randint(-3, 4, (100,)).float()  # each value in a bin of its own, ties and all
    expected = metrics.roc_auc_score(answers, coarse)
    assert over_batches("roc_auc", {}, coarse[:, None], answers.float()) == pytest.approx(expected, abs=1e-6)


def test_the_area_over_classes_is_one_against_the_rest() -> None:
    scores, labels = scored(4, 4)
    expected = metrics.roc_auc_score(labels, torch.softmax(scores, 1), multi_class="ovr")
    assert over_batches("roc_auc", {"bins": 2**16}, scores, labels) == pytest.approx(expected, abs=1e-3)
    scores, labels = scored(4, 3)
    known = [metrics.roc_auc_score(labels == k, torch.softmax(scores, 1)[:, k]) for k in range(3)]
    found = over_batches("roc_auc", {"bins": 2**16}, scores, labels)
    assert found == pytest.approx(float(np.mean(known)), abs=1e-3)


def test_an_area_that_is_not_defined_is_no_number() -> None:
    assert math.isnan(judged("roc_auc", {}, torch.randn(3), target=torch.ones(3, dtype=torch.int64)))


def test_top_k_is_that_of_scikit_learn() -> None:
    scores, labels = scored(6, 6)
    for k in (1, 2, 5):
        expected = metrics.top_k_accuracy_score(labels, scores, k=k)
        assert judged("top_k_accuracy", {"k": k}, scores, target=labels[:, None]) == pytest.approx(expected)
    kind = standard_catalog().parse("top_k_accuracy", {"k": 5})
    with pytest.raises(ShapeError, match="takes the best 5 of 3 classes") as refused:
        kind.shapes(Inputs.of(Shape.batch(3), target=Shape.batch(dtype="int64")))
    assert refused.value.suggestion == "Set k to 3 or less."


@pytest.mark.parametrize("columns", [(), (1,), (3,), (2, 2)])
def test_fits_are_those_of_scikit_learn(columns: tuple[int, ...]) -> None:
    target = torch.randn(100, *columns) * 5 + 200
    found = target + torch.randn(100, *columns)
    rows = (target.reshape(100, -1).double().numpy(), found.reshape(100, -1).double().numpy())
    assert over_batches("r2", {}, found, target) == pytest.approx(metrics.r2_score(*rows))
    flat = (rows[0].ravel(), rows[1].ravel())
    assert over_batches("rmse", {}, found, target) == pytest.approx(metrics.root_mean_squared_error(*flat))
    expected = metrics.mean_absolute_percentage_error(*flat)
    assert judged("mape", {}, found, target=target) == pytest.approx(expected, rel=1e-5)


def test_what_never_varies_is_explained_by_hitting_it() -> None:
    same = torch.full((100,), 0.25)
    assert over_batches("r2", {}, same, same) == metrics.r2_score(same, same) == 1
    off = same + torch.randn(100)
    assert over_batches("r2", {}, off, same) == metrics.r2_score(same, off) == 0


def test_perplexity_is_the_exponential_of_the_mean_surprise() -> None:
    scores, labels = torch.randn(100, 5, 3), torch.randint(0, 5, (100, 3))
    expected = math.exp(F.cross_entropy(scores, labels, ignore_index=2).item())
    assert over_batches("perplexity", {"ignore_index": 2}, scores, labels) == pytest.approx(expected, rel=1e-5)
    assert judged("perplexity", {}, torch.zeros(4, 7), target=torch.arange(4)) == pytest.approx(7)


def levenshtein(left: list[int], right: list[int]) -> int:
    """By the definition."""
    if not left or not right:
        return len(left) + len(right)
    same = left[0] == right[0]
    return min(
        levenshtein(left[1:], right[1:]) + (not same),
        levenshtein(left[1:], right) + 1,
        levenshtein(left, right[1:]) + 1,
    )


def test_edit_distance_is_the_definition() -> None:
    found, target = torch.randint(0, 4, (100, 5)), torch.randint(0, 4, (100, 4))
    total = wanted = 0
    for x, y in zip(found.tolist(), target.tolist(), strict=True):
        x, y = [t for t in x if t], [t for t in y if t]
        total, wanted = total + levenshtein(x, y), wanted + len(y)
    assert over_batches("edit_distance", {}, found, target) == pytest.approx(total / wanted)
    one_hot = F.one_hot(found, 4).float()
    assert judged("edit_distance", {"dim": 2}, one_hot, target=target) == pytest.approx(total / wanted)
    assert judged("edit_distance", {}, one_hot.movedim(2, 1), target=target) == pytest.approx(total / wanted)


def test_edit_distance_of_known_words() -> None:
    def spelled(word: str) -> Tensor:
        return torch.tensor([[ord(letter) for letter in word.ljust(8, "\0")]])

    rate = judged("edit_distance", {}, spelled("sitting"), target=spelled("kitten"))
    assert rate == pytest.approx(3 / 6)
    heard = torch.tensor([[0, 7, 7, 0, 7, 8, 8, 0]])
    assert judged("edit_distance", {"collapse": True}, heard, target=torch.tensor([[7, 7, 8]])) == 0
