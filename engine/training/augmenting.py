"""Training batches changed by the recipe's transforms, and learnt from where they are mixed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import torch
from torch import Tensor

from engine.analysis import Placeholder, Plan
from engine.errors import BuildError
from engine.recipe import Recipe, Transform, all_transforms
from engine.torchside.make import resolve
from engine.training.data import Batch
from engine.training.forward import Forward

_STRIDE: Final = 7_368_787
"""Keeps the seeds of steps apart from those of the order of samples."""


class Augmentation:
    """The transforms of a recipe over what a plan takes.

    The chance of a step comes from (seed, step) alone, so that going on needs no state. What mixes samples
    comes last, whatever its place in the list: labels must not move any more.

    Raises:
        UnknownIdError, ParamError: a transform is wrong.
        BuildError: there is nothing that a transform could change.
    """

    def __init__(self, recipe: Recipe, plan: Plan) -> None:
        self._seed, self._generator = recipe.seed, torch.Generator()
        found = [all_transforms()[chosen.id].parse(chosen.params) for chosen in recipe.transforms]
        transforms = sorted(found, key=lambda transform: transform.mixes)
        inputs, targets = plan.network.placeholders, plan.criterion.placeholders
        self._work = [(transform, *_places(transform, inputs, targets)) for transform in transforms]
        self._calls: list[Callable[..., Any]] = [resolve(transform.target) for transform in transforms]
        self._mixed: list[tuple[dict[int, Tensor], float]] = []

    def __bool__(self) -> bool:
        return bool(self._work)

    def __call__(self, batch: Batch, step: int) -> Batch:
        """The batch of a step, changed; what a mixture keeps of the others' labels counts in `learn`."""
        self._generator.manual_seed(self._seed * _STRIDE + step)
        inputs, targets = map(list, batch)
        self._mixed = []
        for (transform, ins, outs), call in zip(self._work, self._calls, strict=True):
            changed = [*(inputs[place] for place in ins), *(targets[place] for place in outs)]
            found = call(changed, self._generator, **transform.arguments())
            if transform.mixes:
                found, others, share = found
                targets = self._mix(targets, others, share)
            for place, tensor in zip(ins, found, strict=False):
                inputs[place] = tensor
            for place, tensor in zip(outs, found[len(ins) :], strict=True):
                targets[place] = tensor
        return tuple(inputs), tuple(targets)

    def learn(self, forward: Forward, batch: Batch) -> list[Tensor]:
        """The values of a batch, with the losses of mixed labels in their shares."""
        if not self._mixed:
            return forward(batch)
        inputs, targets = batch
        parts = [
            (tuple(labels.get(place, target) for place, target in enumerate(targets)), share)
            for labels, share in self._mixed
        ]
        return forward.mixed(inputs, parts)

    def _mix(self, targets: list[Tensor], others: Tensor, share: float) -> list[Tensor]:
        """Average targets that are numbers; note the labels of both sides with their shares."""
        labels = {place: target for place, target in enumerate(targets) if not target.is_floating_point()}
        if labels:
            known = self._mixed or [(labels, 1.0)]
            swapped = [
                ({place: held[others.to(held.device)] for place, held in side.items()}, part)
                for side, part in known
            ]
            self._mixed = [
                *((side, part * share) for side, part in known),
                *((side, part * (1 - share)) for side, part in swapped),
            ]
        return [
            target if place in labels else share * target + (1 - share) * target[others.to(target.device)]
            for place, target in enumerate(targets)
        ]


def _places(
    transform: Transform, inputs: Sequence[Placeholder], targets: Sequence[Placeholder]
) -> tuple[list[int], list[int]]:
    """Which inputs and which targets a transform changes, by place."""
    whole = [held for held in inputs if held.shape.dtype != "float32"]
    if transform.mixes and whole:
        raise BuildError(
            f'{transform.title} averages numbers, but the input "{whole[0].node}" holds whole numbers '
            f"({whole[0].shape.dtype}). Remove {transform.title} from the recipe."
        )
    ins = [
        place
        for place, held in enumerate(inputs)
        if held.shape.dtype == "float32" and (held.shape.rank == 4 or not transform.spatial)
    ]
    if not ins:
        wanted = "pictures (N×C×H×W)" if transform.spatial else "numbers (float32)"
        raise BuildError(
            f"{transform.title} changes {wanted}, but no input of the document is that. Remove it from the recipe."
        )
    if transform.reach != "pictures":
        return ins, []
    area = inputs[ins[0]].shape.sizes[2:]
    if any(inputs[place].shape.sizes[2:] != area for place in ins):
        raise BuildError(f"{transform.title} moves all pictures alike, but the inputs differ in height or width.")
    return ins, [place for place, held in enumerate(targets) if _is_picture(held, area)]


def _is_picture(held: Placeholder, area: tuple[Any, ...]) -> bool:
    shape = held.shape
    rank = 4 if shape.dtype == "float32" else 3
    return shape.rank == rank and shape.sizes[-2:] == area
