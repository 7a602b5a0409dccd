"""Samples, divergences, gradients and sources, against closed forms and distributions."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.catalog import Inputs
from engine.errors import ParamError
from engine.nodes import standard_catalog
from tests.support.judged import judged, shaped
from tests.support.torch_side import built, computed


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(5)


def given(id: str, params: dict[str, Any], *, training: bool = True, **ports: Tensor) -> Tensor:
    """What a kind gives."""
    kind = standard_catalog().parse(id, params)
    inputs = Inputs({port: (shaped(tensor),) for port, tensor in ports.items()})
    layers = built(kind, inputs)
    for layer in layers.values():
        layer.train(training)
    return computed(kind, inputs, {port: (tensor,) for port, tensor in ports.items()}, layers)["out"]


def test_gaussian_samples_have_their_moments() -> None:
    mean = torch.tensor([1.0, -2.0]).expand(40_000, 2)
    log_var = torch.log(torch.tensor([0.25, 9.0])).expand(40_000, 2)
    drawn = given("gaussian_sample", {}, mean=mean, log_var=log_var)
    torch.testing.assert_close(drawn.mean(0), mean[0], rtol=0, atol=0.06)
    torch.testing.assert_close(drawn.std(0), torch.tensor([0.5, 3.0]), rtol=0.02, atol=0)
    assert torch.equal(given("gaussian_sample", {}, training=False, mean=mean, log_var=log_var), mean)


def test_gaussian_samples_pass_the_gradient_to_both_moments() -> None:
    mean, log_var = torch.zeros(5, 3, requires_grad=True), torch.full((5, 3), 0.8, requires_grad=True)
    drawn = given("gaussian_sample", {}, mean=mean, log_var=log_var)
    drawn.sum().backward()
    assert mean.grad is not None
    assert log_var.grad is not None
    assert torch.equal(mean.grad, torch.ones(5, 3))
    torch.testing.assert_close(log_var.grad, 0.5 * drawn.detach())  # the mean is 0, so z = σ·ε


def test_the_divergence_is_that_of_torchs_distributions() -> None:
    mean, log_var = torch.randn(6, 2, 3), torch.randn(6, 2, 3)
    ours = torch.distributions.Normal(mean, (0.5 * log_var).exp())
    unit = torch.distributions.Normal(0.0, 1.0)
    expected = torch.distributions.kl_divergence(ours, unit).sum((1, 2))
    found = judged("kl_unit_gaussian", {}, mean=mean, log_var=log_var)
    assert found == pytest.approx(expected.mean().item(), rel=1e-5)
    summed = judged("kl_unit_gaussian", {"reduction": "sum"}, mean=mean, log_var=log_var)
    assert summed == pytest.approx(expected.sum().item(), rel=1e-5)
    assert judged("kl_unit_gaussian", {}, mean=torch.zeros(4, 2), log_var=torch.zeros(4, 2)) == 0


def test_bernoulli_samples_come_as_often_as_they_should_and_pass_gradients() -> None:
    scores = torch.tensor([-1.0, 0.0, 2.0]).repeat(40_000, 1).requires_grad_()
    drawn = given("bernoulli_sample", {}, **{"in": scores})
    assert set(drawn.unique().tolist()) == {0.0, 1.0}
    torch.testing.assert_close(drawn.mean(0), torch.sigmoid(scores[0]), rtol=0, atol=0.01)
    drawn.sum().backward()
    share = torch.sigmoid(scores.detach())
    assert scores.grad is not None
    torch.testing.assert_close(scores.grad, share * (1 - share))
    chances = torch.tensor([[0.2, 0.7]])
    likely = given("bernoulli_sample", {"from_logits": False}, training=False, **{"in": chances})
    assert likely.tolist() == [[0, 1]]


def test_gumbel_softmax_draws_classes_by_their_shares() -> None:
    scores = torch.log(torch.tensor([0.1, 0.6, 0.3])).repeat(40_000, 1)
    drawn = given("gumbel_softmax", {"hard": True, "tau": 0.7}, **{"in": scores})
    assert torch.equal(drawn.sum(1), torch.ones(40_000))
    torch.testing.assert_close(drawn.mean(0), torch.tensor([0.1, 0.6, 0.3]), rtol=0, atol=0.01)
    maps = torch.randn(2, 4, 3)
    rest = given("gumbel_softmax", {"dim": 1, "tau": 2.0}, training=False, **{"in": maps})
    torch.testing.assert_close(rest, torch.softmax(maps / 2, 1))
    best = given("gumbel_softmax", {"dim": 1, "hard": True}, training=False, **{"in": maps})
    assert torch.equal(best, F.one_hot(maps.argmax(1), 4).movedim(-1, 1).float())


def test_classes_are_drawn_by_their_shares() -> None:
    shares = torch.tensor([0.1, 0.6, 0.3])
    scores = 0.5 * torch.log(shares).repeat(40_000, 1).unsqueeze(2)
    drawn = given("categorical_sample", {"tau": 0.5, "dim": 1}, **{"in": scores})
    assert (drawn.shape, drawn.dtype) == ((40_000, 1), torch.int64)
    torch.testing.assert_close(drawn.flatten().bincount() / 40_000, shares, rtol=0, atol=0.01)
    best = given("categorical_sample", {"dim": 1}, training=False, **{"in": scores})
    assert best.unique().tolist() == [1]


def test_the_log_probability_is_that_of_torchs_distribution() -> None:
    values, mean, log_var = torch.randn(3, 5, 2, 4).unbind()
    expected = torch.distributions.Normal(mean, (0.5 * log_var).exp()).log_prob(values).sum((1, 2))
    found = given("gaussian_log_prob", {}, mean=mean, log_var=log_var, **{"in": values})
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize(
    ("id", "params", "factor"),
    [("gradient_reversal", {"lambd": 0.3}, -0.3), ("gradient_scale", {"scale": 2.5}, 2.5), ("detach", {}, None)],
)
def test_gradient_nodes_change_the_gradient_alone(id: str, params: dict[str, Any], factor: float | None) -> None:
    values = torch.randn(4, 3, requires_grad=True)
    out = given(id, params, **{"in": values})
    assert torch.equal(out, values)
    if factor is None:
        assert not out.requires_grad
        return
    flow = torch.randn(4, 3)
    out.backward(flow)
    assert values.grad is not None
    torch.testing.assert_close(values.grad, factor * flow)


def test_straight_through_gives_one_and_learns_by_the_other() -> None:
    smooth, hard = torch.randn(4, 3, requires_grad=True), torch.randn(4, 3, requires_grad=True)
    out = given("straight_through", {}, value=hard, **{"in": smooth})
    assert torch.equal(out, hard)
    flow = torch.randn(4, 3)
    out.backward(flow)
    assert smooth.grad is not None
    assert torch.equal(smooth.grad, flow)
    assert hard.grad is None


def test_noise_is_drawn_anew_in_training_and_stays_in_evaluation() -> None:
    like = torch.zeros(5_000, 2)
    first, second = (given("noise_input", {"shape": [4]}, like=like) for _ in range(2))
    assert first.shape == (5_000, 4)
    assert not torch.equal(first, second)
    assert abs(first.mean()) < 0.03
    assert abs(first.std() - 1) < 0.03
    even = given("noise_input", {"shape": [4], "distribution": "uniform"}, like=like)
    assert -1 <= even.min() < -0.99
    assert 0.99 < even.max() <= 1
    assert abs(even.std() - 3**-0.5) < 0.02
    state = torch.get_rng_state()
    one, same = (given("noise_input", {"shape": [2, 3]}, training=False, like=like) for _ in range(2))
    other = given("noise_input", {"shape": [2, 3], "seed": 1}, training=False, like=like)
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert torch.equal(torch.get_rng_state(), state)


def test_an_input_names_its_axes() -> None:
    catalog = standard_catalog()
    video = catalog.parse("input", {"shape": [240, 144, 256, 3], "axes": "THWC"}).placeholder()
    assert video is not None
    assert video.words() == "N batch × 240 time × 144 height × 256 width × 3 channels"
    with pytest.raises(ParamError) as refused:
        catalog.parse("input", {"shape": [3, 8, 8], "axes": "HW"})
    assert str(refused.value).startswith("axes must have 3 letters, one for each axis of the shape. Received: ")
    with pytest.raises(ParamError, match="axes must be made of C channels, D depth, H height"):
        catalog.parse("input", {"shape": [3, 8, 8], "axes": "NHW"})


@pytest.mark.parametrize("text", ["image input", "video input", "series input", "volume input", "vector input"])
def test_inputs_of_every_sort_are_found(text: str) -> None:
    from engine.catalog.search import search

    assert search(standard_catalog(), text)[0].kind.id == "input"
