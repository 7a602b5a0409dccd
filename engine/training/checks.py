"""Whether data fits a graph, before anything is trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.analysis import Placeholder, Plan, Step
from engine.catalog import Shape
from engine.data import Field, Samples
from engine.errors import DataError, nearest

Array = np.ndarray[Any, Any]


def check(samples: Samples, plan: Plan) -> None:
    """Check that every field a graph wants is there, has its shape and type, and only sound values.

    Raises:
        DataError: with the node, the field, both shapes, or the sample's row (from 1).
    """
    if not len(samples):
        raise DataError("The data source gives no samples.")
    fields = {field.name: field for field in samples.fields}
    for placeholder in (*plan.network.placeholders, *plan.criterion.placeholders):
        if placeholder.field not in fields:
            raise DataError(
                f'The node "{placeholder.node}" takes the field "{placeholder.field}", but the data gives '
                f"{', '.join(fields)}.{nearest(placeholder.field, fields)}"
            )
        _check_values(fields[placeholder.field], samples.arrays[placeholder.field])
        _check_shape(placeholder, samples.arrays[placeholder.field])
    for target, classes, step in labelled(plan):
        _check_labels(target, classes, step, samples.arrays[target.field])


def labelled(plan: Plan) -> Iterator[tuple[Placeholder, int, Step]]:
    """Targets of class labels with the number of classes that a loss or metric tells apart."""
    targets = {target.node: target for target in plan.criterion.placeholders if target.shape.dtype == "int64"}
    for step in plan.criterion.steps:
        count = step.kind.labels(step.inputs)
        if count is not None:
            fed = (value.node for values in step.feeds.values() for value in values)
            yield from ((targets[node], count, step) for node in fed if node in targets)


def _check_shape(placeholder: Placeholder, values: Array) -> None:
    wanted = placeholder.shape
    sizes = values.shape[1:]
    fits = len(sizes) == len(wanted.sample) and all(
        not isinstance(size, int) or size == got for size, got in zip(wanted.sample, sizes, strict=True)
    )
    if not fits:
        given = Shape.batch(*sizes)
        raise DataError(
            f'The node "{placeholder.node}" is {wanted} ({wanted.words()}), but the field "{placeholder.field}" '
            f"of the data is {given} ({given.words()}). Change the node's shape, or choose other data."
        )
    if wanted.dtype == "int64" and values.dtype.kind == "f" and (values != np.floor(values)).any():
        raise DataError(
            f'The node "{placeholder.node}" takes whole numbers (int64), but the field "{placeholder.field}" '
            "holds numbers with fractions (float32). Change the node's dtype, or choose other data."
        )


def _check_values(field: Field, values: Array) -> None:
    if values.dtype.kind != "f":
        return
    good = np.isfinite(values).reshape(len(values), -1).all(axis=1)
    if not good.all():
        bad = np.flatnonzero(~good)
        raise DataError(
            f"{len(bad):,} of {len(values):,} samples hold a value that is no finite number; the first is sample "
            f"{bad[0] + 1}. Repair or remove them.",
            row=int(bad[0]) + 1,
            column=field.name,
        )


def _check_labels(target: Placeholder, classes: int, step: Step, values: Array) -> None:
    wrong = ((values < 0) | (values >= classes)) & (values != step.kind.values().get("ignore_index"))
    if wrong.any():
        row = int(np.flatnonzero(wrong.reshape(len(values), -1).any(axis=1))[0])
        label = int(values[wrong].flat[0])
        raise DataError(
            f'The node "{step.node}" compares {classes} classes, so labels go from 0 to {classes - 1}, but the '
            f'field "{target.field}" of sample {row + 1} is {label}. {_mend(values)}',
            row=row + 1,
            column=target.field,
        )


def _mend(values: Array) -> str:
    if values.min() < 0:
        return "Number the classes from 0."
    return f"Give the last layer {int(values.max()) + 1} outputs."
