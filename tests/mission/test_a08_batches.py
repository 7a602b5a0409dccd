"""A8: batch, mini-batch and stochastic descent take as many steps as they should, in the order asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from engine.training import Summary
from tests.support.training import curves, line

Train = Callable[..., Summary]
HELD_OUT = 88  # a fifth of 442, rounded
TRAINING = 442 - HELD_OUT
STILL = {"id": "sgd", "params": {"lr": 1e-12}}
"""A rate so small that a step's loss is that of its samples alone."""


@pytest.mark.parametrize(
    ("recipe", "steps"),
    [
        ({"batching": "batch"}, 1),
        ({"batching": "mini-batch", "batch_size": 50}, math.ceil(TRAINING / 50)),
        ({"batching": "mini-batch", "batch_size": 50, "drop_last": True}, TRAINING // 50),
        ({"batching": "stochastic"}, TRAINING),
    ],
    ids=str,
)
def test_steps_and_epochs_count(train: Train, recipe: dict[str, Any], steps: int) -> None:
    done = train(line(epochs=3, optimizer=STILL, **recipe))
    assert (done.epochs, done.steps) == (3, 3 * steps)


def epochs(done: Summary) -> list[list[float]]:
    """The loss of each sample, epoch by epoch, as it was taken."""
    found = [value for _, _, value in curves(done.run)["train/loss"]]
    assert len(found) == 2 * TRAINING
    return [found[:TRAINING], found[TRAINING:]]


def test_without_shuffling_each_epoch_has_the_same_order(train: Train) -> None:
    first, second = epochs(train(line(epochs=2, batching="stochastic", shuffle=False, optimizer=STILL)))
    assert first == pytest.approx(second, rel=1e-3, abs=1e-3)


def test_shuffled_epochs_hold_the_same_samples_in_other_orders(train: Train) -> None:
    first, second = epochs(train(line(epochs=2, batching="stochastic", optimizer=STILL)))
    assert first != pytest.approx(second, rel=1e-3, abs=1e-3)
    assert sorted(first) == pytest.approx(sorted(second), rel=1e-3, abs=1e-3)
