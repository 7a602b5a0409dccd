from __future__ import annotations

import math
import re
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.catalog import Inputs, Shape
from engine.errors import ParamError
from engine.nodes import standard_catalog
from tests.support.torch_side import built, computed

CATALOG = standard_catalog()
X = torch.linspace(-6, 6, 48).reshape(4, 12)

TORCHS: list[tuple[str, dict[str, Any], nn.Module]] = [
    ("sigmoid", {}, nn.Sigmoid()),
    ("tanh", {}, nn.Tanh()),
    ("relu", {}, nn.ReLU()),
    ("leaky_relu", {}, nn.LeakyReLU()),
    ("leaky_relu", {"negative_slope": 0.3}, nn.LeakyReLU(0.3)),
    ("relu6", {}, nn.ReLU6()),
    ("prelu", {}, nn.PReLU()),
    ("prelu", {"channels": True, "init": 0.6}, nn.PReLU(12, 0.6)),
    ("rrelu", {}, nn.RReLU()),
    ("rrelu", {"lower": 0.2, "upper": 0.5}, nn.RReLU(0.2, 0.5)),
    ("threshold", {}, nn.Threshold(1.0, 0.0)),
    ("threshold", {"threshold": -0.5, "value": 2.0}, nn.Threshold(-0.5, 2.0)),
    ("selu", {}, nn.SELU()),
    ("celu", {}, nn.CELU()),
    ("celu", {"alpha": 0.4}, nn.CELU(0.4)),
    ("softplus", {}, nn.Softplus()),
    ("softplus", {"beta": 2.0, "threshold": 3.0}, nn.Softplus(2.0, 3.0)),
    ("mish", {}, nn.Mish()),
    ("hard_swish", {}, nn.Hardswish()),
    ("hard_sigmoid", {}, nn.Hardsigmoid()),
    ("log_sigmoid", {}, nn.LogSigmoid()),
    ("hard_tanh", {}, nn.Hardtanh()),
    ("hard_tanh", {"min_val": -2.0, "max_val": 0.5}, nn.Hardtanh(-2.0, 0.5)),
    ("softsign", {}, nn.Softsign()),
    ("softshrink", {}, nn.Softshrink()),
    ("softshrink", {"lambd": 1.5}, nn.Softshrink(1.5)),
    ("hardshrink", {}, nn.Hardshrink()),
    ("hardshrink", {"lambd": 1.5}, nn.Hardshrink(1.5)),
    ("tanhshrink", {}, nn.Tanhshrink()),
    ("log_softmax", {}, nn.LogSoftmax(-1)),
    ("softmin", {}, nn.Softmin(-1)),
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
    "selu": lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * (math.exp(x) - 1)),
    "mish": lambda x: x * math.tanh(math.log(1 + math.exp(x))),
    "hard_swish": lambda x: 0.0 if x <= -3 else x if x >= 3 else x * (x + 3) / 6,
    "hard_sigmoid": lambda x: 0.0 if x <= -3 else 1.0 if x >= 3 else x / 6 + 0.5,
    "step": lambda x: float(x > 0),
    "siren": lambda x: math.sin(30 * x),
    "snake": lambda x: x + (1 - math.cos(2 * x)) / 2,
    "gaussian_activation": lambda x: math.sqrt(2 * math.pi) * NormalDist().pdf(x),
}


def run(id: str, x: Tensor, **params: Any) -> Tensor:
    inputs, kind = Inputs.of(Shape.batch(*x.shape[1:])), CATALOG.parse(id, params)
    return computed(kind, inputs, {"in": (x,)}, built(kind, inputs))["out"]


@pytest.mark.parametrize(("id", "params", "module"), TORCHS, ids=lambda value: str(value))
def test_equal_to_torchs_own_layer(id: str, params: dict[str, Any], module: nn.Module) -> None:
    torch.manual_seed(5)
    found = run(id, X, **params)
    torch.manual_seed(5)
    assert torch.equal(found, module(X))


@pytest.mark.parametrize("id", FORMULAS)
def test_equal_to_the_formula(id: str) -> None:
    expected = torch.tensor([[FORMULAS[id](x) for x in row] for row in X.tolist()])
    torch.testing.assert_close(run(id, X), expected, rtol=1e-5, atol=2e-5)


