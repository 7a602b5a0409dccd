"""The analysis of one node: its kind, its wires, its shapes and cost. Nothing here raises."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

import msgspec

from engine.analysis.blocks import BlockKind
from engine.analysis.mending import setting
from engine.analysis.report import Diagnostic, Fix, NodeReport
from engine.analysis.rules import LONGEST, check
from engine.analysis.sites import ClashSite, DeclaredSite, LearningSite, Surroundings, WiredSite
from engine.catalog import Catalog, Inputs, NodeKind, Shape, Shapes, Weighted
from engine.data import Field
from engine.errors import NeuroloomError, ShapeError, received
from engine.graph import Edge, Graph, Node, Promoted
from engine.spec import holds_formula, is_formula, resolved

log = logging.getLogger(__name__)

Findings = tuple[Diagnostic, ...]
K = TypeVar("K")
V = TypeVar("V")
MOST_KINDS: Final = 4096
MOST_RESULTS: Final = 256


class Signal(msgspec.Struct, frozen=True):
    """What a node sends on: its outputs' shapes and names, None where they are not known."""

    outputs: Shapes | None
    ports: tuple[str, ...] | None


SILENT: Final = Signal(None, None)


class Result(msgspec.Struct, frozen=True):
    """What was found about a node. `lasting`: it holds as long as what reaches the node is the same."""

    report: NodeReport
    diagnostics: Findings
    signal: Signal
    lasting: bool = True


Arrivals = tuple[tuple[str, Shape], ...]
"""What edges bring: input port and shape, edge by edge."""


class Declared(msgspec.Struct, frozen=True):
    """A node's kind with its parameters; None where it is not to be had, and why.

    `results` holds what the kind made of sound arrivals. Equal kinds share it: a network is built of
    repetitions, and a change that runs through all of it costs its different layers only.
    """

    kind: NodeKind | None
    diagnostics: Findings
    results: dict[Arrivals, Result] = {}


Interned = dict[NodeKind, dict[Arrivals, Result]]


class Place(msgspec.Struct, frozen=True):
    """Where a node stands: its graph, by name and itself, the catalogue, and the results of equal kinds.

    `plain` holds kinds without parameters of the node's own; `names` are the parameters of the block around it,
    `entries` the shapes at the block's ports, None where they are not known; `unsound` says why blocks cannot
    be placed, in this `generation` of the document's blocks. `fields` are those of the data, `graphs` all names of
    graphs, `params` what the block declares; the walk sets `around`.
    """

    name: str
    graph: Graph
    catalog: Catalog
    results: Interned
    plain: dict[str, Declared]
    names: Mapping[str, Any] = {}
    entries: Mapping[str, Shape | None] = {}
    unsound: Mapping[str, str] = {}
    generation: int = 0
    fields: Mapping[str, Field] = {}
    graphs: frozenset[str] = frozenset()
    params: tuple[Promoted, ...] = ()
    around: Surroundings | None = None


def declare(place: Place, node: Node) -> Declared:
    """The kind of a node, from its id and parameters alone."""
    if node.params:
        return _declared(place, node)
    found = place.plain.get(node.kind) or _declared(place, node)
    if found.kind is not None:
        place.plain[node.kind] = found
    return found


def _declared(place: Place, node: Node) -> Declared:
    try:
        params = node.params
        if params and any(map(holds_formula, params.values())):
            params = resolved(params, place.names)
        kind = place.catalog.parse(node.kind, params)
        return Declared(kind, (), _shared(kind, place.results))
    except NeuroloomError as error:
        site = DeclaredSite(place.name, node, place.catalog, place.names, place.unsound)
        found = tuple(check(site, node.id, place.name))
        told = any(diagnostic.severity == "error" for diagnostic in found)
        return Declared(None, found if told else (*found, _broken(place, node, error)))
    except Exception as error:  # noqa: BLE001 - whatever a plug-in's kind does, the user is told
        return Declared(None, (_broken(place, node, error),))


