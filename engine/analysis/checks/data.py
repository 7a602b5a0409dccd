"""What inputs and targets bring must be what the data source has."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.analysis.completing import bringing
from engine.analysis.mending import setting
from engine.analysis.program import field_of
from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import DataSite
from engine.analysis.trial import resizing
from engine.catalog import NodeKind, Shape
from engine.data import Field
from engine.errors import nearest
from engine.graph import Edge, SetParams


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
        values = bringing(kind, field.shape)
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
                    fixes=tuple(_resizings(site, id, edge, len(field.classes))),
                )


def _resizings(site: DataSite, id: str, labels: Edge, count: int) -> Iterator[Fix]:
    """The layer before a loss with as many outputs as there are classes."""
    for edge in site.graph.incoming(id):
        for owner, name, _ in resizing(site.graph, site.around.report, edge, 1, count) if edge != labels else ():
            fix = setting(owner, {name: count}, site.name)
            yield msgspec.structs.replace(fix, title=f"Set {name} of {owner} to {count}")
            return


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
