"""The plan of a document: what is computed in which order, split into the network and the criterion."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from engine.analysis.blocks import BlockKind
from engine.analysis.ends import End
from engine.analysis.report import Analysis, Diagnostic, NodeReport
from engine.analysis.sharing import Sharing, Tie, sharing
from engine.catalog import Call, Catalog, Expr, In, Inputs, Item, NodeKind, Role, Shape
from engine.errors import BuildError
from engine.graph import NEXT, Document, Edge, Graph

FIELD_BY_ROLE: Final[dict[Role, str]] = {"input": "x", "target": "y"}


class Value(msgspec.Struct, frozen=True):
    """The tensor at an output port."""

    node: str
    port: str


class Placeholder(msgspec.Struct, frozen=True):
    """A node that brings a field of the data source into the graph."""

    node: str
    field: str
    shape: Shape
    port: str = "out"


class Step(msgspec.Struct, frozen=True):
    """One node to compute: `calls` by output port, `feeds` by input port, the producers in edge order.

    `owner` is the step whose layers it calls, empty where it has its own; `body` is what a block computes.
    """

    node: str
    kind: NodeKind
    inputs: Inputs
    calls: dict[str, Expr]
    feeds: dict[str, tuple[Value, ...]]
    owner: str = ""
    body: Body | None = None


class Program(msgspec.Struct, frozen=True):
    """Steps in computing order, what enters and what leaves.

    `placeholders` stand in the order of the document; `outputs` may name placeholders too; `ties` are tensors
    that two layers have in common.
    """

    placeholders: tuple[Placeholder, ...]
    steps: tuple[Step, ...]
    outputs: tuple[Value, ...]
    ties: tuple[Tie, ...] = ()


class Remembered(msgspec.Struct, frozen=True):
    """A state of a recurrent group; `first` computes its value before the first step, unless `port` brings it."""

    first: Step
    port: str = ""

    @property
    def node(self) -> str:
        return self.first.node


class Body(msgspec.Struct, frozen=True, eq=False):
    """What a block computes: a program for each run of `counts` repetitions that are alike.

    A program takes what enters at `ports`, in order, and gives what leaves. Each repetition takes what the
    one before gave in the place of its first inputs. In a recurrent group a program is one time step: it
    takes `states` after the `entries` and gives their next values after what leaves; `stepwise` says of each
    entry, and of each exit, whether it is one step of a sequence.
    """

    kind: BlockKind
    programs: tuple[Program, ...]
    counts: tuple[int, ...]
    ports: tuple[str, ...]
    states: tuple[Remembered, ...] = ()
    entries_stepwise: tuple[bool, ...] = ()
    exits_stepwise: tuple[bool, ...] = ()

    @property
    def is_recurrent(self) -> bool:
        """Whether it runs over time."""
        return self.kind.block.form == "recurrent"

    def passes(self) -> Iterator[Program]:
        """The program of each repetition."""
        for program, count in zip(self.programs, self.counts, strict=True):
            yield from itertools.repeat(program, count)


class Enclosed(Call, frozen=True, eq=False):
    """The call of a block's own module."""

    body: Body | None = None


class Plan(msgspec.Struct, frozen=True):
    """A document in two programs.

    The *network* is all that needs no target: it takes the inputs and gives `network.outputs`, which are
    the values that the criterion consumes, then the open ends. The *criterion* takes all of
    `network.outputs`, then its own placeholders (the targets); feeds of its steps name values of either.
    Its `outputs` are the losses, then the metrics, each one number; the total loss is the losses' sum.
    `predictions` are the outputs of layers that the criterion consumes, those held against a target first
    and single numbers left out; without such, the open ends. `placed` are the first values of blocks that
    were expanded, by the way to them.
    """

    network: Program
    criterion: Program
    losses: tuple[str, ...]
    metrics: tuple[str, ...]
    predictions: tuple[Value, ...]
    placed: dict[str, Value] = {}