def evaluate(
    place: Place, node: Node, declared: Declared, edges: tuple[Edge, ...], signals: tuple[Signal, ...]
) -> Result:
    """What a node makes of the signals that its edges bring."""
    kind = declared.kind
    if kind is None:
        return Result(NodeReport("error"), declared.diagnostics, SILENT)
    if kind.role == "entry":
        return _entered(place, kind)
    arrivals = _arrivals(edges, signals)
    known = declared.results.get(arrivals) if arrivals is not None else None
    if known is not None:
        return known
    try:
        result = _wired(place, node, kind, declared.diagnostics, edges, signals)
    except Exception as error:  # noqa: BLE001 - whatever a plug-in's kind does, the user is told
        report, broken = NodeReport("error", kind), _broken(place, node, error)
        return Result(report, (*declared.diagnostics, broken), SILENT)
    if arrivals is not None and result.report.state == "ok" and not result.diagnostics:
        _remember(declared.results, arrivals, result, MOST_RESULTS)
    return result


def _entered(place: Place, kind: NodeKind) -> Result:
    """A port of the block: what is wired to it where the block is placed."""
    shape = place.entries.get(str(kind.values()["name"]))
    ports = tuple([port.name for port in kind.output_ports()])
    if shape is None:
        return Result(NodeReport("blocked", kind), (), Signal(None, ports), lasting=False)
    outputs = dict.fromkeys(ports, shape)
    report = NodeReport("ok", kind, Inputs({}), outputs, memory=shape.nbytes)
    return Result(report, (), Signal(outputs, ports), lasting=False)


def looped(declared: Declared, *, knotted: bool) -> Result:
    """A node on a cycle, or behind one: its shapes cannot be known."""
    state = "error" if knotted or declared.kind is None else "blocked"
    report = NodeReport(state, declared.kind)  # type: ignore[arg-type]
    return Result(report, declared.diagnostics, SILENT, lasting=False)


def _arrivals(edges: tuple[Edge, ...], signals: tuple[Signal, ...]) -> Arrivals | None:
    """What the edges bring, None where a shape is not known."""
    found = []
    for edge, signal in zip(edges, signals, strict=True):
        outputs = signal.outputs
        if outputs is None or edge.output not in outputs:
            return None
        found.append((edge.input, outputs[edge.output]))
    return tuple(found)


def _shared(kind: NodeKind, results: Interned) -> dict[Arrivals, Result]:
    """The results of kinds equal to this one."""
    try:
        known = results.get(kind)
    except TypeError:  # a plug-in's parameter without a hash
        return {}
    return known if known is not None else _remember(results, kind, {}, MOST_KINDS)


def _remember(memory: dict[K, V], key: K, value: V, limit: int) -> V:
    """Keep a value, and all of them only up to a limit."""
    if len(memory) >= limit:
        memory.clear()
    memory[key] = value
    return value


def _wired(
    place: Place,
    node: Node,
    kind: NodeKind,
    found: Findings,
    edges: tuple[Edge, ...],
    signals: tuple[Signal, ...],
) -> Result:
    inputs, outputs = kind.input_ports(), tuple([port.name for port in kind.output_ports()])
    assert place.around is not None
    offered = tuple([signal.ports for signal in signals])
    site = WiredSite(place.name, node, kind, inputs, edges, offered, place.around)
    if not _plainly_wired(site):
        more = tuple(check(site, node.id, place.name))
        found += more
        if any(diagnostic.severity == "error" for diagnostic in more):
            lasting = kind.role == "layer"  # what else is wired changes what a fix can offer to a loss
            return Result(NodeReport("error", kind), found, Signal(None, outputs), lasting=lasting)
    if any([signal.outputs is None for signal in signals]):  # noqa: C419 - a list is faster
        return Result(NodeReport("blocked", kind), found, Signal(None, outputs))
    shapes = gather(edges, signals)
    if isinstance(kind, BlockKind):
        return _blocks_result(place, kind, node, shapes, found, outputs)
    try:
        report = _formulas(kind, shapes)
    except ShapeError as error:
        clash = ClashSite(place.name, node, kind, edges, shapes, error, place.around)
        found += tuple(check(clash, node.id, place.name)) or (_plain_clash(place, node, error),)
        return Result(NodeReport("error", kind, shapes), found, Signal(None, outputs), lasting=False)
    if tuple(report.outputs) != outputs and set(report.outputs) != set(outputs):
        raise TypeError(f"it gives shapes for {list(report.outputs)}, its outputs are {list(outputs)}")
    if isinstance(kind, Weighted) and kind.has_options():
        more = tuple(
            check(LearningSite(place.name, node, kind, shapes, kind.weights(shapes)), node.id, place.name)
        )
        if more:
            return Result(NodeReport("error", kind, shapes), (*found, *more), Signal(None, outputs))
        report = _learning(report, kind)
    return Result(report, found, Signal(report.outputs, outputs))


