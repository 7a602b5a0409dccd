from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from engine.catalog import Inputs, Shape
from engine.errors import ShapeError
from tests.support.one_node import CATALOG, axes, out, refusal, run


@pytest.mark.parametrize("count", [2, 3, 4, 7, 300])
def test_add_and_multiply_take_any_number(count: int) -> None:
    parts = [torch.randint(-3, 4, (2, 5)).double() for _ in range(count)]
    assert torch.equal(run("add", in_=parts)["out"], torch.stack(parts).sum(0))
    assert torch.equal(run("multiply", in_=parts)["out"], torch.stack(parts).prod(0))


def test_axes_of_size_1_count_for_all() -> None:
    maps, shares = torch.randn(2, 3, 4, 5), torch.rand(2, 3, 1, 1)
    assert torch.equal(run("multiply", in_=[maps, shares])["out"], maps * shares)
    assert torch.equal(run("gate", value=[maps], gate=[shares])["out"], maps * shares.sigmoid())
    assert torch.equal(run("subtract", a=[shares], b=[maps])["out"], shares - maps)


def test_means_and_extremes_of_several() -> None:
    parts = [torch.randn(2, 5, 3) for _ in range(5)]
    stacked = torch.stack(parts)
    torch.testing.assert_close(out("average", in_=parts), stacked.mean(0))
    assert torch.equal(out("maximum", in_=parts), stacked.amax(0))
    assert torch.equal(out("minimum", in_=parts), stacked.amin(0))
    assert torch.equal(out("stack", {"dim": 2}, in_=parts), torch.stack(parts, 2))
    assert torch.equal(out("stack", {"dim": -1}, in_=parts), torch.stack(parts, -1))


@pytest.mark.parametrize(
    ("params", "shares"),
    [
        ({"factors": [0.5, -2.0, 3.0]}, [0.5, -2.0, 3.0]),
        ({}, [1.0, 1.0, 1.0]),
        ({"normalize": "softmax", "factors": [0.0, 0.0, math.log(2)]}, [0.25, 0.25, 0.5]),
        ({"normalize": "relu", "factors": [1.0, -1.0, 3.0], "eps": 1e-12}, [0.25, 0.0, 0.75]),
        ({"fixed": True, "factors": [1.0, 2.0, 3.0]}, [1.0, 2.0, 3.0]),
    ],
)
def test_weighted_sum_equals_its_formula(params: dict[str, Any], shares: list[float]) -> None:
    parts = [torch.randn(2, 5) for _ in shares]
    expected = sum(share * part for share, part in zip(shares, parts, strict=True))
    torch.testing.assert_close(out("weighted_sum", params, in_=parts), expected)


def test_weighted_sum_starts_with_equal_shares_of_1() -> None:
    """BiFPN, section 3.3: w_i / (Σ w_j + ε)."""
    parts = [torch.ones(2, 5)] * 3
    torch.testing.assert_close(out("weighted_sum", {"normalize": "softmax"}, in_=parts), torch.ones(2, 5))
    torch.testing.assert_close(
        out("weighted_sum", {"normalize": "relu"}, in_=parts), torch.full((2, 5), 3 / 3.0001)
    )
    error = refusal("weighted_sum", Shape.batch(5), Shape.batch(5), params={"factors": [1.0, 2.0, 3.0]})
    assert "has 3 factors for 2 inputs" in str(error)


def test_concat_keeps_the_order() -> None:
    a, b, c = torch.randn(2, 3, 4), torch.randn(2, 1, 4), torch.randn(2, 2, 4)
    assert torch.equal(run("concat", in_=[b, a, c])["out"], torch.cat([b, a, c], 1))
    assert torch.equal(run("concat", {"dim": -1}, in_=[a, a])["out"], torch.cat([a, a], 2))


def test_glu_equals_its_formula() -> None:
    x = torch.randn(2, 6, 3)
    assert torch.equal(run("glu", {"dim": 1}, in_=[x])["out"], x[:, :3] * x[:, 3:].sigmoid())


def test_split_and_concat_undo_each_other() -> None:
    x = torch.randn(2, 6, 3)
    parts = run("split", {"chunks": 3}, in_=[x])
    assert list(parts) == ["out1", "out2", "out3"]
    assert torch.equal(parts["out2"], x[:, 2:4])
    assert torch.equal(run("concat", in_=list(parts.values()))["out"], x)


