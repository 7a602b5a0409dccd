"""How numbers move when dragged, nudged and doubled."""

from __future__ import annotations

import pytest

from app.forms import steps
from engine.spec import Param

CHANNELS = Param("out_channels", int, 16, "Filters.", low=1, high=64)
SHARE = Param("p", float, 0.5, "Share.", low=0.0, high=1.0)
RATE = Param("lr", float, 0.001, "Rate.", low=0.0, high=100.0)


def test_whole_numbers_move_one_by_one_and_stay_in_range() -> None:
    assert steps.dragged(CHANNELS, 6, 4) == 7
    assert steps.dragged(CHANNELS, 6, -4000) == 1
    assert steps.dragged(CHANNELS, 6, 4000) == 64
    assert steps.nudged(CHANNELS, 9, 1) == 10


def test_control_lands_on_powers_of_two() -> None:
    assert steps.dragged(CHANNELS, 16, 60, snap=True) == 32
    moves = {(16, 1): 32, (16, -1): 8, (20, 1): 32, (20, -1): 16, (64, 1): 64}
    assert {move: steps.doubled(CHANNELS, *move) for move in moves} == moves


def test_rates_move_by_factors() -> None:
    assert steps.scales(RATE)
    assert steps.dragged(RATE, 0.001, steps.PIXELS_PER_DECADE) == pytest.approx(0.01)
    assert steps.dragged(RATE, 0.003, 30, snap=True) == pytest.approx(0.01)
    assert steps.nudged(RATE, 0.001, 10) == pytest.approx(0.01)
    assert steps.dragged(RATE, 0.0, 0) == pytest.approx(0.001)


def test_shares_move_by_hundredths() -> None:
    assert not steps.scales(SHARE)
    assert steps.dragged(SHARE, 0.5, 40) == pytest.approx(0.6)
    assert steps.nudged(SHARE, 0.99, 5) == 1.0
    assert steps.dragged(SHARE, 0.5, 40, fine=True) == pytest.approx(0.51)
