from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.catalog import Inputs, Shape
from engine.nodes import standard_catalog
from tests.support.torch_side import computed

CATALOG = standard_catalog()
X = torch.linspace(-6, 6, 48).reshape(4, 12)

TORCHS: list[tuple[str, dict[str, Any], nn.Module]] = [
    ("sigmoid", {}, nn.Sigmoid()),
    ("tanh", {}, nn.Tanh()),
    ("relu", {}, nn.ReLU()),
    ("leaky_relu", {}, nn.LeakyReLU()),
    ("leaky_relu", {"negative_slope": 0.3}, nn.LeakyReLU(0.3)),
    ("elu", {}, nn.ELU()),
    ("elu", {"alpha": 0.4}, nn.ELU(0.4)),
    ("gelu", {}, nn.GELU()),
    ("gelu", {"approximate": "tanh"}, nn.GELU("tanh")),
    ("silu", {}, nn.SiLU()),
    ("softmax", {}, nn.Softmax(-1)),
    ("softmax", {"dim": 1}, nn.Softmax(1)),
    ("identity", {}, nn.Identity()),
]

FORMULAS: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": lambda x: (math.exp(x) - math.exp(-x)) / (math.exp(x) + math.exp(-x)),
    "relu": lambda x: max(0.0, x),
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "elu": lambda x: x if x > 0 else math.exp(x) - 1,
    "gelu": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "silu": lambda x: x / (1 + math.exp(-x)),
    "identity": lambda x: x,
}


def run(id: str, x: Tensor, **params: Any) -> Tensor:
    inputs = Inputs.of(Shape.batch(*x.shape[1:]))
    return computed(CATALOG.parse(id, params), inputs, {"in": (x,)}, {})["out"]


@pytest.mark.parametrize(("id", "params", "module"), TORCHS, ids=lambda value: str(value))
def test_equal_to_torchs_own_layer(id: str, params: dict[str, Any], module: nn.Module) -> None:
    assert torch.equal(run(id, X, **params), module(X))


@pytest.mark.parametrize("id", FORMULAS)
def test_equal_to_the_formula(id: str) -> None:
    expected = torch.tensor([[FORMULAS[id](x) for x in row] for row in X.tolist()])
    torch.testing.assert_close(run(id, X), expected)


def test_softmax_gives_shares() -> None:
    maps = torch.randn(2, 3, 4, 5)
    assert torch.allclose(run("softmax", maps, dim=1).sum(1), torch.ones(2, 4, 5))
    assert torch.allclose(run("softmax", maps, dim=-1).sum(-1), torch.ones(2, 3, 4))


def test_every_activation_is_held_against_torch() -> None:
    activations = {kind.id for kind in CATALOG if kind.category == "Activation"}
    assert activations == {id for id, _, _ in TORCHS}


def test_an_activation_keeps_the_shape_object() -> None:
    shape = Shape.batch(3, 8, 8)
    for id in FORMULAS:
        assert CATALOG.parse(id, {}).shapes(Inputs.of(shape))["out"] is shape


def test_costs_one_operation_a_number() -> None:
    relu = CATALOG.parse("relu", {})
    shape = Shape.batch(6, 28, 28)
    assert relu.flops(Inputs.of(shape), {"out": shape}) == 4_704
