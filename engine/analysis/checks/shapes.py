"""Shapes must fit the kind that receives them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from engine.analysis.completing import adapted as adapted_by
from engine.analysis.mending import in_words, insertion, setting, written
from engine.analysis.padding import paddings
from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import ClashSite
from engine.analysis.trial import FARTHEST, accepts, parsed, reaching, resizing
from engine.catalog import Inputs, NodeKind, Shape
from engine.errors import NeuroloomError
from engine.graph import MAIN, Edge, Graph, ReplaceNode, SetParams
from engine.spec import Values, is_formula

SHOWN: Final = 4
MOST_FIXES: Final = 5


@rule("shape", on=ClashSite)
def shape_clash(site: ClashSite) -> Iterator[Finding]:
    """The kind refuses what comes in."""
    error = site.error
    at_fault = _brought(site, error.port) or _brought(site)
    told = all(shape.words() in str(error) for _, shape in at_fault)
    wires = ", ".join(str(edge) if told else f"{edge} ({shape.words()})" for edge, shape in at_fault[:SHOWN])
    more = f" and {len(at_fault) - SHOWN} more" if len(at_fault) > SHOWN else ""
    parts = (str(error), f"It comes through {wires}{more}." if wires else "", error.suggestion)
    fitting = dict(_fitting(site))
    fixes = _ways(site, fitting) if site.around.budget.spend() else []
    param = next(iter(fitting), "")
    yield Finding(
        " ".join(part for part in parts if part),
        port="" if param else error.port,
        param=param,
        fixes=tuple(_sure(site, fixes[:MOST_FIXES])),
    )


def _ways(site: ClashSite, fitting: Values) -> list[Fix]:
    fixes = [setting(site.node.id, {name: value}, site.name) for name, value in fitting.items()]
    # An adapter right before a loss would make it fit, and yet mean something else.
    fixes += _adapters(site) if site.kind.role == "layer" else _earlier(site)
    return [*fixes, *paddings(site), *_resizings(site), *_others(site)]


def _sure(site: ClashSite, fixes: list[Fix]) -> list[Fix]:
    """The fixes; a lone one that leaves all other nodes as they are is safe, for this one computes nothing yet.

    Inside a block it may: where the block stands elsewhere.
    """
    if len(fixes) != 1 or site.name != MAIN or site.kind.role != "layer":
        return fixes
    edit = fixes[0].edit
    own = not isinstance(edit, SetParams) or edit.id == site.node.id
    return [msgspec.structs.replace(fixes[0], safe=own)]


def _brought(site: ClashSite, port: str = "") -> list[tuple[Edge, Shape]]:
    """The edges at a port, or at all, each with its shape."""
    wanted = [port] if port else [port.name for port in site.kind.input_ports()]
    return [
        pair
        for name in wanted
        for pair in zip([edge for edge in site.edges if edge.input == name], site.inputs.many(name), strict=True)
    ]


def _fitting(site: ClashSite) -> Iterator[tuple[str, object]]:
    """Values of the node's own parameters with which it takes what comes in."""
    for name, value in site.error.fits.items():
        if is_formula(site.node.params.get(name)):
            continue  # it is the block's, whose other instances may be right
        changed = parsed(site.kind, {name: value})
        if changed is not None and accepts(changed, site.inputs):
            yield name, value


def _adapters(site: ClashSite) -> Iterator[Fix]:
    """Kinds that, put into the wire at fault, make it fit: what needs no other shape first, then projections."""
    at_fault = _brought(site, site.error.port)
    everything = _brought(site)
    for adapter in site.around.catalog:
        for edge, shape in at_fault:
            yield from _insertions(site, adapter, edge, adapter.adaptations(shape, None))
    for edge, shape in sorted(everything, key=lambda pair: _length(site.around.graph, pair[0], everything)):
        others = dict.fromkeys(other for each, other in everything if each != edge and other.sizes != shape.sizes)
        for adapter in site.around.catalog if others else ():
            values = [found for wanted in others for found in adapter.adaptations(shape, wanted)]
            yield from itertools.islice(_insertions(site, adapter, edge, values), 1)


