"""What inputs and targets bring must be what the data source has."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import get_args

from engine.analysis.program import field_of
from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import DataSite
from engine.catalog import NodeKind, Shape
from engine.data import Field
from engine.errors import NeuroloomError, nearest
from engine.graph import SetParams
from engine.spec import Values


@rule("field", on=DataSite)
def unknown_field(site: DataSite) -> Iterator[Finding]:
    """A node asks for a field that the data source has not."""
    for id, kind, field in _fed(site):
        if field not in site.fields:
            names = ", ".join(f'"{name}"' for name in site.fields)
            usual = {"input": "x", "target": "y"}[kind.role]
            fixable = usual in site.fields and "field" in kind.params
            edit = SetParams(id, {"field": usual}, graph=site.name)
            yield Finding(
                f'The data {site.source.title} has no field "{field[:80]}"; it has {names}.'
                f"{nearest(field[:80], site.fields)}",
                node=id,
                param="field",
                fixes=(Fix(f'Take the field "{usual}"', edit),) if fixable else (),
            )


@rule("data-shape", on=DataSite)
def other_shape(site: DataSite) -> Iterator[Finding]:
    """An input or target expects another shape than its field has."""
    for id, kind, name in _fed(site):
        field, shape = site.fields.get(name), site.reports[id].outputs.get("out")
        if field is None or shape is None or _same(shape, field.shape):
            continue
        values = _values_for(kind, field.shape)
        title = f"Set it to {_words(field.shape)}, as the data is"
        fixes = (Fix(title, SetParams(id, values, graph=site.name)),) if values is not None else ()
        yield Finding(
            f'{id} expects {_words(shape)}. Received from the field "{name}" of {site.source.title}: '
            f"{_words(field.shape)}.",
            node=id,
            fixes=fixes,
        )


@rule("classes", on=DataSite)
def too_few_classes(site: DataSite) -> Iterator[Finding]:
    """A loss or metric gets scores for fewer classes than the labels name."""
    for id in site.topology.of("loss", "metric"):
        report = site.reports[id]
        kind, inputs = report.kind, report.inputs
        if kind is None or inputs is None or report.state != "ok":
            continue
        given = kind.labels(inputs)
        for edge in site.graph.incoming(id) if given is not None else ():
            field = _labels(site, edge.source)
            if field is None or given is None:
                continue
            rank = inputs[edge.input].rank + 1
            scored = any(shape.dtype == "float32" and shape.rank == rank for shape in inputs.all())
            if scored and given < len(field.classes):
                yield Finding(
                    f"The data {site.source.title} has {len(field.classes)} classes, so {id} needs as many scores "
                    f"a sample. Received: {given}. Give the last layer {len(field.classes)} outputs.",
                    node=id,
                )


def _fed(site: DataSite) -> Iterator[tuple[str, NodeKind, str]]:
    """Inputs and targets with their kind and field."""
    for id in site.topology.of("input", "target"):
        kind = site.reports[id].kind
        if kind is not None:
            yield id, kind, field_of(kind)


def _labels(site: DataSite, id: str) -> Field | None:
    """The field of a target that brings labels of named classes."""
    kind = site.reports[id].kind
    field = site.fields.get(field_of(kind)) if kind is not None and kind.role == "target" else None
    return field if field is not None and field.classes and field.shape.dtype == "int64" else None


def _same(left: Shape, right: Shape) -> bool:
    return left.sizes == right.sizes and left.dtype == right.dtype


def _words(shape: Shape) -> str:
    kind = {"float32": "numbers", "int64": "whole numbers", "bool": "yes or no"}[shape.dtype]
    return f"{shape.words()}, {kind}"


def _values_for(kind: NodeKind, wanted: Shape) -> Values | None:
    """Parameters, found by trying, with which an input or target brings the wanted shape."""
    sizes: list[Values] = [{}]
    dtypes: list[Values] = [{}]
    for name, param in kind.params.items():
        if wanted.dtype in param.choices:
            dtypes.append({name: wanted.dtype})
        elif get_args(param.type)[1:] == (Ellipsis,):
            sizes.append({name: list(wanted.sample)})
        elif param.type is int and len(wanted.sample) == 1:
            sizes.append({name: wanted.sample[0]})
    for size, dtype in itertools.product(sizes, dtypes):
        values = {**size, **dtype}
        try:
            brought = type(kind).parse({**kind.values(), **values}).placeholder()
        except NeuroloomError:
            continue
        if brought is not None and _same(brought, wanted):
            return values
    return None
