"""The layers of a plan: made, treated as their nodes ask, tied."""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from engine.analysis import Plan, Step
from engine.catalog import Call, Weighted
from engine.catalog.call import layers
from engine.catalog.treatment import METHOD, Treatment
from engine.errors import BuildError
from engine.source.names import Attributes
from engine.torchside.make import make_layer, resolve


@contextlib.contextmanager
def seeded(seed: int | None) -> Iterator[None]:
    """Inside, the CPU draws from a seed; after, torch's random state is as before. None changes nothing."""
    if seed is None:
        yield
        return
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


def make_layers(plan: Plan, names: Attributes) -> dict[str, nn.Module]:
    """Every layer by its attribute, in the order in which the exported source makes them.

    Raises:
        BuildError: torch refuses a layer, or what shall be done to it; names the node.
    """
    made: dict[str, nn.Module] = {}
    for program in (plan.network, plan.criterion):
        for step in program.steps:
            if not step.owner:
                made |= _layers_of(step, names)
        for tie in program.ties:
            holder, owner = (made[name] for name in (_only(names, tie.node), _only(names, tie.owner)))
            place, _, tensor = tie.tensor.rpartition(".")
            setattr(holder.get_submodule(place), tensor, operator.attrgetter(tie.tensor)(owner))
    return made


def _layers_of(step: Step, names: Attributes) -> dict[str, nn.Module]:
    made: dict[str, nn.Module] = {}
    for call in layers(step.calls):
        name = names[step.node, call.part]
        if name in made:
            raise BuildError(f'Two layers of this node are called "{call.part}".', node=step.node)
        made[name] = _make(step, call)
    if isinstance(step.kind, Weighted) and step.kind.has_options():
        for treatment in step.kind.treatments(step.inputs):
            for layer in made.values():
                _treat(step, layer, treatment)
    return made


def _make(step: Step, call: Call) -> nn.Module:
    try:
        return make_layer(call)
    except BuildError as error:
        raise BuildError(str(error), node=step.node) from error


def _treat(step: Step, layer: nn.Module, treatment: Treatment) -> None:
    subject: Any = operator.attrgetter(treatment.tensor)(layer) if treatment.tensor else layer
    if treatment.row is not None:
        subject = subject[treatment.row]
    try:
        if treatment.target.startswith(METHOD):
            getattr(subject, treatment.target.removeprefix(METHOD))(*treatment.args, **treatment.kwargs)
        else:
            resolve(treatment.target)(subject, *treatment.args, **treatment.kwargs)
    except (TypeError, ValueError, RuntimeError) as error:
        raise BuildError(f"{treatment.target} cannot be applied: {error}", node=step.node) from error


def _only(names: Attributes, node: str) -> str:
    """The attribute of a node that has one layer."""
    return next(name for (owner, _), name in names.items() if owner == node)
