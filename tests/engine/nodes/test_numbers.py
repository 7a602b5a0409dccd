"""Functions of numbers and of axes, against torch and closed forms."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.catalog import Shape
from engine.errors import ParamError
from tests.support.one_node import CATALOG, axes, out, refusal

X = torch.randn(3, 4, 5, 2)

Truth = Callable[[Tensor], Tensor]


@pytest.mark.parametrize(
    ("id", "params", "truth"),
    [
        ("abs", {}, lambda x: torch.maximum(x, -x)),
        ("neg", {}, lambda x: 0 - x),
        ("sign", {}, lambda x: x / x.abs()),
        ("reciprocal", {}, lambda x: 1 / x),
        ("round", {}, lambda x: (x + 0.5).floor()),
        ("round", {"to": "floor"}, torch.floor),
        ("round", {"to": "ceil"}, torch.ceil),
        ("round", {"to": "trunc"}, torch.fix),
        ("clamp", {}, lambda x: x.relu() - (x - 1).relu()),
        ("clamp", {"min": -0.5, "max": None}, lambda x: torch.where(x < -0.5, -0.5, x)),
        ("clamp", {"min": None, "max": 0.5}, lambda x: torch.where(x > 0.5, 0.5, x)),
        ("scale_shift", {"scale": -2.0, "shift": 0.5}, lambda x: -2 * x + 0.5),
        ("scale_shift", {"shift": 0.5}, lambda x: x + 0.5),
        ("scale_shift", {"scale": 3.0}, lambda x: x + x + x),
        ("scale_shift", {}, lambda x: x),
        ("square", {}, lambda x: x * x),
        ("power", {"exponent": 3.0}, lambda x: x * x * x),
        ("power", {"exponent": -1.0}, lambda x: 1 / x),
        ("exp", {}, lambda x: math.e**x),
        ("sin", {}, lambda x: torch.polar(torch.ones_like(x), x).imag),
        ("cos", {}, lambda x: torch.polar(torch.ones_like(x), x).real),
    ],
)
def test_functions_of_one_number(id: str, params: dict[str, Any], truth: Truth) -> None:
    torch.testing.assert_close(out(id, params, in_=X), truth(X))


def test_roots_and_logarithms_undo_powers_and_stay_finite_below_0() -> None:
    positive = X.abs() + 0.01
    torch.testing.assert_close(out("sqrt", in_=positive) ** 2, positive)
    torch.testing.assert_close(out("log", in_=positive).exp(), positive)
    assert torch.equal(out("log", {"eps": 0.0}, in_=X).isnan(), X < 0)
    torch.testing.assert_close(out("log", {"eps": 0.5}, in_=-positive), torch.full_like(X, math.log(0.5)))
    torch.testing.assert_close(out("sqrt", in_=-positive), torch.full_like(X, 1e-6))


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", [1, -1, (1, 3), (-1, 2, 1)])
@pytest.mark.parametrize(
    ("id", "params", "truth"),
    [
        ("sum", {}, lambda x: x.sum(0)),
        ("mean", {}, lambda x: x.sum(0) / len(x)),
        ("max", {}, lambda x: x.sort(0)[0][-1]),
        ("min", {}, lambda x: x.sort(0)[0][0]),
        ("logsumexp", {}, lambda x: x.exp().sum(0).log()),
        ("norm", {}, lambda x: x.square().sum(0).sqrt()),
        ("norm", {"ord": 1.0}, lambda x: x.abs().sum(0)),
        ("norm", {"ord": 3.5}, lambda x: x.abs().pow(3.5).sum(0).pow(1 / 3.5)),
        ("var", {}, lambda x: (x - x.mean(0)).square().sum(0) / (len(x) - 1)),
        ("var", {"correction": 0}, lambda x: (x - x.mean(0)).square().mean(0)),
        ("std", {}, lambda x: ((x - x.mean(0)).square().sum(0) / (len(x) - 1)).sqrt()),
    ],
)
def test_axes_made_one_number(id: str, params: dict[str, Any], truth: Truth, dim: Any, keepdim: bool) -> None:
    reduced = sorted({each % 4 for each in (dim if isinstance(dim, tuple) else (dim,))})
    kept = [axis for axis in range(4) if axis not in reduced]
    expected = truth(X.permute(*reduced, *kept).flatten(0, len(reduced) - 1))
    if keepdim:
        expected = expected.reshape([1 if axis in reduced else X.shape[axis] for axis in range(4)])
    found = out(id, {**params, "dim": dim, "keepdim": keepdim}, in_=X)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


def test_along_an_axis() -> None:
    x = torch.tensor([[[1.0, 2.0, 4.0], [3.0, -1.0, 2.0]]])
    assert out("cumsum", {"dim": 2}, in_=x).tolist() == [[[1, 3, 7], [3, 2, 4]]]
    assert out("cumsum", in_=x).tolist() == [[[1, 2, 4], [4, 1, 6]]]
    assert out("cumprod", {"dim": -1}, in_=x).tolist() == [[[1, 2, 8], [3, -3, -6]]]
    assert out("prod", {"dim": -1}, in_=x).tolist() == [[8, -6]]
    assert out("prod", {"dim": 1, "keepdim": True}, in_=x).tolist() == [[[3, -2, 8]]]
    assert out("argmax", {"dim": -1}, in_=x).tolist() == [[2, 0]]
    assert out("argmax", {"keepdim": True}, in_=x).tolist() == [[[1, 0, 0]]]


def test_letters_of_axes_that_stay() -> None:
    images = Shape.batch(3, 8, 9)
    assert axes("sum", images, dim=(2, 3)) == "NC"
    assert axes("max", images, dim=1) == "NHW"
    assert axes("norm", images, dim=1, keepdim=True) == "NCHW"
    assert axes("argmax", images) == "NHW"


def test_axes_that_do_not_fit() -> None:
    assert "says one twice" in str(refusal("sum", Shape.batch(3, 4), params={"dim": [1, -2]}))
    assert "dim 0 is none" in str(refusal("sum", Shape.batch(3, 4), params={"dim": [0, 1]}))
    assert "needs at least 2 numbers" in str(refusal("var", Shape.batch(1)))
    assert "float32" in str(refusal("argmax", Shape.batch(3, dtype="int64")))
    with pytest.raises(ParamError, match="must name 1 to 16 axes"):
        CATALOG.parse("sum", {"dim": []})


def test_limits_in_order() -> None:
    with pytest.raises(ParamError, match=r"max must be at least min, 2\. Received: -1"):
        CATALOG.parse("clamp", {"min": 2.0, "max": -1.0})
    with pytest.raises(ParamError, match=r"min must be at most max, 1\. Received: 3"):
        CATALOG.parse("clamp", {"min": 3.0})
    with pytest.raises(ParamError, match="must be a number where min is none"):
        CATALOG.parse("clamp", {"min": None, "max": None})
