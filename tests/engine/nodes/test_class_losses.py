"""Losses over classes and overlaps, against torch and the papers' equations."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from engine.catalog import Inputs, Shape
from engine.errors import DataError, ShapeError
from engine.nodes import standard_catalog
from tests.support.judged import judged

WEIGHTS = (1.0, 0.5, 2.0, 0.0)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(2)


def test_cross_entropy_weighs_classes_and_leaves_out_a_label() -> None:
    scores, labels = torch.randn(9, 4), torch.arange(9) % 4
    weight = torch.tensor(WEIGHTS)
    found = judged("cross_entropy", {"weight": WEIGHTS, "ignore_index": 1}, scores, target=labels)
    assert found == pytest.approx(nn.CrossEntropyLoss(weight, ignore_index=1)(scores, labels).item())
    shares = torch.softmax(torch.randn(9, 4), 1)
    found = judged("cross_entropy", {"weight": WEIGHTS, "ignore_index": 1}, scores, target=shares)
    assert found == pytest.approx(nn.CrossEntropyLoss(weight)(scores, shares).item())


def test_cross_entropy_of_one_hot_targets_is_that_of_labels() -> None:
    scores, labels = torch.randn(9, 4), torch.arange(9) % 4
    one_hot = F.one_hot(labels, 4).float()
    assert judged("cross_entropy", {}, scores, target=one_hot) == pytest.approx(
        judged("cross_entropy", {}, scores, target=labels)
    )


@pytest.mark.parametrize("kind", ["cross_entropy", "nll", "focal", "multi_margin"])
def test_weights_that_are_not_one_a_class_are_refused(kind: str) -> None:
    made = standard_catalog().parse(kind, {"weight": [1.0, 2.0]})
    with pytest.raises(ShapeError, match="has 2 class weights for 3 classes") as refused:
        made.shapes(Inputs.of(Shape.batch(3), target=Shape.batch(dtype="int64")))
    assert refused.value.suggestion == "Give weight 3 numbers, one for each class, or none."


def test_nll_equals_torchs_layer() -> None:
    logs, labels = F.log_softmax(torch.randn(5, 4, 3), 1), torch.randint(0, 4, (5, 3))
    assert judged("nll", {}, logs, target=labels) == nn.NLLLoss()(logs, labels).item()
    weight = nn.NLLLoss(torch.tensor(WEIGHTS), ignore_index=2, reduction="sum")
    options = {"weight": WEIGHTS, "ignore_index": 2, "reduction": "sum"}
    assert judged("nll", options, logs, target=labels) == pytest.approx(weight(logs, labels).item())


def test_bce_equals_torchs_layer() -> None:
    shares, labels = torch.rand(6, 3), torch.randint(0, 2, (6, 3))
    assert judged("bce", {}, shares, target=labels) == nn.BCELoss()(shares, labels.float()).item()
    halves = torch.full((4, 1), 0.5)
    assert judged("bce", {}, halves, target=torch.tensor([0, 1, 1, 0])) == pytest.approx(math.log(2))


@pytest.mark.parametrize("no", [0, -1])
def test_hinge_counts_what_is_missing_to_the_margin(no: int) -> None:
    scores, target = torch.tensor([2.0, 0.3, -0.5, 1.0]), torch.tensor([1, 1, no, no])
    assert judged("hinge", {}, scores, target=target) == pytest.approx((0 + 0.7 + 0.5 + 2) / 4)
    squared = {"squared": True, "margin": 2.0, "reduction": "sum"}
    assert judged("hinge", squared, scores, target=target) == pytest.approx(0 + 1.7**2 + 1.5**2 + 3**2)


def test_multi_margin_equals_torchs_layer() -> None:
    scores, labels = torch.randn(6, 4), torch.randint(0, 4, (6,))
    assert judged("multi_margin", {}, scores, target=labels) == nn.MultiMarginLoss()(scores, labels).item()
    layer = nn.MultiMarginLoss(p=2, margin=0.7, weight=torch.tensor(WEIGHTS))
    options = {"p": 2, "margin": 0.7, "weight": WEIGHTS}
    assert judged("multi_margin", options, scores, target=labels) == pytest.approx(layer(scores, labels).item())


def test_focal_without_focus_is_cross_entropy() -> None:
    scores, labels = torch.randn(6, 4, 3), torch.randint(0, 4, (6, 3))
    expected = nn.CrossEntropyLoss()(scores, labels).item()
    assert judged("focal", {"gamma": 0.0}, scores, target=labels) == pytest.approx(expected)


def test_focal_is_the_papers_equation() -> None:
    scores, labels = torch.randn(5, 3), torch.tensor([0, 1, 2, 2, 1])
    total = 0.0
    for row, label in zip(scores.tolist(), labels.tolist(), strict=True):
        p = math.exp(row[label]) / sum(map(math.exp, row))
        total -= (1 - p) ** 3 * math.log(p) * (1.0, 0.5, 2.0)[label]
    options = {"gamma": 3.0, "weight": (1.0, 0.5, 2.0)}
    assert judged("focal", options, scores, target=labels) == pytest.approx(total / 5, rel=1e-5)


def test_focal_of_yes_and_no_is_the_papers_equation() -> None:
    scores, answers = torch.randn(8), torch.tensor([0, 1, 1, 0, 0, 0, 1, 0])
    total = 0.0
    for score, yes in zip(scores.tolist(), answers.tolist(), strict=True):
        p = 1 / (1 + math.exp(-score))
        p, a = (p, 0.25) if yes else (1 - p, 0.75)
        total -= a * (1 - p) ** 2 * math.log(p)
    for found in (scores, scores[:, None]):
        assert judged("focal", {}, found, target=answers) == pytest.approx(total / 8, rel=1e-5)


def test_overlaps_are_counted_areas_where_the_answer_is_certain() -> None:
    found = torch.tensor([[1.0, 1.0, 1.0, 0.0]])
    truth = torch.tensor([[1.0, 0.0, 0.0, 1.0]])  # 1 hit, 2 false alarms, 1 miss
    options = {"from_logits": False, "smooth": 1e-6}
    assert judged("dice_loss", options, found, target=truth) == pytest.approx(1 - 2 / 5, abs=1e-5)
    assert judged("iou_loss", options, found, target=truth) == pytest.approx(1 - 1 / 4, abs=1e-5)
    tversky = {**options, "alpha": 0.2, "beta": 0.5}
    assert judged("tversky_loss", tversky, found, target=truth) == pytest.approx(1 - 1 / 1.9, abs=1e-5)


def test_dice_is_the_papers_fraction() -> None:
    scores, labels = torch.randn(2, 3, 4, 5), torch.randint(0, 3, (2, 4, 5))
    shares = torch.softmax(scores, 1)
    lost = []
    for k in range(3):
        p, y = shares[:, k], (labels == k).float()
        lost.append(1 - (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1))
    assert judged("dice_loss", {}, scores, target=labels) == pytest.approx(float(sum(lost)) / 3, rel=1e-5)
    summed = judged("dice_loss", {"reduction": "sum"}, scores, target=labels)
    assert summed == pytest.approx(float(sum(lost)), rel=1e-5)
    masks, logits = torch.randint(0, 2, (2, 4, 5)), torch.randn(2, 4, 5)
    p = torch.sigmoid(logits)
    expected = 1 - (2 * (p * masks).sum() + 3) / (p.sum() + masks.sum() + 3)
    assert judged("dice_loss", {"smooth": 3.0}, logits, target=masks) == pytest.approx(float(expected), rel=1e-5)


def test_a_label_that_counts_for_nothing_may_lie_outside_the_classes() -> None:
    import numpy as np

    from engine.analysis import Placeholder
    from engine.training.checks import _check_labels

    target = Placeholder("y", "y", Shape.batch(dtype="int64"))

    class Step:
        node = "loss"
        kind = standard_catalog().parse("cross_entropy", {})

    _check_labels(target, 3, Step, np.array([0, -100, 2]))  # type: ignore[arg-type]
    with pytest.raises(DataError, match="labels go from 0 to 2"):
        _check_labels(target, 3, Step, np.array([0, -1, 2]))  # type: ignore[arg-type]
