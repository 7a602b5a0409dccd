"""A7: each schedule of the course is a formula, drawn beforehand, that equals torch's scheduler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler as torchs

from engine.recipe import all_schedules
from engine.recipe.schedule import warm

RATE, TOTAL = 0.4, 24
Params = dict[str, Any]
Make = Callable[[torch.optim.Optimizer], torchs.LRScheduler]

COURSE: dict[str, tuple[str, Params, Make]] = {
    "exponential": ("exponential", {"gamma": 0.8}, lambda o: torchs.ExponentialLR(o, 0.8)),
    "step": ("step", {"step_size": 5, "gamma": 0.3}, lambda o: torchs.StepLR(o, 5, 0.3)),
    "cosine": ("cosine", {}, lambda o: torchs.CosineAnnealingLR(o, TOTAL)),
    "warm restarts": (
        "cosine_restarts",
        {"T_0": 4, "T_mult": 2},
        lambda o: torchs.CosineAnnealingWarmRestarts(o, 4, 2),
    ),
    "one-cycle": ("one_cycle", {}, lambda o: torchs.OneCycleLR(o, RATE, TOTAL, cycle_momentum=False)),
    "polynomial": ("polynomial", {"power": 3.0}, lambda o: torchs.PolynomialLR(o, TOTAL, 3.0)),
}


def expected(make: Make, count: int) -> list[float]:
    """The rates that torch sets, epoch by epoch."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    scheduler = make(optimizer)
    found = []
    for _ in range(count):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


@pytest.mark.parametrize("name", COURSE)
def test_the_curve_equals_torchs(name: str) -> None:
    id, params, make = COURSE[name]
    schedule, count = all_schedules()[id].parse(params), TOTAL - 1  # one-cycle ends there
    found = [RATE * schedule.factor(place, TOTAL) for place in range(count)]
    assert found == pytest.approx(expected(make, count), rel=1e-9)
    assert len(set(found)) > 2


def test_linear_warm_up_equals_torchs() -> None:
    found = [RATE * warm(step, 4) for step in range(8)]
    assert found == pytest.approx(expected(lambda o: torchs.LinearLR(o, 1 / 5, total_iters=4), 8), rel=1e-9)


def test_plateau_equals_torchs() -> None:
    losses = [3.0, 2.0, 2.1, 2.1, 2.1, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.6]
    schedule = all_schedules()["plateau"].parse({"patience": 1, "gamma": 0.5})
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    scheduler = torchs.ReduceLROnPlateau(optimizer, patience=1, factor=0.5)
    memory, found, theirs = schedule.begin(), [], []
    for loss in losses:
        found.append(RATE * schedule.factor(len(found), len(losses), memory))
        theirs.append(optimizer.param_groups[0]["lr"])
        memory = schedule.after_epoch(loss, memory)
        scheduler.step(loss)
    assert found == pytest.approx(theirs)
    assert len(set(found)) > 2
