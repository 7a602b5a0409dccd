"""The formulas of schedules against torch's schedulers, step by step."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from engine.recipe import Schedule, all_schedules
from engine.recipe.schedule import warm
from engine.torchside.make import resolve

RATE, TOTAL = 0.2, 40


def optimizer() -> torch.optim.Optimizer:
    """One to schedule."""
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)


def rates(made: torch.optim.Optimizer, scheduler: Any, count: int, *told: Any) -> list[float]:
    """The rate of each epoch or step, as torch sets it."""
    found = []
    for place in range(count):
        found.append(made.param_groups[0]["lr"])
        made.step()
        scheduler.step(*(series[place] for series in told))
    return found


CASES: list[tuple[str, dict[str, Any]]] = [
    ("exponential", {"gamma": 0.9}),
    ("exponential", {"gamma": 0.9, "every": "step"}),
    ("step", {"step_size": 7, "gamma": 0.5}),
    ("multi_step", {"milestones": [3, 4, 20], "gamma": 0.3}),
    ("cosine", {}),
    ("cosine", {"T_max": 11, "end": 0.25}),
    ("cosine_restarts", {"T_0": 4}),
    ("cosine_restarts", {"T_0": 3, "T_mult": 2, "end": 0.1}),
    ("one_cycle", {}),
    ("one_cycle", {"pct_start": 0.5, "anneal_strategy": "linear", "div_factor": 10.0, "final_div_factor": 50.0}),
    ("polynomial", {"power": 2.0}),
    ("polynomial", {"total_iters": 13}),
    ("linear", {}),
    ("linear", {"start_factor": 0.25, "end_factor": 0.75, "total_iters": 9}),
]


@pytest.mark.parametrize(("id", "params"), CASES, ids=str)
def test_a_formula_equals_torchs_scheduler_at_every_step(id: str, params: dict[str, Any]) -> None:
    schedule = all_schedules()[id].parse(params)
    made = optimizer()
    scheduler = resolve(schedule.target)(made, **schedule.arguments(RATE, TOTAL))
    count = TOTAL - 1 if id == "one_cycle" else TOTAL  # torch's own refuses the step after the last
    expected = rates(made, scheduler, count)
    found = [RATE * schedule.factor(place, TOTAL) for place in range(count)]
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-15)
    assert len(set(found)) > 1


@pytest.mark.parametrize(
    "params", [{"patience": 2, "gamma": 0.5}, {"patience": 1, "cooldown": 3, "threshold": 0.1, "end": 0.05}]
)
def test_plateau_equals_torchs(params: dict[str, Any]) -> None:
    losses = [1.0, 0.9, 0.95, 0.95, 0.95, 0.95, 0.5, 0.499, 0.51, 0.51, 0.51, 0.51, 0.51, 0.2, 0.3, 0.3, 0.3, 0.3]
    schedule = all_schedules()["plateau"].parse(params)
    made = optimizer()
    expected = rates(made, resolve(schedule.target)(made, **schedule.arguments(RATE, 9)), len(losses), losses)
    memory, found = schedule.begin(), []
    for place, loss in enumerate(losses):
        found.append(RATE * schedule.factor(place, 9, memory))
        memory = schedule.after_epoch(loss, memory)
    assert found == pytest.approx(expected, rel=1e-12)
    assert len(set(found)) > 2


def test_inverse_square_root_is_equation_3_of_the_paper() -> None:
    schedule, warmup, width = all_schedules()["inverse_sqrt"].parse({"steps": 8}), 8, 512
    paper = [width**-0.5 * min(step**-0.5, step * warmup**-1.5) for step in range(1, 60)]
    found = [schedule.factor(count, 60) for count in range(59)]
    assert found == pytest.approx([rate / max(paper) for rate in paper], rel=1e-12)


def test_warm_up_composes_as_torchs_chained_schedulers() -> None:
    made = optimizer()
    cosine = all_schedules()["cosine"]()
    chained = torch.optim.lr_scheduler.ChainedScheduler(
        [
            torch.optim.lr_scheduler.LinearLR(made, start_factor=1 / 6, total_iters=5),
            torch.optim.lr_scheduler.CosineAnnealingLR(made, T_max=TOTAL),
        ]
    )
    expected = rates(made, chained, TOTAL)
    found = [RATE * warm(step, 5) * cosine.factor(step, TOTAL) for step in range(TOTAL)]
    assert found == pytest.approx(expected, rel=1e-9)
    assert warm(0, 0) == 1.0


@pytest.mark.parametrize("kind", all_schedules(), ids=lambda kind: kind.id)
def test_every_schedule_is_declared_and_gives_sound_factors_even_past_its_end(kind: type[Schedule]) -> None:
    schedule = kind()
    assert kind.help()
    assert kind.equation
    for total in (1, 2, 100):
        for count in (0, 1, total - 1, total, total + 5):
            factor = schedule.factor(count, total, schedule.begin())
            assert math.isfinite(factor)
            assert 0 <= factor <= 1


@pytest.mark.parametrize("id", ["exponential", "step", "multi_step"])
def test_a_rate_that_grows_stays_a_number(id: str) -> None:
    params: dict[str, Any] = {"gamma": 10.0, "milestones": list(range(400)), "step_size": 1}
    kind = all_schedules()[id]
    schedule = kind.parse({name: value for name, value in params.items() if name in kind.params})
    assert math.isfinite(schedule.factor(10**6, TOTAL))


def test_all_schedules_are_found() -> None:
    assert len(all_schedules()) >= 11
    assert all_schedules().problems == []
