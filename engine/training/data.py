"""Data in memory: checked, split, scaled, as tensors indexed batch by batch."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from engine.analysis import Placeholder, Plan
from engine.data import Samples, all_sources
from engine.recipe import Recipe
from engine.training.checks import check
from engine.training.scaling import Scale, fit
from engine.training.split import split

SHARE_OF_DEVICE: Final = 0.4
"""Of a GPU's free memory that data may take; more stays on the host and is copied batch by batch."""

ORDERED_AT_ONCE: Final = 32 * 2**20
"""Bytes of data up to which an epoch's order is laid out in memory."""

Arrays = dict[str, np.ndarray[Any, Any]]
Batch = tuple[tuple[Tensor, ...], tuple[Tensor, ...]]
"""Inputs of the network, targets of the criterion."""


@dataclasses.dataclass(frozen=True)
class Part:
    """One part of the data: a tensor for each placeholder, all with `count` rows."""

    inputs: tuple[Tensor, ...]
    targets: tuple[Tensor, ...]
    count: int
    device: torch.device

    def take(self, rows: Tensor) -> Batch:
        """The given rows, on the device."""
        return self._on_device(
            tuple(field.index_select(0, rows) for field in self.inputs),
            tuple(field.index_select(0, rows) for field in self.targets),
        )

    def between(self, start: int, end: int) -> Batch:
        """Neighbouring rows, on the device."""
        return self._on_device(
            tuple(field[start:end] for field in self.inputs), tuple(field[start:end] for field in self.targets)
        )

    def drawn(self, rows: Tensor) -> Callable[[int, int], Batch]:
        """What gives the batches, from start to end, of an epoch that takes the rows in this order.

        Small data is put in order once: picking the rows of each batch costs a tiny net some percent.
        """
        if sum(field.nbytes for field in (*self.inputs, *self.targets)) > ORDERED_AT_ONCE:
            return lambda start, end: self.take(rows[start:end])
        inputs, targets = self.take(rows)
        return dataclasses.replace(self, inputs=inputs, targets=targets).between

    def batches(self, size: int) -> Iterator[tuple[Batch, int]]:
        """All rows in order, `size` at a time, with the number in each."""
        for start in range(0, self.count, size):
            end = min(start + size, self.count)
            yield self.between(start, end), end - start

    def to(self, device: torch.device) -> Part:
        """The same, kept on the device where that has room."""
        fields = (*self.inputs, *self.targets)
        if device.type == "cpu" or not _fits(sum(field.nbytes for field in fields), device):
            return dataclasses.replace(self, device=device)
        return Part(
            tuple(field.to(device) for field in self.inputs),
            tuple(field.to(device) for field in self.targets),
            self.count,
            device,
        )

    def _on_device(self, inputs: tuple[Tensor, ...], targets: tuple[Tensor, ...]) -> Batch:
        if self.device.type == "cpu" or all(
            field.device.type == self.device.type for field in (*inputs, *targets)
        ):
            return inputs, targets
        return tuple(map(self._copied, inputs)), tuple(map(self._copied, targets))

    def _copied(self, field: Tensor) -> Tensor:
        if self.device.type != "cuda":
            return field.to(self.device)
        return field.pin_memory().to(self.device, non_blocking=True)


@dataclasses.dataclass(frozen=True)
class TrainingData:
    """What a run trains and validates on; `scaling` by field, `classes` the names of the first target's."""

    train: Part
    val: Part
    scaling: dict[str, Scale]
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    target_scaling: dict[str, Scale] = dataclasses.field(default_factory=dict)

    def to(self, device: torch.device) -> TrainingData:
        """The same, kept on the device where that has room."""
        return dataclasses.replace(self, train=self.train.to(device), val=self.val.to(device))


def load(recipe: Recipe) -> Samples:
    """All samples of the recipe's source.

    Raises:
        UnknownIdError, ParamError: the recipe names no source, or gives it wrong parameters.
        DataError: the source cannot give them.
    """
    return all_sources()[recipe.data.id].parse(recipe.data.params).load()


def prepare(samples: Samples, recipe: Recipe, plan: Plan) -> TrainingData:
    """Samples checked, split under the recipe's seed (by class where there are labels), and scaled.

    Raises:
        DataError: the data does not fit the graph.
    """
    check(samples, plan)
    inputs, targets = plan.network.placeholders, plan.criterion.placeholders
    labels = next((target for target in targets if target.shape.dtype == "int64" and target.shape.rank == 1), None)
    parts = split(
        len(samples), recipe.validation_split, recipe.seed, samples.arrays[labels.field] if labels else None
    )
    fields = {field.name: field for field in samples.fields}

    def fitted(method: str, placeholders: Iterable[Placeholder]) -> tuple[dict[str, Scale], Arrays]:
        names = dict.fromkeys(held.field for held in placeholders if held.shape.dtype == "float32")
        found = {name: fit(method, samples.arrays[name][parts.train], fields[name].shape) for name in names}
        scales = {name: scale for name, scale in found.items() if scale is not None}
        return scales, samples.arrays | {name: scales[name].apply(samples.arrays[name]) for name in scales}

    scaling, arrays = fitted(recipe.scaling, inputs)
    target_scaling, answers = fitted(recipe.target_scaling, targets)

    def part(rows: np.ndarray[Any, Any]) -> Part:
        return Part(
            tuple(_tensor(arrays[placeholder.field][rows], placeholder) for placeholder in inputs),
            tuple(_tensor(answers[placeholder.field][rows], placeholder) for placeholder in targets),
            len(rows),
            torch.device("cpu"),
        )

    classes = fields[labels.field].classes if labels else ()
    return TrainingData(part(parts.train), part(parts.val), scaling, classes, samples.notes, target_scaling)


def _tensor(values: np.ndarray[Any, Any], placeholder: Placeholder) -> Tensor:
    dtype = torch.float32 if placeholder.shape.dtype == "float32" else torch.int64
    return torch.from_numpy(np.ascontiguousarray(values)).to(dtype)


def _fits(nbytes: int, device: torch.device) -> bool:
    if device.type != "cuda":
        return nbytes < 2**31
    free, _ = torch.cuda.mem_get_info(device)
    return nbytes < SHARE_OF_DEVICE * free
