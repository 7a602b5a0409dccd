"""Long series as few points."""

from __future__ import annotations

import numpy as np
import pytest

from app.plots.thin import means, peaks, smooth, within


def test_a_short_series_is_kept_as_it_is() -> None:
    x = np.arange(10.0)
    assert peaks(x, x, 100)[0] is x


@pytest.mark.parametrize("count", [101, 1000, 99_999])
def test_peaks_keep_every_spike_and_both_ends(count: int) -> None:
    y = np.zeros(count)
    y[count // 3], y[count // 2] = 7.0, -7.0
    x, kept = peaks(np.arange(float(count)), y, 100)
    assert len(kept) <= 100 + -(-count // 50) + 2
    assert (kept.max(), kept.min()) == (7.0, -7.0)
    assert (x[0], x[-1]) == (0, count - 1)
    assert (np.diff(x) > 0).all()


def test_peaks_of_what_is_no_number_do_not_warn() -> None:
    y = np.full(1000, np.nan)
    y[500] = 1.0
    assert np.nanmax(peaks(np.arange(1000.0), y, 50)[1]) == 1.0


def test_means_are_the_means_of_even_stretches() -> None:
    x, y = means(np.arange(12.0), np.arange(12.0) * 2, 4)
    assert x.tolist() == [1, 4, 7, 10]
    assert y.tolist() == [2, 8, 14, 20]


def test_means_leave_out_what_is_no_number() -> None:
    x, y = means(np.arange(4.0), np.array([1.0, np.nan, np.inf, 3.0]), 10)
    assert (x.tolist(), y.tolist()) == ([0, 3], [1, 3])


def test_smoothing_a_constant_gives_the_constant_from_the_start() -> None:
    assert smooth(np.full(20, 3.0), 0.9) == pytest.approx(np.full(20, 3.0))


def test_smoothing_is_the_debiased_moving_average() -> None:
    y, weight = np.array([1.0, 5.0, 2.0]), 0.6
    wanted = [
        sum(weight ** (n - k) * y[k] for k in range(n + 1)) / sum(weight ** (n - k) for k in range(n + 1))
        for n in range(3)
    ]
    assert smooth(y, weight) == pytest.approx(wanted)


def test_no_smoothing_gives_the_same() -> None:
    y = np.arange(5.0)
    assert smooth(y, 0) is y


def test_a_stretch_has_one_point_more_at_each_end() -> None:
    x = np.arange(0.0, 100.0, 10)
    assert x[within(x, 25, 55)].tolist() == [20, 30, 40, 50, 60]
    assert x[within(x, -np.inf, np.inf)].tolist() == x.tolist()
    assert x[within(x, 500, 600)].tolist() == [90]
