"""Positions against the papers' equations."""

from __future__ import annotations

import cmath

import pytest
import torch
from torch import nn

from engine.catalog import Inputs, Shape
from engine.errors import ShapeError
from engine.nodes import standard_catalog
from engine.torchside.layers.positions import LearnedPositions, RelativeBias
from tests.support.torch_side import run

CATALOG = standard_catalog()


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(5)


def test_learned_positions_are_added() -> None:
    twin, x = LearnedPositions(7, 6), torch.randn(3, 7, 6)
    assert 0.01 < twin.weight.std() < 0.03
    assert torch.equal(run("learned_positions", {}, twin, in_=x)["out"], x + twin.weight)


@pytest.mark.parametrize("base", [10_000.0, 100.0])
def test_rotary_positions_multiply_pairs_by_a_phase(base: float) -> None:
    x = torch.randn(2, 3, 5, 8)
    found = run("rotary_positions", {"base": base}, in_=x)["out"]
    for position in range(5):
        for pair in range(4):
            phase = cmath.exp(1j * position * base ** (-2 * pair / 8))
            given = torch.complex(x[..., position, 2 * pair], x[..., position, 2 * pair + 1])
            turned = torch.view_as_real(given * phase)
            torch.testing.assert_close(found[..., position, 2 * pair : 2 * pair + 2], turned)


def test_rotary_scores_depend_on_the_distance_alone() -> None:
    query, key = torch.randn(8).expand(1, 9, 8), torch.randn(8).expand(1, 9, 8)
    q, k = (run("rotary_positions", {}, in_=x)["out"][0] for x in (query, key))
    scores = q @ k.T
    for distance in range(-8, 9):
        diagonal = scores.diagonal(distance)
        torch.testing.assert_close(diagonal, diagonal[:1].expand_as(diagonal), rtol=1e-4, atol=1e-5)


def test_relative_bias_has_a_number_for_each_distance_up_to_the_farthest() -> None:
    twin = RelativeBias(num_heads=2, max_distance=3)
    nn.init.normal_(twin.weight)
    query, key = torch.randn(2, 2, 4, 5), torch.randn(2, 2, 9, 5)
    found = run("relative_bias", {"max_distance": 3}, twin, query=query, key=key)["out"]
    for head in range(2):
        for t in range(4):
            for s in range(9):
                distance = max(-3, min(3, s - t))
                assert found[1, head, t, s] == twin.weight[head, distance + 3]
    alone = run("relative_bias", {"max_distance": 3}, twin, query=query)["out"]
    assert torch.equal(alone, found[..., :4])


def test_linear_bias_has_the_papers_slopes() -> None:
    found = run("linear_bias", {}, query=torch.randn(2, 8, 4, 5))["out"]
    slopes = [1 / 2**power for power in range(1, 9)]  # section 3: for 8 heads 1/2, 1/4, …, 1/256
    for head, slope in enumerate(slopes):
        assert found[1, head, 3].tolist() == pytest.approx([-3 * slope, -2 * slope, -slope, 0])
        assert found[1, head, 0].tolist() == pytest.approx([0, -slope, -2 * slope, -3 * slope])


def test_refusals_are_sentences() -> None:
    with pytest.raises(
        ShapeError, match=r"Rotary positional encoding turns pairs of features, 7 features cannot be paired\."
    ):
        CATALOG.parse("rotary_positions", {}).shapes(Inputs.of(Shape.batch(5, 7)))
    two, three = (Shape.batch(count, 4, 6, axes="ATE") for count in (2, 3))
    with pytest.raises(
        ShapeError, match=r"needs as many heads in the key as in the query\. Received: query .* 2 heads"
    ):
        CATALOG.parse("relative_bias", {}).shapes(Inputs.of(query=two, key=three))
