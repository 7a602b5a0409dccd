"""The course of the learning rate, known before training."""

from __future__ import annotations

from typing import Final

from engine.recipe.objective import Objective
from engine.recipe.optimizer import all_optimizers
from engine.recipe.schedule import all_schedules, factor_at

POINTS: Final = 240
"""Points of a course at most: more than a small picture is wide."""


def course(aim: Objective, epochs: int, batches: int) -> list[tuple[float, float]]:
    """(epochs done, rate) along a training of so many epochs of so many batches, as far as it can be known.

    Raises:
        UnknownIdError, ParamError: optimizer or schedule is wrong.
    """
    rate = float(all_optimizers()[aim.optimizer.id].parse(aim.optimizer.params).arguments()["lr"])
    schedule = all_schedules()[aim.schedule.id].parse(aim.schedule.params)
    steps = max(1, epochs * batches)
    places = sorted({round(place * (steps - 1) / (POINTS - 1)) for place in range(POINTS)})
    found = []
    for step in places:
        factor = factor_at(schedule, aim.warmup, step, step // max(1, batches), steps, epochs, schedule.begin())
        found.append((step / max(1, batches), rate * factor))
    return found
