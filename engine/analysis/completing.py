"""What brings the data into a graph, as edits: an input that fits the field, wired to the first node."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import get_args

import msgspec

from engine.analysis.mending import COLUMN, free_place, written
from engine.analysis.program import FIELD_BY_ROLE, field_of
from engine.analysis.report import Fix
from engine.analysis.sites import Surroundings
from engine.analysis.trial import accepts
from engine.catalog import Inputs, NodeKind, Role, Shape
from engine.data import Field
from engine.errors import NeuroloomError
from engine.graph import AddNode, Batch, Connect, Edge, Edit, Node, free_id
from engine.spec import Values


def bringing(kind: NodeKind, wanted: Shape) -> Values | None:
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
        if brought is not None and (brought.sizes, brought.dtype) == (wanted.sizes, wanted.dtype):
            return values
    return None


def feeding(kinds: Iterable[type[NodeKind]], role: Role, field: Field) -> NodeKind | None:
    """The first kind of a role that can bring a field, with the parameters for it."""
    for declared in kinds:
        if declared.role != role or "field" not in declared.params:
            continue
        usual = declared()
        values = bringing(usual, field.shape)
        if values is not None:
            given = {"field": field.name} if field_of(usual) != field.name else {}
            return declared.parse({**values, **given})
    return None


class Drawing:
    """Edits that add nodes and wires, one after the other, under free ids and at free places."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.edits: list[Edit] = []
        self._taken = set(around.graph)
        self._places: list[tuple[float, float]] = []

    def new(self, kind: NodeKind, x: float, y: float) -> str:
        """Add a node at a place, or below it; its id."""
        id = free_id(kind.id, self._taken)
        place = free_place(self.around.graph, x, y, self._places)
        self._taken.add(id)
        self._places.append(place)
        self.edits.append(AddNode(Node(id, kind.id, written(kind), *place), self.around.name))
        return id

    def wire(self, source: str, output: str, target: str, input: str) -> None:
        """Wire two ports."""
        self.edits.append(Connect(Edge(source, output, target, input), self.around.name))

    def chain(self, source: str, output: str, kinds: Iterable[NodeKind], x: float, y: float) -> tuple[str, str]:
        """New nodes one after the other, fed by a port; the port at their end."""
        for step, kind in enumerate(kinds):
            id = self.new(kind, x + COLUMN * step, y)
            self.wire(source, output, id, kind.input_ports()[0].name)
            source, output = id, kind.output_ports()[0].name
        return source, output

    def fix(self, title: str, step: str) -> Fix:
        """All edits as one fix; `step` names them in the history."""
        return Fix(title, Batch(tuple(self.edits), step))


def input_fix(around: Surroundings) -> Fix | None:
    """An input that brings what the data has, wired to the first node that lacks one."""
    field = around.fields.get(FIELD_BY_ROLE["input"])
    made = feeding(around.catalog, "input", field) if field is not None else None
    if field is None or made is None:
        return None
    for node, kind, port in _lacking(around):
        between = next(_bridges(around, kind, port, field.shape), None)
        if between is None:
            continue
        drawing = Drawing(around)
        left = node.x - COLUMN * (1 + len(between))
        id = drawing.new(made, left, node.y)
        end = drawing.chain(id, made.output_ports()[0].name, between, left + COLUMN, node.y)
        drawing.wire(*end, node.id, port)
        title = f"Add {made.title} for the data's {field.name}"
        return msgspec.structs.replace(drawing.fix(title, f"Add {made.title}"), safe=True)
    return None


def _lacking(around: Surroundings) -> Iterator[tuple[Node, NodeKind, str]]:
    for id in around.graph.order():
        report = around.report(id)
        kind = report.kind if report is not None else None
        if kind is None or kind.role != "layer" or around.graph.incoming(id):
            continue
        needed = [port for port in kind.input_ports() if not port.optional]
        if len(needed) == 1 and not needed[0].many:
            yield around.graph[id], kind, needed[0].name


def _bridges(around: Surroundings, kind: NodeKind, port: str, given: Shape) -> Iterator[list[NodeKind]]:
    """Kinds to put between a shape and a port that takes it, none where it does by itself."""
    if accepts(kind, Inputs({port: (given,)})):
        yield []
    for declared in around.catalog:
        for values in declared.adaptations(given, None):
            made, shape = adapted(declared, values, given)
            if made is not None and shape is not None and accepts(kind, Inputs({port: (shape,)})):
                yield [made]


def adapted(declared: type[NodeKind], values: Values, given: Shape) -> tuple[NodeKind | None, Shape | None]:
    """A kind with values, and what it makes of a shape; None where it refuses either."""
    try:
        made = declared.parse(values)
        return made, next(iter(made.shapes(Inputs.of(given)).values()))
    except NeuroloomError:
        return None, None