def plan(document: Document, analysis: Analysis, catalog: Catalog) -> Plan:  # noqa: ARG001
    """The plan of a document that `analysis` describes; a block is one step, see `expanded`.

    A wrong recipe does not matter here: a graph can be exported without its data.

    Raises:
        BuildError: a node is in error, or there is no node; with the first error's text.
    """
    drawn = document.graph()
    _require_ok(drawn, analysis)
    reports = analysis.nodes
    criterion = criterion_nodes(drawn, reports)
    network = [id for id in analysis.order if id not in criterion]
    judged = [id for id in analysis.order if id in criterion]

    consumed = {
        Value(edge.source, edge.output)
        for id in judged
        for edge in drawn.incoming(id)
        if edge.source not in criterion
    }
    wanted = [value for id in network for value in _values(id, reports) if value in consumed]
    open_ends = [
        value
        for id in network
        if not drawn.outgoing(id) and reports[id].kind.role == "layer"  # type: ignore[union-attr]
        for value in _values(id, reports)
    ]
    losses, metrics = _of_role("loss", judged, reports), _of_role("metric", judged, reports)
    scores = tuple(Value(id, port) for id in (*losses, *metrics) for port in list(reports[id].outputs)[:1])
    answers = (value for value in wanted if _role(value.node, reports) == "layer")
    compared = _compared(drawn, (*losses, *metrics), reports)
    predictions = tuple(
        sorted((value for value in answers if _is_batch(value, reports)), key=lambda value: value not in compared)
    )
    shared = _require_shared(reports, criterion)
    return Plan(
        network=_program(drawn, network, reports, (*wanted, *open_ends), shared),
        criterion=_program(drawn, judged, reports, scores, shared),
        losses=losses,
        metrics=metrics,
        predictions=predictions
        or tuple(value for value in open_ends if reports[value.node].outputs[value.port].rank),
    )


def criterion_nodes(graph: Graph, reports: dict[str, NodeReport]) -> set[str]:
    """Targets, losses and metrics, and every node that needs one of them."""
    found = {id for id in reports if _role(id, reports) in ("target", "loss", "metric")}
    waiting = list(found)
    while waiting:
        followers = {edge.target for edge in graph.outgoing(waiting.pop())} - found
        found |= followers
        waiting.extend(followers)
    return found


def _compared(graph: Graph, judges: Iterable[str], reports: dict[str, NodeReport]) -> set[Value]:
    """What losses and metrics hold against a target."""
    found: set[Value] = set()
    for id in judges:
        edges = graph.incoming(id)
        if any(_role(edge.source, reports) == "target" for edge in edges):
            found |= {Value(edge.source, edge.output) for edge in edges}
    return found


def _require_ok(graph: Graph, analysis: Analysis) -> None:
    if not len(graph):
        raise BuildError("The document has no nodes. Add an input and layers first.")
    wrong = [id for id in graph if (report := analysis.nodes.get(id)) is None or report.state != "ok"]
    if not wrong:
        return
    cause = _first_cause(analysis.diagnostics, set(wrong))
    if cause is None:
        raise BuildError("The analysis is older than the document.", node=wrong[0])
    raise BuildError(cause.message, node=cause.node)


def _first_cause(diagnostics: Iterable[Diagnostic], wrong: set[str]) -> Diagnostic | None:
    errors = (diagnostic for diagnostic in diagnostics if diagnostic.severity == "error")
    return next((error for error in errors if (error.within[0] if error.within else error.node) in wrong), None)


def _require_shared(reports: dict[str, NodeReport], criterion: set[str]) -> Sharing:
    shared = sharing(reports)
    for refusal in shared.refusals:
        raise BuildError(refusal.message, node=refusal.node)
    for node, owner in [*shared.owners.items(), *((tie.node, tie.owner) for tie in shared.ties)]:
        if (node in criterion) is not (owner in criterion):
            raise BuildError(across(node, owner), node=node)
    return shared


def across(node: str, owner: str) -> str:
    """The sentence about weights shared between the network and the criterion."""
    return f"{node} and {owner} cannot share weights: one of them needs a target, the other is of the network."


def _program(
    graph: Graph,
    ids: list[str],
    reports: dict[str, NodeReport],
    outputs: tuple[Value, ...],
    shared: Sharing,
) -> Program:
    inside = set(ids)
    fed = [node.id for node in graph.nodes() if node.id in inside and _role(node.id, reports) in FIELD_BY_ROLE]
    return Program(
        placeholders=tuple(_placeholder(id, reports[id]) for id in fed),
        steps=tuple(
            _step(id, graph, reports[id], shared.owners.get(id, ""))
            for id in ids
            if _role(id, reports) not in FIELD_BY_ROLE
        ),
        outputs=outputs,
        ties=tuple(tie for tie in shared.ties if tie.node in inside),
    )


