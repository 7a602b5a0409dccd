"""What is done to gradients before an update, and to weights after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from engine.recipe import Recipe

Change = Callable[[list[Tensor]], None]
"""Does something to the given parameters, or to their gradients."""


def before(recipe: Recipe) -> Change | None:
    """Penalties added to gradients, then gradients clipped; None where the recipe asks for neither.

    A penalty is that of a sum over all weights of two axes or more: biases and norms have one.
    """
    l1, l2 = recipe.l1, recipe.l2
    clip_value, clip_norm = recipe.clip_value, recipe.clip_norm
    if not (l1 or l2 or clip_value or clip_norm):
        return None

    def change(parameters: list[Tensor]) -> None:
        moving = [weight for weight in parameters if weight.grad is not None]
        if not moving:
            return
        weights = [weight for weight in moving if weight.ndim > 1]
        if (l1 or l2) and weights:
            _penalize(weights, l1, l2)
        if clip_value:
            torch.nn.utils.clip_grad_value_(moving, clip_value)
        if clip_norm:
            torch.nn.utils.clip_grad_norm_(moving, clip_norm)

    return change


def after(recipe: Recipe) -> Change | None:
    """Weights into one unit brought back to `max_norm`; None where they may grow."""
    longest = recipe.max_norm
    if not longest:
        return None

    def change(parameters: list[Tensor]) -> None:
        with torch.no_grad():
            for weight in parameters:
                if weight.ndim > 1:
                    weight.copy_(torch.renorm(weight, 2, 0, longest))

    return change


def _penalize(weights: Sequence[Tensor], l1: float, l2: float) -> None:
    gradients = [weight.grad for weight in weights if weight.grad is not None]
    with torch.no_grad():
        held = [weight.detach() for weight in weights]
        if l1:
            torch._foreach_add_(gradients, torch._foreach_sign(held), alpha=l1)
        if l2:
            torch._foreach_add_(gradients, held, alpha=2 * l2)
