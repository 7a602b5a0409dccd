"""Losses of numbers, distributions, embeddings and texts, against torch and closed forms."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from engine.catalog import Inputs, Shape
from engine.errors import ShapeError
from engine.nodes import standard_catalog
from engine.torchside.layers.ctc import ctc
from tests.support.judged import judged


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(3)


REGRESSION = [
    ("mae_loss", {}, nn.L1Loss()),
    ("huber", {"delta": 0.4}, nn.HuberLoss(delta=0.4)),
    ("huber", {"reduction": "sum"}, nn.HuberLoss(reduction="sum")),
    ("smooth_l1", {"beta": 0.3}, nn.SmoothL1Loss(beta=0.3)),
    ("poisson_nll", {}, nn.PoissonNLLLoss()),
    ("poisson_nll", {"full": True, "reduction": "sum"}, nn.PoissonNLLLoss(full=True, reduction="sum")),
]


@pytest.mark.parametrize(("kind", "params", "layer"), REGRESSION)
def test_regression_equals_torchs_layer(kind: str, params: dict[str, object], layer: nn.Module) -> None:
    found, target = torch.randn(7, 1), torch.randint(0, 5, (7,)).float()
    expected = pytest.approx(layer(found[:, 0], target).item())
    assert judged(kind, params, found, target=target) == expected
    assert judged(kind, params, found[:, 0], target=target[:, None]) == expected


def test_poisson_of_rates() -> None:
    rates, counts = torch.rand(6) + 0.5, torch.randint(0, 4, (6,))
    expected = nn.PoissonNLLLoss(log_input=False)(rates, counts).item()
    assert judged("poisson_nll", {"log_input": False}, rates, target=counts) == pytest.approx(expected)


def test_log_cosh_is_the_formula_and_never_overflows() -> None:
    found, target = torch.tensor([0.0, 1.0, -2.0]), torch.tensor([0.5, 1.0, 1.0])
    expected = sum(math.log(math.cosh(d)) for d in (0.5, 0.0, 3.0)) / 3
    assert judged("log_cosh", {}, found, target=target) == pytest.approx(expected)
    far = torch.tensor([1000.0])
    assert judged("log_cosh", {}, far, target=torch.zeros(1)) == pytest.approx(1000 - math.log(2))


def test_kl_divergence_is_that_of_distributions() -> None:
    truth, guess = torch.softmax(torch.randn(5, 4), 1), torch.softmax(torch.randn(5, 4), 1)
    expected = torch.distributions.kl_divergence(
        torch.distributions.Categorical(truth), torch.distributions.Categorical(guess)
    )
    assert judged("kl_div", {}, guess.log(), target=truth) == pytest.approx(expected.mean().item(), rel=1e-5)
    summed = judged("kl_div", {"log_target": True, "reduction": "sum"}, guess.log(), target=truth.log())
    assert summed == pytest.approx(expected.sum().item(), rel=1e-5)


def test_gaussian_nll_equals_torchs_layer() -> None:
    mean, log_var, target = torch.randn(6, 1), torch.randn(6, 1), torch.randn(6)
    for full in (False, True):
        layer = nn.GaussianNLLLoss(full=full)
        expected = pytest.approx(layer(mean[:, 0], target, log_var[:, 0].exp()).item(), rel=1e-5)
        assert judged("gaussian_nll", {"full": full}, mean, log_var=log_var, target=target) == expected
        assert judged("gaussian_nll", {"full": full}, mean, log_var=log_var, target=target[:, None]) == expected


def test_cosine_losses_equal_torchs() -> None:
    left, right, answers = torch.randn(6, 4), torch.randn(6, 4), torch.tensor([1, -1, 1, -1, -1, 1])
    expected = (1 - F.cosine_similarity(left, right)).mean().item()
    assert judged("cosine_loss", {}, left, target=right) == pytest.approx(expected)
    layer = nn.CosineEmbeddingLoss(margin=-0.2)
    expected = layer(left, right, answers).item()
    for target in (answers, answers.clamp(min=0), answers.clamp(min=0).float()[:, None]):
        found = judged("cosine_embedding", {"margin": -0.2}, left, other=right, target=target)
        assert found == pytest.approx(expected)


def test_contrastive_is_the_papers_equation() -> None:
    left = torch.tensor([[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]])
    right = torch.tensor([[3.0, 4.0], [0.3, 0.4], [4.0, 5.0]])
    found = judged("contrastive", {"margin": 2.0}, left, other=right, target=torch.tensor([1, 0, 0]))
    assert found == pytest.approx((0.5 * 25 + 0.5 * 1.5**2 + 0) / 3, rel=1e-4)


def test_triplet_margin_equals_torchs_layer() -> None:
    anchor, positive, negative = torch.randn(3, 6, 4)
    layer = nn.TripletMarginLoss(margin=0.6, p=1.0, swap=True)
    found = judged(
        "triplet_margin",
        {"margin": 0.6, "p": 1.0, "swap": True},
        anchor=anchor,
        positive=positive,
        negative=negative,
    )
    assert found == pytest.approx(layer(anchor, positive, negative).item())


def test_a_number_becomes_a_loss_with_a_scale() -> None:
    assert judged("number_loss", {"scale": -3.0}, torch.tensor(2.0)) == -6
    values = torch.tensor([[1.0, 2.0], [3.0, 6.0]])
    assert judged("number_loss", {}, values) == 3
    assert judged("number_loss", {"reduction": "sum", "scale": 0.5}, values) == 6


def test_activity_penalties_sum_over_the_sample() -> None:
    values = torch.tensor([[[1.0, -2.0]], [[0.0, 3.0]]])
    assert judged("activity_penalty", {"scale": 0.1}, values) == pytest.approx(0.1 * (3 + 3) / 2)
    assert judged("activity_penalty", {"norm": "l2", "scale": 1.0}, values) == pytest.approx((5 + 9) / 2)


def test_ctc_equals_torchs_with_and_without_lengths() -> None:
    logs = F.log_softmax(torch.randn(4, 9, 6), 2)
    targets = torch.tensor([[1, 1, 2, 0], [3, 4, 5, 1], [2, 0, 0, 0], [5, 5, 5, 0]])
    full, counted = torch.full((4,), 9), torch.tensor([3, 4, 1, 3])
    expected = F.ctc_loss(logs.transpose(0, 1), targets, full, counted).item()
    assert judged("ctc", {}, logs, target=targets) == pytest.approx(expected, rel=1e-5)
    spans, sizes = torch.tensor([9, 7, 2, 6]), torch.tensor([2, 4, 0, 3])
    expected = F.ctc_loss(logs.transpose(0, 1), targets, spans, sizes, reduction="sum").item()
    found = judged(
        "ctc", {"reduction": "sum"}, logs, target=targets, input_lengths=spans, target_lengths=sizes[:, None]
    )
    assert found == pytest.approx(expected, rel=1e-5)


def test_ctc_has_torchs_gradient() -> None:
    targets, sizes = torch.tensor([[2, 2, 1], [1, 3, 3]]), torch.tensor([3, 2])
    scores = torch.randn(2, 7, 4, dtype=torch.float64, requires_grad=True)
    logs = F.log_softmax(scores, 2)
    (expected,) = torch.autograd.grad(
        F.ctc_loss(logs.transpose(0, 1), targets, torch.tensor([7, 6]), sizes, blank=0), scores, retain_graph=True
    )
    (found,) = torch.autograd.grad(ctc(logs, targets, torch.tensor([7, 6]), sizes), scores)
    torch.testing.assert_close(found, expected)


def test_ctc_that_no_way_can_tell_is_infinite_or_left_out() -> None:
    logs, targets = F.log_softmax(torch.randn(1, 3, 4), 2), torch.tensor([[1, 1, 2]])
    assert judged("ctc", {}, logs, target=targets) == math.inf
    assert judged("ctc", {"zero_infinity": True}, logs, target=targets) == 0


def test_refusals_name_what_was_compared() -> None:
    catalog = standard_catalog()
    vector, label = Shape.batch(4), Shape.batch(dtype="int64")
    with pytest.raises(ShapeError) as refused:
        catalog.parse("contrastive", {}).shapes(
            Inputs({"in": (vector,), "other": (Shape.batch(5),), "target": (label,)})
        )
    assert str(refused.value) == (
        "Contrastive compares number with number, so in and other need the same shape. "
        "Received: in N batch × 4 features, other N batch × 5 features, target N batch."
    )
    with pytest.raises(ShapeError, match="takes label 4 for the blank, but labels go from 0 to 3"):
        catalog.parse("ctc", {"blank": 4}).shapes(
            Inputs.of(Shape.batch(5, 4), target=Shape.batch(3, dtype="int64"))
        )
