"""Gates with weights against the papers' equations."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.catalog import Inputs, Shape
from engine.errors import ParamError, ShapeError
from engine.nodes import standard_catalog
from engine.torchside.layers.experts import MixtureOfExperts
from engine.torchside.layers.gates import (
    CBAM,
    ChannelAttention,
    EfficientChannelAttention,
    GatedResidual,
    Highway,
    SpatialAttention,
    SqueezeExcitation,
)
from tests.support.torch_side import run

CATALOG = standard_catalog()


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(8)


def sigmoid(x: Tensor) -> Tensor:
    return 1 / (1 + (-x).exp())


@pytest.mark.parametrize(("activation", "bend"), [("relu", torch.relu), ("tanh", torch.tanh)])
def test_a_highway_mixes_its_layer_with_its_input(activation: str, bend: Any) -> None:
    twin, x = Highway(6, activation), torch.randn(4, 3, 6)
    h, t = twin.transform, twin.gate
    found = run("highway", {"activation": activation}, twin, in_=x)["out"]
    share = sigmoid(x @ t.weight.T + t.bias)
    torch.testing.assert_close(found, bend(x @ h.weight.T + h.bias) * share + x * (1 - share))


def test_a_highway_starts_by_letting_its_input_pass() -> None:
    assert Highway(6, gate_bias=-3.0).gate.bias.tolist() == [-3.0] * 6
    x = torch.randn(4, 6)
    torch.testing.assert_close(run("highway", {"gate_bias": -100.0}, in_=x)["out"], x)


@pytest.mark.parametrize("context", [None, (5,), (3, 5)])
def test_a_gated_residual_equals_the_papers_equations(context: tuple[int, ...] | None) -> None:
    twin, x = GatedResidual(6, 7, 5 if context else 0), torch.randn(4, 3, 6)
    nn.init.normal_(twin.norm.weight)
    nn.init.normal_(twin.norm.bias)
    told = torch.randn(4, *context) if context else None
    found = run("gated_residual", {"hidden_size": 7}, twin, in_=x, **({} if told is None else {"context": told}))
    for sample in range(4):
        for step in range(3):
            a = x[sample, step]
            inner = twin.hidden.weight @ a + twin.hidden.bias
            if told is not None:
                inner = inner + twin.context.weight @ (told[sample] if told.dim() == 2 else told[sample, step])
            eta2 = torch.where(inner > 0, inner, inner.exp() - 1)
            eta1 = twin.answer.weight @ eta2 + twin.answer.bias
            value, gate = (twin.gate.weight @ eta1 + twin.gate.bias).chunk(2)
            total = a + sigmoid(gate) * value
            normed = (total - total.mean()) / (total.var(correction=0) + 1e-5).sqrt()
            torch.testing.assert_close(found["out"][sample, step], normed * twin.norm.weight + twin.norm.bias)


@pytest.mark.parametrize("places", [(5,), (4, 3), (2, 3, 2)])
def test_squeeze_and_excitation_weighs_channels_by_their_means(places: tuple[int, ...]) -> None:
    twin, x = SqueezeExcitation(8, 2), torch.randn(3, 8, *places)
    found = run("squeeze_excitation", {"reduction": 2}, twin, in_=x)["out"]
    assert twin.fc1.weight.shape == (4, 8)
    for sample in range(3):
        means = torch.stack([channel.mean() for channel in x[sample]])
        hidden = (twin.fc1.weight @ means + twin.fc1.bias).clamp(min=0)
        weights = sigmoid(twin.fc2.weight @ hidden + twin.fc2.bias)
        for channel in range(8):
            torch.testing.assert_close(found[sample, channel], x[sample, channel] * weights[channel])


def test_few_channels_are_reduced_to_one_neuron_at_least() -> None:
    weights = CATALOG.parse("squeeze_excitation", {}).weights(Inputs.of(Shape.batch(8, 4, 4)))
    assert weights["fc1.weight"] == (1, 8)


def test_efficient_channel_attention_looks_at_neighbours() -> None:
    twin, x = EfficientChannelAttention(5), torch.randn(2, 7, 4, 3)
    found = run("efficient_channel_attention", {"kernel_size": 5}, twin, in_=x)["out"]
    weight = twin.conv.weight[0, 0]
    for channel in range(7):
        near = [(channel + shift, weight[shift + 2]) for shift in range(-2, 3) if 0 <= channel + shift < 7]
        share = sigmoid(sum((w * x[1, at].mean() for at, w in near), torch.zeros(())))
        torch.testing.assert_close(found[1, channel], x[1, channel] * share)


def channel_shares(x: Tensor, fc1: Tensor, fc2: Tensor) -> Tensor:
    """Woo et al., equation 2, for one sample."""
    means = fc2 @ (fc1 @ x.flatten(1).mean(1)).clamp(min=0)
    maxima = fc2 @ (fc1 @ x.flatten(1).max(1).values).clamp(min=0)
    return sigmoid(means + maxima)


def place_shares(x: Tensor, weight: Tensor) -> Tensor:
    """Woo et al., equation 3, for one sample, place by place."""
    pooled, reach = torch.stack([x.mean(0), x.max(0).values]), weight.shape[-1] // 2
    padded = nn.functional.pad(pooled, [reach] * 4)
    shares = torch.empty(x.shape[1:])
    for row in range(x.shape[1]):
        for column in range(x.shape[2]):
            window = padded[:, row : row + 2 * reach + 1, column : column + 2 * reach + 1]
            shares[row, column] = sigmoid((window * weight[0]).sum())
    return shares


def test_channel_attention_weighs_by_means_and_maxima() -> None:
    twin, x = ChannelAttention(8, 2), torch.randn(3, 8, 4, 5)
    found = run("channel_attention", {"reduction": 2}, twin, in_=x)["out"]
    shares = channel_shares(x[1], twin.fc1.weight, twin.fc2.weight)
    torch.testing.assert_close(found[1], x[1] * shares[:, None, None])


def test_spatial_attention_weighs_places() -> None:
    twin, x = SpatialAttention(3), torch.randn(3, 8, 4, 5)
    found = run("spatial_attention", {"kernel_size": 3}, twin, in_=x)["out"]
    torch.testing.assert_close(found[1], x[1] * place_shares(x[1], twin.conv.weight))


def test_cbam_weighs_channels_then_places() -> None:
    twin, x = CBAM(8, 2, 3), torch.randn(3, 8, 4, 5)
    found = run("cbam", {"reduction": 2, "kernel_size": 3}, twin, in_=x)["out"]
    inner = x[1] * channel_shares(x[1], twin.channels.fc1.weight, twin.channels.fc2.weight)[:, None, None]
    torch.testing.assert_close(found[1], inner * place_shares(inner, twin.places.conv.weight))


@pytest.mark.parametrize("top_k", [1, 2, 4])
def test_a_mixture_asks_the_best_experts_of_each_step(top_k: int) -> None:
    twin, x = MixtureOfExperts(6, 4, 5, top_k), torch.randn(3, 7, 6)
    nn.init.normal_(twin.bias1)
    nn.init.normal_(twin.bias2)
    params = {"num_experts": 4, "top_k": top_k, "hidden_size": 5}
    found = run("mixture_of_experts", params, twin, in_=x)
    counts, chances = torch.zeros(4), torch.zeros(4)
    for sample in range(3):
        for step in range(7):
            asked = x[sample, step]
            p = (twin.router.weight @ asked).exp()
            p = p / p.sum()
            best = sorted(range(4), key=lambda expert: -p[expert])[:top_k]
            total = sum(p[expert] for expert in best) if top_k > 1 else 1
            answer = torch.zeros(6)
            for expert in best:
                hidden = (asked @ twin.weight1[expert] + twin.bias1[expert, 0]).clamp(min=0)
                answer = answer + p[expert] / total * (hidden @ twin.weight2[expert] + twin.bias2[expert, 0])
                counts[expert] += 1
            chances += p.detach()
            torch.testing.assert_close(found["out"][sample, step], answer)
    balance = 4 * (counts / (21 * top_k) * chances / 21).sum()
    torch.testing.assert_close(found["balance"].detach(), balance)


def test_the_balance_is_1_for_even_use_and_highest_for_one_expert() -> None:
    twin = MixtureOfExperts(4, 4, 3, 1)
    with torch.no_grad():
        twin.router.weight.copy_(torch.eye(4) * 50)
    params = {"num_experts": 4, "top_k": 1, "hidden_size": 3}
    even = run("mixture_of_experts", params, twin, in_=torch.eye(4))["balance"]
    alone = run("mixture_of_experts", params, twin, in_=torch.eye(4)[:1].expand(8, 4))["balance"]
    assert (even.item(), alone.item()) == (pytest.approx(1), pytest.approx(4))


def test_training_on_the_balance_evens_out_the_experts() -> None:
    twin, x = MixtureOfExperts(4, 4, 3, 1), torch.rand(64, 4)
    with torch.no_grad():
        twin.router.weight[0] += 1
    optimizer = torch.optim.Adam(twin.parameters(), lr=0.05)
    before = twin(x)[1].item()
    for _ in range(50):
        optimizer.zero_grad()
        twin(x)[1].backward()
        optimizer.step()
    assert math.isclose(before, 2, rel_tol=0.5)
    assert twin(x)[1].item() < before - 0.3


@pytest.mark.parametrize(
    ("id", "feeds", "sentence", "port"),
    [
        (
            "squeeze_excitation",
            {"in": Shape.batch(8)},
            "Squeeze and excitation needs channels with places in each: batch × channels × what axes there are. "
            "Received: N batch × 8 features.",
            "in",
        ),
        (
            "gated_residual",
            {"in": Shape.batch(8), "context": Shape.batch(3, 4)},
            "Gated residual needs a context of batch × features, or with the axes of the input before its "
            "features. Received at context: N batch × 3 time × 4 features.",
            "context",
        ),
    ],
)
def test_refusals_are_sentences(id: str, feeds: dict[str, Shape], sentence: str, port: str) -> None:
    with pytest.raises(ShapeError) as error:
        CATALOG.parse(id, {}).shapes(Inputs({at: (shape,) for at, shape in feeds.items()}))
    assert (str(error.value), error.value.port) == (sentence, port)


@pytest.mark.parametrize(
    ("id", "params", "fault"),
    [
        ("mixture_of_experts", {"top_k": 5}, r"top_k must be at most num_experts, which is 4\. Received: 5"),
        ("spatial_attention", {"kernel_size": 4}, r"kernel_size must be odd\. Received: 4"),
    ],
)
def test_parameters_that_do_not_go_together(id: str, params: dict[str, Any], fault: str) -> None:
    with pytest.raises(ParamError, match=fault):
        CATALOG.parse(id, params)