def _insertions(site: ClashSite, adapter: type[NodeKind], edge: Edge, tries: Iterable[Values]) -> Iterator[Fix]:
    for values in tries:
        try:
            kind = adapter.parse(values)
            adapted = kind.shapes(Inputs.of(site.inputs.many(edge.input)[_place(site, edge)]))
        except NeuroloomError:
            continue
        if _would_fit(site, edge, next(iter(adapted.values()))):
            words = f" ({kind.card()})" if values else ""
            title = f"Insert {adapter.title}{words} into {edge}"
            yield Fix(title, insertion(site.around.graph, site.name, kind, edge))


def _earlier(site: ClashSite) -> Iterator[Fix]:
    """Kinds without weights that, put before the last layer that learns and takes them, make a loss fit."""
    graph, report = site.around.graph, site.around.report
    way = [edge for edge, _ in _brought(site)[:1]]
    for _ in range(FARTHEST):
        known = report(way[-1].source) if way else None
        feeds = graph.incoming(way[-1].source) if way else ()
        before = report(feeds[0].source) if len(feeds) == 1 else None
        if known is None or before is None or feeds[0].output not in before.outputs:
            return
        way.append(feeds[0])
        shape = before.outputs[feeds[0].output]
        for adapter in site.around.catalog if known.weights else ():
            for values in adapter.adaptations(shape, None):
                made, adapted = adapted_by(adapter, values, shape)
                brought = {feeds[0]: adapted} if adapted is not None else {}
                arriving = reaching(graph, report, {}, site.node.id, brought)
                if made is not None and arriving is not None and accepts(site.kind, Inputs(dict(arriving))):
                    title = f"Insert {adapter.title} into {feeds[0]}"
                    yield Fix(title, insertion(graph, site.name, made, feeds[0]))
                    return


def _place(site: ClashSite, edge: Edge) -> int:
    return [each for each in site.edges if each.input == edge.input].index(edge)


def _would_fit(site: ClashSite, edge: Edge, adapted: Shape) -> bool:
    by_port = {port: site.inputs.many(port) for port in site.inputs}
    shapes = list(by_port[edge.input])
    shapes[_place(site, edge)] = adapted
    return accepts(site.kind, Inputs({**by_port, edge.input: tuple(shapes)}))


def _length(graph: Graph, edge: Edge, everything: list[tuple[Edge, Shape]]) -> int:
    """How many nodes lie between the split of the ways that meet here and the end of this one."""
    ways = [{other.source} | graph.upstream(other.source) for other, _ in everything]
    split = set.intersection(*ways) if ways else set()
    steps, level, seen = 0, {edge.source}, {edge.source}
    while level and not level & split:
        level = {each.source for id in level for each in graph.incoming(id)} - seen
        seen |= level
        steps += 1
    return steps


def _resizings(site: ClashSite) -> Iterator[Fix]:
    """Sizes of layers before it which, set to those of another input, make it fit."""
    everything = _brought(site)
    for edge, shape in everything:
        wanted = {
            (axis, size)
            for _, other in everything
            for axis, size in enumerate(_aligned(other, shape.rank))
            if axis > 0 and isinstance(size, int) and size != shape.sizes[axis]
        }
        for axis, size in sorted(wanted):
            for id, name, arriving in resizing(site.around.graph, site.around.report, edge, axis, size):
                if accepts(site.kind, Inputs(dict(arriving))):
                    fix = setting(id, {name: size}, site.name)
                    yield msgspec.structs.replace(fix, title=f"Set {name} of {id} to {in_words(size)}")
                    break


def _aligned(shape: Shape, rank: int) -> tuple[int | str, ...]:
    """Sizes as those of so many axes: a last axis of size 1 may be missing, or be there."""
    return (*shape.sizes, *[1] * (rank - shape.rank))[:rank]


def _others(site: ClashSite) -> Iterator[Fix]:
    """Usual losses and metrics that can compare what this one cannot."""
    for other in site.around.catalog if site.kind.role in ("loss", "metric") else ():
        if other.role != site.kind.role or not other.usual_for or other is type(site.kind):
            continue
        kept = {name: value for name, value in site.node.params.items() if name in other.params}
        try:
            kind = other.parse(kept)
        except NeuroloomError:
            continue
        if {port.name for port in kind.input_ports()} >= set(site.inputs) and accepts(kind, site.inputs):
            node = msgspec.structs.replace(site.node, kind=other.id, params=written(kind))
            yield Fix(f"Replace {site.kind.title} by {other.title}", ReplaceNode(node, site.name))
