"""Everything a training needs, made from a document."""

from __future__ import annotations

import dataclasses
import functools
from typing import Final

import torch

from engine.analysis import analyse
from engine.build import Compiled, compile, initialize
from engine.errors import BuildError
from engine.graph import Document
from engine.nodes import standard_catalog
from engine.recipe import Recipe
from engine.torchside import devices
from engine.training import optimizing
from engine.training.data import TrainingData, load, prepare
from engine.training.forward import Forward

VALIDATION_BYTES: Final = 256 * 2**20
"""Memory that the activations of one validation batch may take."""


@dataclasses.dataclass(frozen=True)
class Setup:
    """A document ready to train; `where` says which device and why, `notes` what else the user should know."""

    recipe: Recipe
    forward: Forward
    data: TrainingData
    optimizer: torch.optim.Optimizer
    device: torch.device
    device_name: str
    where: str
    validation_size: int
    notes: tuple[str, ...] = ()


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
    forward = Forward(compiled, mixed)
    if not compiled.inputs:
        raise BuildError(
            "The document has no input, so no data reaches it. Add an Input and wire it to the first layer."
        )
    data = prepare(load(recipe), recipe, compiled.plan)
    if not data.train.count:
        raise BuildError("There are no samples to train on.")
    _tune(device)
    _move(compiled, device)
    parameters = dict.fromkeys(p for module in compiled.modules() for p in module.parameters())
    optimizer = optimizing.make(recipe.optimizer, parameters, device)
    torch.manual_seed(recipe.seed)
    return Setup(
        recipe=recipe,
        forward=forward,
        data=data.to(device),
        optimizer=optimizer,
        device=device,
        device_name=_name(device),
        where=where,
        validation_size=_validation_size(analysis.memory, data.val.count),
        notes=(*notes, *data.notes),
    )


def start_again(setup: Setup) -> None:
    """Give a training its first weights back, and forget what its optimizer and torch's random state have seen."""
    initialize(setup.forward.compiled, setup.recipe.seed)
    setup.optimizer.state.clear()
    optimizing.set_rate(setup.optimizer, setup.optimizer.defaults["lr"])
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
