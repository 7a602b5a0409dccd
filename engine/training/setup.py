"""Everything a training needs, made from a document."""

from __future__ import annotations

import dataclasses
import functools
from typing import Final

import torch

from engine.analysis import analyse
from engine.build import Compiled, compile, initialize, truncate
from engine.errors import BuildError, nearest
from engine.graph import Document
from engine.nodes import standard_catalog
from engine.recipe import Recipe
from engine.torchside import devices
from engine.training import order
from engine.training.augmenting import Augmentation
from engine.training.averaging import Average
from engine.training.balance import balanced
from engine.training.data import TrainingData, load, prepare
from engine.training.forward import Forward
from engine.training.learner import Learner, learners, shares

UNWEIGHED: Final = "Class weights are balanced, but no loss of this document takes any."

VALIDATION_BYTES: Final = 256 * 2**20
"""Memory that the activations of one validation batch may take."""


@dataclasses.dataclass(frozen=True)
class Setup:
    """A document ready to train; `where` says which device and why, `notes` what else the user should know."""

    recipe: Recipe
    forward: Forward
    data: TrainingData
    learners: tuple[Learner, ...]
    average: Average | None
    device: torch.device
    device_name: str
    where: str
    validation_size: int
    bounds: tuple[tuple[int, int], ...]
    augmentation: Augmentation | None
    notes: tuple[str, ...] = ()

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """The optimizer of the first objective."""
        return self.learners[0].optimizer


def build(document: Document) -> Setup:
    """Compile a document, give it first weights under its seed, and load its data.

    Torch's random state is left at the recipe's seed.

    Raises:
        BuildError: the graph cannot be trained, or the device is not there.
        DataError: the data cannot be used.
        UnknownIdError, ParamError: the recipe is wrong.
    """
    recipe = Recipe.parse(document.recipe)
    catalog = standard_catalog()
    analysis = analyse(document, catalog)
    compiled = compile(document, catalog, analysis, seed=recipe.seed)
    device, where = devices.pick(recipe.device)
    mixed, notes = _precision(recipe, device)
    forward = Forward(compiled, mixed, shares(recipe, compiled.losses))
    if not compiled.inputs:
        raise BuildError(
            "The document has no input, so no data reaches it. Add an Input and wire it to the first layer."
        )
    data = prepare(load(recipe), recipe, compiled.plan)
    if not data.train.count:
        raise BuildError("There are no samples to train on.")
    if recipe.class_weights == "balanced":
        weighed = balanced(document, compiled.plan, data)
        if weighed is None:
            notes = (*notes, UNWEIGHED)
        else:
            compiled = compile(weighed, catalog, seed=recipe.seed)
            truncate(compiled, recipe.truncate)
            forward = Forward(compiled, mixed, shares(recipe, compiled.losses))
    truncate(compiled, recipe.truncate)
    _tune(device)
    _move(compiled, device)
    taught = learners(recipe, forward, device)
    _check_watched(recipe, forward)
    moving = list(dict.fromkeys(weight for learner in taught for weight in learner.parameters))
    torch.manual_seed(recipe.seed)
    return Setup(
        recipe=recipe,
        forward=forward,
        data=data.to(device),
        learners=taught,
        average=Average(moving, recipe.ema) if recipe.ema else None,
        device=device,
        device_name=_name(device),
        where=where,
        validation_size=_validation_size(analysis.memory, data.val.count),
        bounds=tuple(
            order.bounds(data.train.count, recipe.samples_a_step(data.train.count), drop_last=recipe.drop_last)
        ),
        augmentation=Augmentation(recipe, compiled.plan) if recipe.transforms else None,
        notes=(*notes, *data.notes),
    )


def start_again(setup: Setup) -> None:
    """Give a training its first weights back, and forget what its optimizer and torch's random state have seen."""
    initialize(setup.forward.compiled, setup.recipe.seed)
    for learner in setup.learners:
        learner.start_again()
    if setup.average is not None:
        setup.average.load({})
    torch.manual_seed(setup.recipe.seed)


def _precision(
    recipe: Recipe, device: torch.device
) -> tuple[functools.partial[torch.autocast] | None, tuple[str, ...]]:
    if recipe.precision != "mixed":
        return None, ()
    if device.type != "cuda":
        return None, (f"Mixed precision works on CUDA only; this run computes in float32 on {device}.",)
    if not torch.cuda.is_bf16_supported(including_emulation=False):
        return None, (f"{_name(device)} has no bfloat16, so this run computes in float32.",)
    return functools.partial(torch.autocast, "cuda", dtype=torch.bfloat16), ()


def _check_watched(recipe: Recipe, forward: Forward) -> None:
    known = [*forward.names, *forward.counted]
    if recipe.monitor not in known:
        raise BuildError(
            f'Monitor names "{recipe.monitor}", but what is measured is {", ".join(known)}.'
            f"{nearest(recipe.monitor, known)}"
        )


def _move(compiled: Compiled, device: torch.device) -> None:
    try:
        for module in compiled.modules():
            module.to(device)
            module.train()
    except RuntimeError as error:
        reason = str(error).partition("\n")[0]
        raise BuildError(f"The network cannot be brought to {_name(device)}: {reason}") from error


def _tune(device: torch.device) -> None:
    if device.type == "cuda":
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.benchmark = True


def _name(device: torch.device) -> str:
    found = next((name for name in devices.devices() if name.split(" ")[0] == str(device)), str(device))
    return found if device.type != "cpu" else "cpu"


def _validation_size(memory: int, count: int) -> int:
    return max(1, min(count, VALIDATION_BYTES // max(1, memory)))
