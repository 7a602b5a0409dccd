"""What judges a graph, as edits: a loss with its metrics, and the target that they compare with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

import msgspec

from engine.analysis.completing import Drawing, adapted, feeding
from engine.analysis.mending import COLUMN, ROW, plain
from engine.analysis.program import FIELD_BY_ROLE, field_of
from engine.analysis.report import Fix
from engine.analysis.sites import Surroundings
from engine.analysis.trial import accepts
from engine.catalog import Inputs, NodeKind, Role, Shape
from engine.catalog.kind import Answers
from engine.data import Field
from engine.errors import NeuroloomError
from engine.graph import Connect, Edge, Edit, Node, SetParams
from engine.spec import Values

FEW: Final = 2
SCORES: Final = "in"
TRUTH: Final = "target"
"""Ports of a usual loss: what the network answers, and what it should."""


class _Answer(msgspec.Struct, frozen=True):
    """What the network answers: where, the shape there, and how it is brought to the one that is wanted."""

    node: Node
    output: str
    shape: Shape
    resize: Values = {}
    between: tuple[NodeKind, ...] = ()


def loss_fixes(around: Surroundings, end: str, doors: Collection[str]) -> Iterator[Fix]:
    """The losses that are usual for the data's targets, with metrics, wired to the node at the end.

    `doors` are the inputs and targets of the graph.
    """
    field = around.fields.get(FIELD_BY_ROLE["target"])
    report = around.report(end)
    if field is None or report is None or not report.outputs or not _fed(around, doors):
        return
    output, shape = next(iter(report.outputs.items()))
    for answers, sizes in _wanted(field, shape):
        target = _target(around, field, doors)
        answer = _towards(around, _Answer(around.graph[end], output, shape), sizes)
        if answer is None or target is None:
            continue
        inputs = Inputs({"in": (answer.shape,), "target": (field.shape,)})
        for loss in _usual(around, "loss", answers, inputs):
            metrics = list(_usual(around, "metric", answers, inputs))
            yield _judging(around, answer, target, loss, metrics)
            return


def beside(around: Surroundings, kind: NodeKind, id: str, end: str) -> list[Edit]:
    """What else to do where a new loss or metric is wired to a layer that nothing uses yet.

    The layer gets as many outputs as the data's targets ask for, and a target that is there is wired too.
    """
    field = around.fields.get(FIELD_BY_ROLE["target"])
    report = around.report(end)
    ports = [port.name for port in kind.input_ports() if not port.optional]
    doors = _doors(around)
    if (
        field is None
        or report is None
        or not report.outputs
        or ports != [SCORES, TRUTH]
        or not _fed(around, doors)
    ):
        return []
    output, shape = next(iter(report.outputs.items()))
    target = _target(around, field, doors)
    known = around.report(target) if isinstance(target, str) else None
    wire = [Connect(Edge(str(target), next(iter(known.outputs)), id, TRUTH), around.name)] if known else []
    if around.graph.outgoing(end):
        return [*wire] if accepts(kind, Inputs({SCORES: (shape,), TRUTH: (field.shape,)})) else []
    for _, wanted in _wanted(field, shape):
        answer = _towards(around, _Answer(around.graph[end], output, shape), wanted)
        if answer is None or answer.between:
            continue
        if accepts(kind, Inputs({SCORES: (answer.shape,), TRUTH: (field.shape,)})):
            values = {name: plain(value) for name, value in answer.resize.items()}
            resized = [SetParams(end, values, (), around.name)] if values else []
            return [*resized, *wire]
    return []


def _doors(around: Surroundings) -> list[str]:
    """The inputs and targets."""
    reports = [(id, around.report(id)) for id in around.graph]
    return [id for id, report in reports if report and report.kind and report.kind.role in FIELD_BY_ROLE]


def _fed(around: Surroundings, doors: Iterable[str]) -> bool:
    """Whether the inputs bring what the data has; with a loss it is an error where they do not."""
    return all(_brings(around, id) is not None for id in doors if _role(around, id) == "input")


def _role(around: Surroundings, id: str) -> Role | None:
    report = around.report(id)
    return report.kind.role if report is not None and report.kind is not None else None


def _brings(around: Surroundings, id: str) -> Field | None:
    """The field that an input or target brings as the data has it."""
    report = around.report(id)
    field = around.fields.get(field_of(report.kind)) if report is not None and report.kind is not None else None
    brought = next(iter(report.outputs.values()), None) if report is not None else None
    if field is None or brought is None:
        return None
    return field if (brought.sizes, brought.dtype) == (field.shape.sizes, field.shape.dtype) else None


def _wanted(field: Field, shape: Shape) -> list[tuple[Answers, Shape]]:
    """What kind of answer the field's targets ask for, and its shape, the likeliest first."""
    target = field.shape
    count = len(field.classes)
    if target.dtype == "int64":
        classes = count or (shape.sizes[1] if shape.rank > 1 else 0)
        found: list[tuple[Answers, Shape]] = [
            ("classes", Shape((target.sizes[0], classes, *target.sizes[1:]))),
            ("yes-no", Shape((target.sizes[0], 1))),
        ]
        return found[:1] if count != FEW else found if shape.sizes[1:] == (FEW,) else found[::-1]
    sizes = target.sizes if target.rank > 1 else (*target.sizes, 1)
    return [("numbers", Shape(sizes))]


def _target(around: Surroundings, field: Field, doors: Iterable[str]) -> NodeKind | str | None:
    """A target that is there already, by its id, or the kind of a new one."""
    there = (id for id in doors if _role(around, id) == "target" and _brings(around, id) == field)
    return next(there, None) or feeding(around.catalog, "target", field)


