"""What acts by chance while training: against torch under the same seed, by its moments, and at rest."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.catalog import Inputs, Shape
from engine.errors import ShapeError
from engine.nodes import standard_catalog
from tests.support.torch_side import built, computed

CATALOG = standard_catalog()

TWINS: list[tuple[str, dict[str, Any], nn.Module, tuple[int, ...]]] = [
    ("dropout", {}, nn.Dropout(), (6,)),
    ("dropout", {"p": 0.25}, nn.Dropout(0.25), (3, 4)),
    ("spatial_dropout", {}, nn.Dropout1d(), (8, 5)),
    ("spatial_dropout", {"p": 0.2}, nn.Dropout2d(0.2), (8, 5, 4)),
    ("spatial_dropout", {"p": 0.7}, nn.Dropout3d(0.7), (8, 2, 3, 4)),
    ("alpha_dropout", {}, nn.AlphaDropout(), (6,)),
    ("alpha_dropout", {"p": 0.1}, nn.AlphaDropout(0.1), (3, 4)),
    ("feature_alpha_dropout", {"p": 0.3}, nn.FeatureAlphaDropout(0.3), (8, 3, 4)),
]
OWN = {"stochastic_depth", "drop_connect", "gaussian_noise", "gaussian_dropout"}


def run(id: str, x: Tensor, *, training: bool = True, **params: Any) -> Tensor:
    torch.manual_seed(6)
    kind, inputs = CATALOG.parse(id, params), Inputs.of(Shape.batch(*x.shape[1:]))
    layers = built(kind, inputs)
    layers[""].train(training)
    return computed(kind, inputs, {"in": (x,)}, layers)["out"]


@pytest.mark.parametrize(("id", "params", "twin", "sizes"), TWINS, ids=str)
def test_equal_to_torchs_own_layer(
    id: str, params: dict[str, Any], twin: nn.Module, sizes: tuple[int, ...]
) -> None:
    x = torch.randn(5, *sizes)
    found = run(id, x, **params)
    torch.manual_seed(6)
    assert torch.equal(found, twin(x))
    assert not torch.equal(found, x)
    assert torch.equal(run(id, x, training=False, **params), x)


def test_dropout_drops_its_share_and_rests_in_evaluation() -> None:
    x = torch.ones(1, 10_000)
    dropped = run("dropout", x, p=0.25)
    assert (dropped == 0).float().mean().item() == pytest.approx(0.25, abs=0.02)
    assert dropped.max().item() == pytest.approx(4 / 3)
    assert torch.equal(run("dropout", x, training=False), x)


def test_spatial_dropout_drops_whole_channels() -> None:
    dropped = run("spatial_dropout", torch.ones(200, 10, 3, 3), p=0.25)
    assert torch.equal(dropped.amax((2, 3)), dropped.amin((2, 3)))
    assert (dropped[:, :, 0, 0] == 0).float().mean().item() == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("id", ["alpha_dropout", "feature_alpha_dropout"])
def test_alpha_dropout_keeps_mean_and_variance(id: str) -> None:
    dropped = run(id, torch.randn(400, 400), p=0.3)
    assert dropped.mean().item() == pytest.approx(0, abs=0.02)
    assert dropped.var().item() == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("sizes", [(), (7,), (3, 4, 5)])
def test_stochastic_depth_drops_whole_samples(sizes: tuple[int, ...]) -> None:
    x = torch.rand(4_000, *sizes) + 0.5
    dropped = run("stochastic_depth", x, p=0.2)
    factors = (dropped / x).flatten(1) if sizes else (dropped / x)[:, None]
    torch.testing.assert_close(factors, factors[:, :1].expand_as(factors))
    kept = factors[:, 0] > 0
    assert kept.float().mean().item() == pytest.approx(0.8, abs=0.02)
    assert factors[kept].mean().item() == pytest.approx(1 / 0.8)
    assert torch.equal(run("stochastic_depth", x, training=False, p=0.2), x)


@pytest.mark.parametrize("id", ["dropout", "stochastic_depth", "drop_connect"])
def test_all_may_be_dropped(id: str) -> None:
    params = {"bias": False} if id == "drop_connect" else {}
    assert not run(id, torch.ones(3, 4), p=1.0, **params).any()


def test_drop_connect_drops_weights() -> None:
    """Of one-hot features, each output shows one weight: dropped, or scaled by 1 / (1 − p)."""
    kind = CATALOG.parse("drop_connect", {"out_features": 60, "p": 0.3})
    inputs, x = Inputs.of(Shape.batch(100)), torch.eye(100)
    layers = built(kind, inputs)
    weight, bias = layers[""].weight.detach(), layers[""].bias.detach()
    seen = computed(kind, inputs, {"in": (x,)}, layers)["out"].detach() - bias
    factors = seen / weight.T
    dropped = factors.abs() < 1e-3
    assert dropped.float().mean().item() == pytest.approx(0.3, abs=0.02)
    torch.testing.assert_close(factors[~dropped], torch.full_like(factors[~dropped], 1 / 0.7), rtol=1e-2, atol=0)
    layers[""].eval()
    torch.testing.assert_close(computed(kind, inputs, {"in": (x,)}, layers)["out"], F.linear(x, weight, bias))


@pytest.mark.parametrize("stddev", [0.1, 2.0])
def test_gaussian_noise_has_its_moments(stddev: float) -> None:
    x = torch.full((300, 300), 3.0)
    noise = run("gaussian_noise", x, stddev=stddev) - x
    assert noise.mean().item() == pytest.approx(0, abs=stddev / 50)
    assert noise.std().item() == pytest.approx(stddev, rel=0.02)
    assert (noise.abs() < stddev).float().mean().item() == pytest.approx(math.erf(1 / math.sqrt(2)), abs=0.01)
    assert torch.equal(run("gaussian_noise", x, training=False, stddev=stddev), x)


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5])
def test_gaussian_dropout_has_the_moments_of_dropout(p: float) -> None:
    x = torch.full((300, 300), 2.0)
    found = run("gaussian_dropout", x, p=p)
    assert found.mean().item() == pytest.approx(2, abs=0.03)
    assert found.var().item() == pytest.approx(4 * p / (1 - p), rel=0.03)
    assert torch.equal(run("gaussian_dropout", x, training=False, p=p), x)


def test_spatial_dropout_refuses_vectors() -> None:
    with pytest.raises(ShapeError, match="Spatial dropout needs 3 to 5 axes") as caught:
        CATALOG.parse("spatial_dropout", {}).shapes(Inputs.of(Shape.batch(7)))
    assert caught.value.suggestion == "Use Dropout instead."


def test_every_regularization_is_held_against_its_truth() -> None:
    kinds = {kind.id for kind in CATALOG if kind.category == "Regularization"}
    assert kinds == {id for id, *_ in TWINS} | OWN