@pytest.mark.parametrize(
    ("id", "params", "expected"),
    [
        ("flatten", {}, lambda x: x.flatten(1)),
        ("flatten", {"start_dim": 2}, lambda x: x.flatten(2)),
        ("flatten", {"end_dim": 2}, lambda x: x.flatten(1, 2)),
        ("reshape", {"shape": (4, -1, 2)}, lambda x: x.reshape(2, 4, -1, 2)),
        ("reshape", {}, lambda x: x.reshape(2, -1)),
        ("transpose", {"dim0": 1, "dim1": -1}, lambda x: x.transpose(1, 3)),
        ("select", {"dim": 2, "index": 0}, lambda x: x[:, :, 0]),
        ("select", {}, lambda x: x[:, -1]),
        ("mean", {}, lambda x: x.mean(1)),
        ("mean", {"dim": -1, "keepdim": True}, lambda x: x.mean(3, keepdim=True)),
    ],
)
def test_axes_rearranged(id: str, params: dict[str, Any], expected: Any) -> None:
    x = torch.randn(2, 3, 4, 6)
    torch.testing.assert_close(run(id, params, in_=[x])["out"], expected(x), rtol=0, atol=1e-6)


def test_letters_go_with_their_axes() -> None:
    images, rows = Shape.batch(3, 8, 9), Shape.batch(5, 7)
    assert axes("flatten", images) == "NF"
    assert axes("flatten", images, start_dim=2) == "NCF"
    assert axes("transpose", rows) == "NFT"
    assert axes("select", rows) == "NF"
    assert axes("mean", rows, dim=2) == "NT"
    assert axes("global_avg_pool2d", images) == "NF"
    assert axes("embedding", Shape.batch(5, axes="T", dtype="int64")) == "NTE"
    assert axes("reshape", images, shape=(27, 8)) == "NTF"


def test_sums_of_losses_are_numbers() -> None:
    number = Shape(())
    assert CATALOG.parse("add", {}).shapes(Inputs.of(number, number))["out"] is number


def test_clashes_say_both_shapes_in_words_and_what_to_do() -> None:
    error = refusal("add", Shape.batch(16, 8, 8), Shape.batch(32, 8, 8))
    assert str(error) == (
        "Add combines number with number, so its inputs need the same shape (or axes of size 1). "
        "Received: N batch × 16 channels × 8 height × 8 width and N batch × 32 channels × 8 height × 8 width."
    )
    assert error.suggestion == "Insert a Conv 2d with kernel_size 1 and out_channels 16 on the shorter way."
    assert error.port == "in"
    error = refusal("gate", value=Shape.batch(8), gate=Shape.batch(4))
    assert "Received: value N batch × 8 features and gate N batch × 4 features." in str(error)
    assert (error.port, error.suggestion) == ("gate", "Insert a Dense with out_features 8 before the second.")
    error = refusal("concat", Shape.batch(3, 8, 8), Shape.batch(5, 4, 8))
    assert str(error).startswith("Concatenate needs inputs that agree in every axis but 1. Received: ")
    error = refusal("matmul", a=Shape.batch(3, 4), b=Shape.batch(3, 4))
    assert error.port == "b"
    assert "a N batch × 3 time × 4 features, b N batch × 3 time × 4 features" in str(error)


def test_a_batch_never_meets_an_axis_of_samples() -> None:
    """Torch would line (N, F) up with the last two axes of (N, T, F)."""
    assert refusal("add", Shape.batch(5, 4), Shape.batch(4)).port == "in"


@pytest.mark.parametrize(
    ("id", "params", "shape", "words"),
    [
        ("reshape", {"shape": (5, 5)}, Shape.batch(24), "cannot lay 24 numbers a sample out as 5×5"),
        ("reshape", {"shape": (5, -1)}, Shape.batch(24), "cannot lay 24 numbers a sample out as 5×-1"),
        ("split", {"chunks": 3}, Shape.batch(4), "cuts axis 1 into 3 equal parts, 4 does not divide so"),
        ("select", {"index": 4}, Shape.batch(4), "picks position 4 of axis 1, which has 4"),
        ("mean", {"dim": 0}, Shape.batch(4), r"dim 0 is none \(1 to 1; axis 0 is the batch\)"),
        ("mean", {"dim": -2}, Shape.batch(4), "dim -2 is none"),
        ("glu", {}, Shape.batch(5), "halves axis 1, its size 5 is odd"),
        ("flatten", {"start_dim": 3, "end_dim": 1}, Shape.batch(4, 4, 4), "joins the axes from 3 to 1"),
    ],
)
def test_axes_that_do_not_fit(id: str, params: dict[str, Any], shape: Shape, words: str) -> None:
    with pytest.raises(ShapeError, match=words):
        CATALOG.parse(id, params).shapes(Inputs.of(shape))