def _placeholder(id: str, report: NodeReport) -> Placeholder:
    kind = report.kind
    assert kind is not None
    port, shape = next(iter(report.outputs.items()))
    return Placeholder(id, field_of(kind), shape, port)


def field_of(kind: NodeKind) -> str:
    """The field of the data source that feeds a node of role input or target."""
    return str(kind.values().get("field", FIELD_BY_ROLE.get(kind.role, "")))


def _step(id: str, graph: Graph, report: NodeReport, owner: str) -> Step:
    assert report.kind is not None
    assert report.inputs is not None
    feeds = _feeds(graph.incoming(id))
    if isinstance(report.kind, BlockKind):
        body = _body(report.kind, report)
        call = Enclosed("", tuple(In(port) for port in body.ports), build={}, body=body)
        ports = list(report.outputs)
        calls: dict[str, Expr] = {port: Item(call, place) for place, port in enumerate(ports)}
        calls = {ports[0]: call} if len(ports) == 1 else calls
        return Step(id, report.kind, report.inputs, calls, feeds, owner, body)
    try:
        calls = report.kind.calls(report.inputs)
    except Exception as error:
        raise BuildError(
            f"{report.kind.title} gives no torch call: {type(error).__name__}: {error}", node=id
        ) from error
    return Step(id, report.kind, report.inputs, calls, feeds, owner)


def _body(kind: BlockKind, report: NodeReport) -> Body:
    assert report.inside is not None
    passes = report.inside.passes
    ends = kind.ends
    recurrent = kind.block.form == "recurrent"
    first = passes[0].analysis.nodes
    states = tuple(_remembered(end, first[end.node]) for end in ends.states) if recurrent else ()
    return Body(
        kind,
        tuple(_inner(kind, each.analysis.nodes, each.analysis.order) for each in passes),
        tuple(each.count for each in passes),
        tuple(end.name for end in ends.inputs),
        states,
        tuple(end.stepwise for end in ends.entries),
        tuple(end.stepwise for end in ends.exits),
    )


def _remembered(end: End, report: NodeReport) -> Remembered:
    assert report.kind is not None
    nothing = Inputs({})
    first = Step(end.node, report.kind, nothing, report.kind.calls(nothing), {})
    return Remembered(first, end.name if end.stepwise else "")


def _inner(kind: BlockKind, reports: dict[str, NodeReport], order: tuple[str, ...]) -> Program:
    """The program of a block's graph: its ports enter, then states; its exits leave, then next states."""
    drawn, ends = kind.drawn, kind.ends
    states = [end.node for end in ends.states] if kind.block.form == "recurrent" else []
    held = (*ends.entries, *(end for end in ends.states if states))
    left = [*(end.node for end in ends.exits), *states]
    ended = {*(end.node for end in held), *left}
    shared = sharing(reports)
    sources = (drawn.incoming(id) if id not in states else drawn.at(id, NEXT) for id in left)
    return Program(
        tuple(Placeholder(end.node, end.name, reports[end.node].outputs["out"]) for end in held),
        tuple(_step(id, drawn, reports[id], shared.owners.get(id, "")) for id in order if id not in ended),
        tuple(Value(edges[0].source, edges[0].output) for edges in sources),
        shared.ties,
    )


def _feeds(edges: tuple[Edge, ...]) -> dict[str, tuple[Value, ...]]:
    feeds: dict[str, tuple[Value, ...]] = {}
    for edge in edges:
        feeds[edge.input] = (*feeds.get(edge.input, ()), Value(edge.source, edge.output))
    return feeds


def _values(id: str, reports: dict[str, NodeReport]) -> list[Value]:
    return [Value(id, port) for port in reports[id].outputs]


def _is_batch(value: Value, reports: dict[str, NodeReport]) -> bool:
    return reports[value.node].outputs[value.port].rank > 0


def _role(id: str, reports: dict[str, NodeReport]) -> Role | None:
    kind = reports[id].kind
    return kind.role if kind is not None else None


def _of_role(role: Role, ids: list[str], reports: dict[str, NodeReport]) -> tuple[str, ...]:
    return tuple(id for id in ids if _role(id, reports) == role)


def all_steps(programs: Iterable[Program]) -> Iterator[Step]:
    """The steps of programs, and of what is inside their blocks, inner ones first."""
    for program in programs:
        for step in program.steps:
            if step.body is not None:
                yield from all_steps(step.body.programs)
                yield from (state.first for state in step.body.states if not state.port)
            yield step