def test_softmax_gives_shares() -> None:
    maps = torch.randn(2, 3, 4, 5)
    assert torch.allclose(run("softmax", maps, dim=1).sum(1), torch.ones(2, 4, 5))
    assert torch.allclose(run("softmax", maps, dim=-1).sum(-1), torch.ones(2, 3, 4))


def test_every_activation_is_held_against_torch() -> None:
    activations = {kind.id for kind in CATALOG if kind.category == "Activation"}
    assert activations == {id for id, _, _ in TORCHS} | FORMULAS.keys() | {"maxout"}


def test_an_activation_keeps_the_shape_object() -> None:
    shape = Shape.batch(3, 8, 8)
    for id in FORMULAS:
        assert CATALOG.parse(id, {}).shapes(Inputs.of(shape))["out"] is shape


def test_costs_one_operation_a_number() -> None:
    relu = CATALOG.parse("relu", {})
    shape = Shape.batch(6, 28, 28)
    assert relu.flops(Inputs.of(shape), {"out": shape}) == 4_704


def test_a_step_learns_straight_through() -> None:
    x = torch.tensor([[-3.0, -0.5, 0.0, 0.5, 3.0]], requires_grad=True)
    y = run("step", x, at_zero=0.25)
    assert y.tolist() == [[0.0, 0.0, 0.25, 1.0, 1.0]]
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [[0.0, 1.0, 1.0, 1.0, 0.0]]


def test_a_step_has_no_slope_of_its_own() -> None:
    x = torch.tensor([[-0.5, 0.0, 0.5]], requires_grad=True)
    y = run("step", x, straight_through=False)
    assert torch.equal(y, torch.heaviside(x, torch.tensor(1.0)))
    y.sum().backward()
    assert x.grad is not None
    assert not x.grad.any()


def test_a_step_of_not_a_number_is_none() -> None:
    assert run("step", torch.tensor([[math.nan]])).isnan().all()


def test_random_slopes_stay_between_their_bounds() -> None:
    slopes = run("rrelu", torch.full((1, 5_000), -1.0), lower=0.2, upper=0.5).neg()
    assert 0.2 <= slopes.min().item() < 0.21
    assert 0.49 < slopes.max().item() <= 0.5
    assert slopes.mean().item() == pytest.approx(0.35, abs=0.01)


@pytest.mark.parametrize("shape", [(6,), (3, 6)])
def test_maxout_is_the_greatest_of_its_sums(shape: tuple[int, ...]) -> None:
    kind, inputs = CATALOG.parse("maxout", {"out_features": 4, "pieces": 3}), Inputs.of(Shape.batch(*shape))
    layers, x = built(kind, inputs), torch.randn(5, *shape)
    weight, bias = (part.detach() for part in layers[""].parameters())
    pieces = [x @ weight[k * 4 : k * 4 + 4].T + bias[k * 4 : k * 4 + 4] for k in range(3)]
    expected = torch.maximum(torch.maximum(pieces[0], pieces[1]), pieces[2])
    torch.testing.assert_close(computed(kind, inputs, {"in": (x,)}, layers)["out"], expected)


@pytest.mark.parametrize(
    ("id", "gate"), [("swiglu", nn.SiLU()), ("geglu", nn.GELU()), ("reglu", nn.ReLU()), ("glu", nn.Sigmoid())]
)
@pytest.mark.parametrize("dim", [1, -1])
def test_gated_units_halve_an_axis(id: str, gate: nn.Module, dim: int) -> None:
    x = torch.randn(2, 4, 6)
    value, share = (x[:, :2], x[:, 2:]) if dim == 1 else (x[..., :3], x[..., 3:])
    torch.testing.assert_close(run(id, x, dim=dim), value * gate(share))


@pytest.mark.parametrize(
    ("id", "params", "sentence"),
    [
        ("hard_tanh", {"min_val": 2.0}, "must be below max_val, 1. Received: 2.0"),
        ("hard_tanh", {"max_val": -2.0}, "must be above min_val, -1. Received: -2.0"),
        ("rrelu", {"lower": 0.5}, "must be below upper, 0.333333. Received: 0.5"),
    ],
)
def test_levels_have_an_order(id: str, params: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ParamError, match=re.escape(sentence)):
        CATALOG.parse(id, params)
