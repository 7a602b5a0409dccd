"""The Playground's points against its formulas, computed one point at a time as its own code does."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.data.sources.playground import Playground


def load(**params: object) -> tuple[np.ndarray, np.ndarray]:
    samples = Playground.parse(params).load()
    return samples.arrays["x"], samples.arrays["y"]


def test_spirals_without_noise_lie_on_the_published_curve() -> None:
    x, y = load(pattern="spiral", samples=400)
    expected = []
    for turn in (0.0, math.pi):
        for i in range(200):
            radius = i / 200 * 5
            angle = 1.75 * i / 200 * 2 * math.pi + turn
            expected.append((radius * math.sin(angle), radius * math.cos(angle)))
    np.testing.assert_allclose(x, expected, atol=1e-6)
    assert y.tolist() == [1] * 200 + [0] * 200


def test_spiral_noise_moves_each_point_by_at_most_the_noise() -> None:
    clean, _ = load(pattern="spiral", samples=1_000)
    noisy, _ = load(pattern="spiral", samples=1_000, noise=20)
    moved = np.abs(noisy - clean)
    assert 0.19 < moved.max() <= 0.2 + 1e-6


def test_the_circle_has_an_inner_disc_and_an_outer_ring() -> None:
    x, y = load(pattern="circle", samples=2_000)
    radius = np.hypot(*x.T)
    assert radius[y == 1].max() < 2.5
    assert radius[y == 0].min() >= 3.5 - 1e-5
    assert radius.max() <= 5 + 1e-5
    assert (y == 1).sum() == 1_000


def test_a_circle_s_labels_follow_the_strayed_points() -> None:
    x, y = load(pattern="circle", samples=4_000, noise=50)
    inside = np.hypot(*x.T) < 2.5
    wrong = (inside != (y == 1)).mean()
    assert 0.1 < wrong < 0.5


def test_xor_gives_blue_where_both_signs_agree_and_leaves_a_gap() -> None:
    x, y = load(pattern="xor", samples=2_000)
    assert np.array_equal(y == 1, x[:, 0] * x[:, 1] >= 0)
    assert 0.3 <= np.abs(x).min() < 0.31
    assert 5.2 < np.abs(x).max() <= 5.3


@pytest.mark.parametrize(("noise", "variance"), [(0, 0.5), (25, 2.25), (50, 4.0)])
def test_gauss_has_the_published_means_and_variance(noise: float, variance: float) -> None:
    x, y = load(pattern="gauss", samples=40_000, noise=noise)
    for label, centre in ((1, 2.0), (0, -2.0)):
        points = x[y == label]
        np.testing.assert_allclose(points.mean(axis=0), centre, atol=5 * math.sqrt(variance / 20_000))
        np.testing.assert_allclose(points.var(axis=0), variance, rtol=0.05)


@pytest.mark.parametrize("pattern", ["circle", "xor", "gauss", "spiral"])
@pytest.mark.parametrize("count", [2, 3, 501])
def test_there_are_as_many_points_as_asked_for(pattern: str, count: int) -> None:
    x, y = load(pattern=pattern, samples=count, noise=10)
    assert x.shape == (count, 2)
    assert y.shape == (count,)


@pytest.mark.parametrize("pattern", ["circle", "xor", "gauss"])
def test_the_seed_decides_the_points(pattern: str) -> None:
    first, same, other = (load(pattern=pattern, samples=100, seed=seed)[0] for seed in (3, 3, 4))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)