def _blocks_result(
    place: Place, kind: BlockKind, node: Node, shapes: Inputs, found: Findings, outputs: tuple[str, ...]
) -> Result:
    """What the graph behind a node makes of what comes in; its findings are told with the way to them."""
    inside = kind.inside(shapes)
    told = [
        msgspec.structs.replace(each, within=(node.id, *each.within))
        if each.node
        else msgspec.structs.replace(each, node=node.id, graph=place.name)
        for each in inside.diagnostics
    ]
    if inside.outputs is None:
        at = next((number for number, each in enumerate(told) if each.code == "shape"), None)
        if at is not None and place.around is not None and place.around.budget.spend():
            fixes = (*_widths(place, kind, node, shapes), *told[at].fixes)
            told[at] = msgspec.structs.replace(told[at], fixes=fixes)
        signal = Signal(None, outputs)
        return Result(NodeReport("error", kind, shapes, inside=inside), (*found, *told), signal)
    found += tuple(told)
    report = NodeReport(
        "ok",
        kind,
        shapes,
        inside.outputs,
        parameters=inside.parameters,
        flops=inside.flops,
        memory=inside.memory,
        frozen=inside.frozen,
        inside=inside,
    )
    return Result(report, found, Signal(inside.outputs, outputs))


def _widths(place: Place, kind: BlockKind, node: Node, shapes: Inputs) -> Iterator[Fix]:
    """The block's own parameter, set so that what comes in fits inside."""
    for name, size in kind.fitting(shapes).items():
        if not is_formula(node.params.get(name)):
            fix = setting(node.id, {name: size}, place.name)
            yield msgspec.structs.replace(fix, title=f"{fix.title} on {node.id}")


def _learning(report: NodeReport, kind: Weighted) -> NodeReport:
    """A report with the node's options, which are known to fit."""
    assert report.inputs is not None
    weights = kind.learnt(report.inputs)
    count = sum(math.prod(sizes) for sizes in weights.values())
    return msgspec.structs.replace(report, weights=weights, parameters=count, frozen=count if kind.frozen else 0)


def _plainly_wired(site: WiredSite) -> bool:
    """Whether one edge runs from a known output to each input: the usual case, where no rule finds a thing."""
    if len(site.edges) != len(site.ports):
        return False
    for edge, port, offered in zip(site.edges, site.ports, site.offered, strict=True):
        if edge.input != port.name or port.many or offered is None or edge.output not in offered:
            return False
    return True


def gather(edges: tuple[Edge, ...], signals: tuple[Signal, ...]) -> Inputs:
    """The shapes that edges bring, by input port; every signal must have its shapes."""
    by_port: dict[str, tuple[Shape, ...]] = {}
    for edge, signal in zip(edges, signals, strict=True):
        shape = signal.outputs[edge.output]  # type: ignore[index]
        by_port[edge.input] = (*by_port[edge.input], shape) if edge.input in by_port else (shape,)
    return Inputs(by_port)


def _formulas(kind: NodeKind, inputs: Inputs) -> NodeReport:
    placeholder = kind.placeholder() if kind.role in ("input", "target") else None
    if placeholder is not None:
        brought = {port.name: placeholder for port in kind.output_ports()}
        return NodeReport("ok", kind, inputs, brought, memory=placeholder.nbytes)
    outputs = kind.shapes(inputs)
    weights = kind.weights(inputs)
    flops = kind.flops(inputs, outputs)
    if type(flops) is not int:
        raise TypeError(f"flops are {received(flops)}, no whole number")
    return NodeReport(
        "ok",
        kind,
        inputs,
        outputs,
        weights,
        sum([math.prod(sizes) for sizes in weights.values()]) if weights else 0,
        flops,
        sum([shape.nbytes for shape in outputs.values()]),
    )


def _plain_clash(place: Place, node: Node, error: ShapeError) -> Diagnostic:
    return Diagnostic("error", "shape", str(error), node.id, error.port, graph=place.name)


def _broken(place: Place, node: Node, error: Exception) -> Diagnostic:
    log.info("a formula of %s failed", node.kind, exc_info=error)
    message = f'The kind "{node.kind}" is at fault, not the drawing: {type(error).__name__}: {error}'
    return Diagnostic("error", "broken-kind", message[:LONGEST], node.id, graph=place.name)
