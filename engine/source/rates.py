"""The lines of an exported `train` that set the learning rate, gradients' lengths, and what stays unprinted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from engine.errors import NeuroloomError
from engine.recipe import Recipe, Schedule, all_schedules
from engine.source.literals import INDENT, Text, arguments, assigned

LINEAR: Final = "torch.optim.lr_scheduler.LinearLR"
UNPRINTED: Final = (
    "scaling target_scaling accumulate class_weights l1 l2 max_norm ema truncate transforms patience restore_best"
).split()
"""Fields of the recipe that the function never follows; it gets its batches, and drops or shuffles none."""


class _Total(int):
    """The number of epochs or steps in all, which the printed function computes."""


class Rates(msgspec.Struct, frozen=True):
    """What a schedule adds to the function: lines before the loop, after each step and after each epoch.

    `sized`: the batches must be counted; `left` names what torch has no scheduler for.
    """

    made: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    epochs: tuple[str, ...] = ()
    sized: bool = False
    left: tuple[str, ...] = ()


def rates(recipe: Recipe, rate: float) -> Rates:
    """The lines for the schedule and the warm-up of a recipe whose optimizer has such a rate."""
    schedule, warmup = _schedule(recipe), recipe.warmup
    if schedule is None:
        return Rates()
    # A plateau needs held-out samples; what sets rates outright cannot be chained with a warm-up.
    outright = warmup and not schedule.chains
    left = ["schedule"] if schedule.moves and (not schedule.target or schedule.reacts or outright) else []
    made: list[str] = []
    steps: list[str] = []
    epochs: list[str] = []
    sized = False
    if schedule.moves and not left:
        by_step = schedule.counts == "step"
        given = schedule.arguments(rate, _Total(2))
        whole = Text("epochs * len(batches)" if by_step else "epochs")
        sized = by_step and any(isinstance(value, _Total) for value in given.values())
        made.append(_made("scheduler", schedule.target, _printed(given, whole)))
        (steps if by_step else epochs).append("scheduler.step()")
    if warmup:
        made.append(_made("warmup", LINEAR, {"start_factor": 1 / (warmup + 1), "total_iters": warmup}))
        steps.insert(0, "warmup.step()")
    return Rates(tuple(made), tuple(steps), tuple(epochs), sized, tuple(left))


def clipped(recipe: Recipe, weights: str) -> Iterator[str]:
    """The lines that cut gradients before a step."""
    if recipe.clip_value:
        yield f"torch.nn.utils.clip_grad_value_({weights}, {recipe.clip_value!r})"
    if recipe.clip_norm:
        yield f"torch.nn.utils.clip_grad_norm_({weights}, {recipe.clip_norm!r})"


def unprinted(recipe: Recipe, left: tuple[str, ...]) -> list[str]:
    """What the recipe asks for and the function does not do."""
    defaults = Recipe.parse({})
    return [*left, *(name for name in UNPRINTED if getattr(recipe, name) != getattr(defaults, name))]


def _schedule(recipe: Recipe) -> Schedule | None:
    try:
        return all_schedules()[recipe.schedule.id].parse(recipe.schedule.params)
    except NeuroloomError:
        return None


def _printed(given: dict[str, Any], whole: Text) -> dict[str, Any]:
    return {name: whole if isinstance(value, _Total) else value for name, value in given.items()}


def _made(name: str, target: str, given: dict[str, Any]) -> str:
    return assigned(name, Text.call(target, arguments([Text("optimizer")], given)), INDENT)