def _towards(around: Surroundings, answer: _Answer, wanted: Shape) -> _Answer | None:
    """Bring an answer to a shape: as it is, by the size of the layer itself, or by a projection."""
    if answer.shape.sizes == wanted.sizes:
        return answer
    report = around.report(answer.node.id)
    kind = report.kind if report is not None else None
    if kind is not None and report is not None and report.inputs is not None and report.weights:
        for name, param in kind.params.items():
            for size in wanted.sizes[1:] if param.type is int else ():
                made = _resized(kind, name, size, report.inputs, answer.output)
                if made is not None and made.sizes == wanted.sizes:
                    return msgspec.structs.replace(answer, shape=made, resize={name: size})
    for between, shape in [([], answer.shape), *_flat(around, answer.shape, wanted.rank)]:
        for declared in around.catalog:
            for values in declared.adaptations(shape, wanted):
                projection, projected = adapted(declared, values, shape)
                if projection is not None and projected is not None and projected.sizes == wanted.sizes:
                    return msgspec.structs.replace(answer, shape=projected, between=(*between, projection))
    return None


def _resized(kind: NodeKind, name: str, size: object, inputs: Inputs, output: str) -> Shape | None:
    try:
        return type(kind).parse({**kind.values(), name: size}).shapes(inputs).get(output)
    except NeuroloomError:
        return None


def _flat(around: Surroundings, given: Shape, rank: int) -> Iterator[tuple[list[NodeKind], Shape]]:
    """Kinds without weights that bring a shape to another number of axes."""
    for declared in around.catalog if given.rank != rank else ():
        for values in declared.adaptations(given, None):
            made, shape = adapted(declared, values, given)
            if made is not None and shape is not None and shape.rank == rank:
                yield [made], shape


def _usual(around: Surroundings, role: Role, answers: Answers, inputs: Inputs) -> Iterator[NodeKind]:
    for declared in around.catalog:
        if declared.role == role and answers in declared.usual_for and accepts(declared(), inputs):
            yield declared()


def _judging(
    around: Surroundings, answer: _Answer, target: NodeKind | str, loss: NodeKind, metrics: list[NodeKind]
) -> Fix:
    drawing = Drawing(around)
    node = answer.node
    if answer.resize:
        values = {name: plain(value) for name, value in answer.resize.items()}
        drawing.edits.append(SetParams(node.id, values, (), around.name))
    end = drawing.chain(node.id, answer.output, answer.between, node.x + COLUMN, node.y)
    x = node.x + COLUMN * len(answer.between)
    if isinstance(target, str):
        known = around.report(target)
        aim = target, next(iter(known.outputs), "out") if known is not None else "out"
    else:
        aim = drawing.new(target, x, node.y + ROW), target.output_ports()[0].name
    for row, kind in enumerate((loss, *metrics)):
        id = drawing.new(kind, x + COLUMN, node.y + ROW * row)
        drawing.wire(*end, id, SCORES)
        drawing.wire(*aim, id, TRUTH)
    added = [*(kind.title for kind in answer.between), loss.title]
    sizes = "".join(f", {name} of {node.id} {value}" for name, value in answer.resize.items())
    title = f"Add {', '.join(added)} for the data's {FIELD_BY_ROLE['target']}{sizes}"
    return drawing.fix(title, f"Add {loss.title}")


def missing_fixes(around: Surroundings, node: Node, kind: NodeKind, port: str) -> Iterator[Fix]:
    """What an input of a loss or metric that has no wire could be wired to: a target, or an open end."""
    is_judge = kind.role in ("loss", "metric") and around.budget.spend()
    given = _given(around, node.id) if is_judge else None
    if given is None or {each.name for each in kind.input_ports() if not each.optional} - {port, *given}:
        return
    targets, ends = _sources(around, port)
    for id in (*targets, *ends):
        report = around.report(id)
        for output, shape in report.outputs.items() if report is not None else ():
            if accepts(kind, Inputs({**given, port: (shape,)})):
                edge = Edge(id, output, node.id, port)
                yield Fix(f"Wire {edge}", Connect(edge, around.name))
    field = around.fields.get(FIELD_BY_ROLE["target"])
    made = feeding(around.catalog, "target", field) if field is not None and not targets else None
    if field is not None and made is not None and accepts(kind, Inputs({**given, port: (field.shape,)})):
        drawing = Drawing(around)
        id = drawing.new(made, node.x - COLUMN, node.y + ROW)
        drawing.wire(id, made.output_ports()[0].name, node.id, port)
        yield drawing.fix(f"Add {made.title} for the data's {field.name}", f"Add {made.title}")


def _sources(around: Surroundings, port: str) -> tuple[list[str], list[str]]:
    """The targets; what feeds this port of other losses and metrics, else the last layer that nothing uses."""
    targets, feeding_others, ends = [], [], []
    for id in around.graph.order():
        report = around.report(id)
        if report is None or report.kind is None:
            continue
        if report.kind.role in ("loss", "metric"):
            feeding_others += [edge.source for edge in around.graph.at(id, port)]
        elif report.kind.role == "target" and report.state == "ok":
            targets.append(id)
        elif report.kind.role == "layer" and report.state == "ok" and not around.graph.outgoing(id):
            ends.append(id)
    found = [id for id in dict.fromkeys(feeding_others) if id not in targets]
    return targets, found or ends[-1:]


def _given(around: Surroundings, id: str) -> dict[str, tuple[Shape, ...]] | None:
    """The shapes that reach a node now, None where one is not known."""
    found: dict[str, tuple[Shape, ...]] = {}
    for edge in around.graph.incoming(id):
        report = around.report(edge.source)
        shape = report.outputs.get(edge.output) if report is not None else None
        if shape is None:
            return None
        found[edge.input] = (*found.get(edge.input, ()), shape)
    return found
