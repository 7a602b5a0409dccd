"""What weights begin with: moments and shapes by closed form."""

from __future__ import annotations

import math
import operator
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.catalog.initializer import all_initializers, sort_of
from engine.errors import ParamError
from engine.torchside.make import resolve

TALL, FILTERS = (700, 300), (96, 64, 3, 3)


def drawn(id: str, sizes: tuple[int, ...], **params: Any) -> Tensor:
    made = all_initializers()[id].parse(params)
    tensor = torch.full(sizes, math.nan)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        resolve(made.target)(tensor, **made.arguments())
    return tensor


def fans(sizes: tuple[int, ...]) -> tuple[int, int]:
    window = math.prod(sizes[2:])
    return sizes[1] * window, sizes[0] * window


SIGMAS: dict[str, tuple[dict[str, Any], Any]] = {
    "xavier_uniform": ({"gain": 1.5}, lambda i, o: 1.5 * math.sqrt(2 / (i + o))),
    "xavier_normal": ({}, lambda i, o: math.sqrt(2 / (i + o))),
    "he_uniform": ({}, lambda i, o: math.sqrt(2 / i)),
    "he_normal": ({"mode": "fan_out"}, lambda i, o: math.sqrt(2 / o)),
    "lecun_uniform": ({}, lambda i, o: math.sqrt(1 / i)),
    "lecun_normal": ({}, lambda i, o: math.sqrt(1 / i)),
    "normal": ({"std": 0.3}, lambda i, o: 0.3),
    "uniform": ({"low": -0.6, "high": 0.6}, lambda i, o: 1.2 / math.sqrt(12)),
}


@pytest.mark.parametrize("sizes", [TALL, FILTERS], ids=["matrix", "filters"])
@pytest.mark.parametrize("id", SIGMAS)
def test_mean_and_deviation_are_those_of_the_formula(id: str, sizes: tuple[int, ...]) -> None:
    params, sigma = SIGMAS[id]
    tensor, expected = drawn(id, sizes, **params).double(), sigma(*fans(sizes))
    spread = expected / math.sqrt(tensor.numel())
    assert abs(tensor.mean()) < 5 * spread
    assert tensor.std().item() == pytest.approx(expected, rel=0.02)
    if "uniform" in id:
        bound = math.sqrt(3) * expected
        assert tensor.abs().max() <= bound * (1 + 1e-6)
        assert tensor.abs().max() > 0.999 * bound
    else:
        fourth = ((tensor / expected) ** 4).mean().item()
        assert fourth == pytest.approx(3, rel=0.05)  # a bell's, where a uniform has 1.8


def test_a_truncated_bell_has_no_tails() -> None:
    tensor = drawn("truncated_normal", (500, 400), mean=1.0, std=0.5, cut=1.5).double()
    assert tensor.min() >= 1 - 0.75
    assert tensor.max() <= 1 + 0.75
    density = math.exp(-(1.5**2) / 2) / math.sqrt(2 * math.pi)
    inside = math.erf(1.5 / math.sqrt(2))
    expected = 0.5 * math.sqrt(1 - 2 * 1.5 * density / inside)  # variance of a truncated normal
    assert tensor.std().item() == pytest.approx(expected, rel=0.01)
    assert tensor.mean().item() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("sizes", [(40, 90), (90, 40), (16, 5, 3, 3)])
def test_orthogonal_rows_stand_at_right_angles(sizes: tuple[int, ...]) -> None:
    matrix = drawn("orthogonal", sizes, gain=2.0).double().flatten(1)
    product = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
    torch.testing.assert_close(product, 4 * torch.eye(len(product), dtype=torch.float64), atol=1e-5, rtol=0)


def test_sparse_zeroes_a_share_of_each_column() -> None:
    tensor = drawn("sparse", (200, 30), sparsity=0.25, std=0.1)
    assert ((tensor == 0).sum(0) == 50).all()
    assert tensor[tensor != 0].std().item() == pytest.approx(0.1, rel=0.05)


def test_what_nobody_draws() -> None:
    assert (drawn("zeros", (3,)) == 0).all()
    assert (drawn("ones", (3, 2)) == 1).all()
    assert (drawn("constant", (3, 2), val=-2.5) == -2.5).all()
    assert drawn("identity", (2, 3)).tolist() == [[1, 0, 0], [0, 1, 0]]


def test_dirac_filters_hand_on_their_channels() -> None:
    image = torch.randn(2, 4, 7, 7)
    filtered = torch.nn.functional.conv2d(image, drawn("dirac", (4, 4, 3, 3)), padding=1)
    assert torch.equal(filtered, image)


def test_each_fits_what_torch_fills_and_refuses_what_torch_refuses() -> None:
    for initializer in all_initializers():
        made = initializer.parse({})
        for axes in range(1, 6) if made.target else ():
            tensor = torch.empty((4,) * axes)
            try:
                resolve(made.target)(tensor, **made.arguments())
            except (ValueError, RuntimeError):
                assert not made.fits(tuple(tensor.shape)), (initializer.id, axes)
            else:
                assert made.fits(tuple(tensor.shape)), (initializer.id, axes)


def test_every_initializer_is_told_of() -> None:
    assert all_initializers().problems == []
    assert len(all_initializers()) >= 17
    for initializer in all_initializers():
        assert initializer.help().endswith(".")
        assert "Source:" in initializer.details()
        assert initializer.equation or initializer.id == "default"
        assert all(param.help.endswith(".") for param in initializer.params.values())


def test_axes_in_words() -> None:
    words = operator.methodcaller("axes_words")
    assert [words(all_initializers()[id]) for id in ("identity", "dirac", "orthogonal")] == [
        "2 axes",
        "3 to 5 axes",
        "at least 2 axes",
    ]


def test_bounds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ParamError, match=r"high must be at least low, which is 1\. Received: 0"):
        all_initializers()["uniform"].parse({"low": 1.0, "high": 0.0})


def test_biases_and_scales_are_told_from_weights() -> None:
    assert sort_of("weight", (3, 4)) == "weight"
    assert sort_of("weight_ih_l0", (3, 4)) == "weight"
    assert sort_of("weight", (3,)) == "scale"
    assert sort_of("bias_hh_l0", (3,)) == "bias"
    assert sort_of("in_proj_bias", (3,)) == "bias"
    assert sort_of("linear.bias", (3,)) == "bias"
    assert sort_of("bias.weight", (3, 3)) == "weight"
