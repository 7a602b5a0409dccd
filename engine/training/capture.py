"""A training held at one moment, and put back to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import torch
from torch import Tensor

from engine.errors import RunError
from engine.training.checkpoint import Checkpoint, Place, State, copied, load_weights, weights_of
from engine.training.setup import Setup

OF_THE_MACHINE: Final = frozenset({"params", "fused", "foreach", "capturable", "differentiable"})
"""Entries of an optimizer that say how it computes here, not what."""

ITEMS: Final = "items"
"""Key of what stands for a list that holds tensors: a value for each item, None where it is a tensor."""


def capture(setup: Setup, place: Place, threads: int) -> Checkpoint:
    """A training at this moment."""
    held = [learner.optimizer.state_dict() for learner in setup.learners]
    tensors, values = _flatten(_joined([each["state"] for each in held], [_size(each) for each in held]))
    tensors["random.cpu"] = torch.get_rng_state()
    if setup.device.type == "cuda":
        tensors["random.cuda"] = torch.cuda.get_rng_state(setup.device)
    if setup.average is not None:
        tensors.update(setup.average.state())
    groups = [
        {name: value for name, value in group.items() if name not in OF_THE_MACHINE}
        for each in held
        for group in each["param_groups"]
    ]
    data = setup.data
    state = State(
        place,
        groups,
        values,
        data.scaling,
        threads,
        str(setup.device),
        str(torch.__version__),
        target_scaling=data.target_scaling,
    )
    return Checkpoint(weights_of(setup.forward.compiled), tensors, state)


def restore(checkpoint: Checkpoint, setup: Setup) -> None:
    """Put a training back to a checkpoint.

    Raises:
        RunError: it belongs to another network or optimizer.
    """
    load_weights(setup.forward.compiled, checkpoint.weights)
    fresh = [learner.optimizer.state_dict() for learner in setup.learners]
    kept = checkpoint.state.groups
    if sum(len(each["param_groups"]) for each in fresh) != len(kept):
        raise RunError("The checkpoint belongs to another optimizer.")
    state = _unflatten(checkpoint.tensors, checkpoint.state.values)
    first_group = first = 0
    for learner, each in zip(setup.learners, fresh, strict=True):
        mine = kept[first_group : first_group + len(each["param_groups"])]
        groups = [
            {**group, **{name: _like(group.get(name), value) for name, value in held.items()}}
            for group, held in zip(each["param_groups"], mine, strict=True)
        ]
        size = _size(each)
        own = {place - first: entry for place, entry in state.items() if first <= place < first + size}
        try:
            learner.optimizer.load_state_dict({"state": own, "param_groups": groups})
        except (ValueError, KeyError, RuntimeError) as error:
            raise RunError(f"The checkpoint belongs to another optimizer: {error}.") from None
        first_group, first = first_group + len(groups), first + size
    if setup.average is not None:
        setup.average.load(checkpoint.tensors)
    torch.set_rng_state(checkpoint.tensors["random.cpu"])
    if setup.device.type == "cuda" and "random.cuda" in checkpoint.tensors:
        torch.cuda.set_rng_state(checkpoint.tensors["random.cuda"], setup.device)


def _size(held: Mapping[str, Any]) -> int:
    """How many parameters an optimizer has."""
    return sum(len(group["params"]) for group in held["param_groups"])


def _joined(states: Sequence[Mapping[int, Any]], sizes: Sequence[int]) -> dict[int, Any]:
    """States of several optimizers as one, their parameters counted on."""
    joined: dict[int, Any] = {}
    first = 0
    for state, size in zip(states, sizes, strict=True):
        joined.update({first + place: entry for place, entry in state.items()})
        first += size
    return joined


def _flatten(state: Mapping[int, Mapping[str, Any]]) -> tuple[dict[str, Tensor], dict[str, Any]]:
    tensors: dict[str, Tensor] = {}
    values: dict[str, Any] = {}
    for index, entries in state.items():
        for name, value in entries.items():
            key = f"state.{index}.{name}"
            if isinstance(value, Tensor):
                tensors[key] = copied(value)
            elif isinstance(value, (list, tuple)):
                values[key] = {ITEMS: [None if isinstance(item, Tensor) else item for item in value]}
                found = {place: item for place, item in enumerate(value) if isinstance(item, Tensor)}
                tensors.update({f"{key}.{place}": copied(item) for place, item in found.items()})
            else:
                values[key] = value
    return tensors, values


def _unflatten(tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    state: dict[int, dict[str, Any]] = {}
    # What a file gives lies anywhere in memory, and BLAS rounds by where a vector begins.
    placed = {key: tensor.clone() for key, tensor in tensors.items()}
    for key, value in (*values.items(), *placed.items()):
        if not key.startswith("state."):
            continue
        _, index, name, *item = key.split(".")
        entries = state.setdefault(int(index), {})
        if item:
            entries[name][int(item[0])] = value
        else:
            entries[name] = list(value[ITEMS]) if isinstance(value, dict) and ITEMS in value else value
    return state


def _like(sample: Any, value: Any) -> Any:
    """JSON knows no tuples."""
    return tuple(value) if isinstance(sample, tuple) else value
