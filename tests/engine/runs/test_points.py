"""Packing and thinning points."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.runs import points
from engine.runs.points import Curve, Point

POINTS = st.lists(
    st.builds(Point, st.integers(0, 2**62), st.floats(0, 1e6), st.floats(allow_nan=False)), min_size=1, max_size=30
)


@given(POINTS)
def test_what_is_packed_comes_back(found: list[Point]) -> None:
    assert points.unpack(points.pack(found)) == found


@given(st.lists(POINTS, min_size=1, max_size=5))
def test_joined_blobs_hold_all_points_in_order(parts: list[list[Point]]) -> None:
    joined = points.join(points.pack(part) for part in parts)
    assert points.unpack(joined) == [point for part in parts for point in part]


def test_points_after_a_step_are_cut_off() -> None:
    body = points.pack([Point(1, 0.1, 1.0), Point(2, 0.2, 2.0), Point(3, 0.3, 3.0)])
    assert [point.step for point in points.unpack(points.before(body, 2))] == [1, 2]
    assert points.before(body, 0) == b""


def curve(values: np.ndarray) -> Curve:
    steps = np.arange(1, len(values) + 1)
    return Curve(steps, steps / 10, values)


@pytest.mark.parametrize("count", [1, 5, 299, 300, 301, 1_000, 99_999])
def test_thinning_keeps_ends_peaks_and_order(count: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    thin = points.thin(curve(values), 300)
    assert len(thin.steps) <= 303
    assert thin.steps[-1] == count
    assert thin.values.max() == values.max()
    assert thin.values.min() == values.min()
    assert (np.diff(thin.steps) > 0).all()
    assert (thin.values == values[thin.steps - 1]).all()


def test_thinning_keeps_a_single_nan() -> None:
    values = np.ones(10_000)
    values[4_321] = math.nan
    thin = points.thin(curve(values), 60)
    assert 4_322 in thin.steps[np.isnan(thin.values)]


def test_an_empty_curve_is_a_curve() -> None:
    assert [len(part) for part in points.thin(points.curve(b""), 10)] == [0, 0, 0]
