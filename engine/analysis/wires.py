"""Whether a wire would fit, asked while it is drawn."""

from __future__ import annotations

from typing import Final

from engine.analysis.fitting import with_shape
from engine.analysis.report import Analysis
from engine.catalog import Catalog, Inputs, NodeKind, Port, Shape
from engine.errors import CycleError, NeuroloomError, ShapeError, nearest
from engine.graph import MAIN, Document, Edge, Graph

SHOWN: Final = 6


def try_edge(
    document: Document, analysis: Analysis, edge: Edge, catalog: Catalog, graph: str = MAIN
) -> str | None:
    """Why a wire would not fit, as a sentence; None where it would, or where that cannot be told yet.

    A wire that is now at the same place (an input that takes one, or the same slot) counts as replaced.
    Only the two ends are looked at: what a new shape means further on is not.
    """
    drawn = document.graph(graph)
    for id in (edge.source, edge.target):
        if id not in drawn:
            return f'There is no node "{id[:80]}".'
    source, target = (_kind(drawn, analysis, catalog, id) for id in (edge.source, edge.target))
    if source is None or target is None:
        id = edge.source if source is None else edge.target
        return f'{id} is of a kind that is not installed, "{drawn[id].kind[:80]}", so its ports are not known.'
    outputs, ports = source.output_ports(), target.input_ports()
    if not any(port.name == edge.output for port in outputs):
        return _no_port(edge.source, source, "output", edge.output, outputs)
    port = next((port for port in ports if port.name == edge.input), None)
    if port is None:
        return _no_port(edge.target, target, "input", edge.input, ports)
    if drawn.flows(edge) and drawn.reaches(edge.target, edge.source):
        return str(CycleError(_short(drawn.path(edge.target, edge.source))))
    shape = analysis.shape(edge)
    return None if shape is None else _clash(drawn, analysis, edge, target, port, shape)


def fits(kind: type[NodeKind], shape: Shape) -> bool:
    """Whether a new node of a kind, with parameters that fit it, could take a shape at its first input.

    Where a kind has several inputs, the others are thought to get the same shape.
    """
    made = _default(kind)
    ports = made.input_ports() if made is not None else ()
    if made is None or not ports:
        return False
    needed = [port for port in ports if not port.optional] or list(ports[:1])
    return _refusal(made, {}, needed, needed[0], shape) is None or with_shape(kind, {}, shape) is not None


def _default(kind: type[NodeKind]) -> NodeKind | None:
    try:
        return kind()
    except TypeError:  # a parameter without a default
        return None


def _kind(graph: Graph, analysis: Analysis, catalog: Catalog, id: str) -> NodeKind | None:
    """The kind of a node; with default parameters where its own are wrong."""
    report = analysis.nodes.get(id)
    if report is not None and report.kind is not None:
        return report.kind
    declaration = catalog.get(graph[id].kind)
    return _default(declaration) if declaration is not None else None


def _short(path: list[str]) -> list[str]:
    return path if len(path) <= SHOWN else [*path[: SHOWN // 2], "…", *path[-SHOWN // 2 :]]


def _no_port(id: str, kind: NodeKind, family: str, name: str, ports: tuple[Port, ...]) -> str:
    names = [port.name for port in ports]
    has = f"It has {', '.join(names)}." if names else "It has none."
    return f'{id} ({kind.title}) has no {family} "{name[:80]}". {has}{nearest(name[:80], names)}'


def _clash(graph: Graph, analysis: Analysis, edge: Edge, kind: NodeKind, port: Port, shape: Shape) -> str | None:
    """Why the kind refuses the shape beside what its other inputs have."""
    by_port: dict[str, list[Shape]] = {}
    for other in graph.incoming(edge.target):
        if other.input == edge.input and (not port.many or other.slot >= edge.slot):
            continue
        known = analysis.shape(other)
        if known is None:
            return None
        by_port.setdefault(other.input, []).append(known)
    by_port.setdefault(port.name, []).append(shape)
    for other in graph.at(edge.target, edge.input) if port.many else ():
        known = analysis.shape(other)
        if known is None:
            return None
        if other.slot > edge.slot:
            by_port[port.name].append(known)
    missing = [each for each in kind.input_ports() if not each.optional and each.name not in by_port]
    return _refusal(kind, by_port, missing, port, shape)


def _refusal(
    kind: NodeKind, by_port: dict[str, list[Shape]], missing: list[Port], port: Port, shape: Shape
) -> str | None:
    """Why the kind refuses the shape at a port; inputs that are missing are thought to get the same.

    While inputs are missing, only what the kind says of the very port, if it is the first, counts.
    """
    supposed = {each.name: (shape,) for each in (*missing, port)}
    given = {**supposed, **{name: tuple(shapes) for name, shapes in by_port.items()}}
    if port.many and not port.optional and len(given[port.name]) == 1:
        given[port.name] *= 2
    try:
        kind.shapes(Inputs(given))
    except ShapeError as error:
        others = [each for each in missing if each.name != port.name]
        if others and (error.port not in ("", port.name) or port.name != kind.input_ports()[0].name):
            return None
        received = "" if shape.words() in str(error) else f" Received: {shape.words()}."
        return f"{error}{received}" + (f" {error.suggestion}" if error.suggestion else "")
    except (NeuroloomError, LookupError, TypeError, ValueError, AttributeError):
        return None  # the kind is at fault; analysis says so once the wire is there
    return None
