"""Optimizers made from the recipe."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn

from engine.build import Limits
from engine.errors import BuildError
from engine.recipe import Chosen, all_optimizers
from engine.torchside.make import resolve


def make(chosen: Chosen, parameters: Iterable[nn.Parameter], device: torch.device) -> torch.optim.Optimizer:
    """The optimizer that a recipe names.

    Where torch has a fused implementation for the device it is taken: one call for all weights, which
    spares a small net up to a quarter of its step.

    Raises:
        UnknownIdError, ParamError: the recipe names no optimizer, or gives it wrong parameters.
        BuildError: there is nothing to learn, or torch refuses.
    """
    declared = all_optimizers()[chosen.id].parse(chosen.params)
    target = resolve(declared.target)
    learnt = [parameter for parameter in parameters if parameter.requires_grad]
    if not learnt:
        raise BuildError(
            "The network has no weights to learn. Add a layer that has some, such as Dense, or unfreeze one."
        )
    arguments: dict[str, Any] = {**declared.arguments(), **_fastest(target, device)}
    try:
        made: torch.optim.Optimizer = target(learnt, **arguments)
    except (TypeError, ValueError, RuntimeError) as error:
        raise BuildError(f"{declared.title} cannot be made: {error}.") from None
    return made


def stepper(optimizer: torch.optim.Optimizer, limits: Limits) -> Callable[[], object]:
    """The optimizer's step without the profiler marks and hooks that torch puts around it, then the limits.

    Nobody here hooks into it, and they cost a tiny net a tenth of its step.
    """
    bare = getattr(type(optimizer).step, "__wrapped__", None)
    step = functools.partial(bare, optimizer) if bare is not None else optimizer.step
    if not limits:
        return step

    def step_within() -> None:
        step()
        limits()

    return step_within


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Give all weights one learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def rate(optimizer: torch.optim.Optimizer) -> float:
    """The learning rate of the first weights."""
    return float(optimizer.param_groups[0]["lr"])


def _fastest(target: Any, device: torch.device) -> dict[str, bool]:
    known = inspect.signature(target).parameters
    if "fused" in known and device.type in ("cpu", "cuda"):
        return {"fused": True}
    return {"foreach": True} if "foreach" in known else {}
