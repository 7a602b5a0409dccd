"""What a network answers must be what its loss takes: raw scores, shares, or their logarithms."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.analysis.mending import insertion, removal, written
from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import GraphSite
from engine.analysis.trial import accepts
from engine.catalog import NodeKind
from engine.catalog.kind import Scale
from engine.errors import NeuroloomError
from engine.graph import Batch, Connect, Disconnect, Edge, ReplaceNode

_BELOW_ZERO = (-1.0, -2.0, -4.0)


@rule("answers", on=GraphSite, severity="warning")
def other_scale(site: GraphSite) -> Iterator[Finding]:
    """A loss gets shares where it takes raw scores, or the other way round."""
    for edge, source, loss in _judged(site):
        raw = not source.gives and bool(site.reports[edge.source].weights)
        if loss.takes == "scores" and source.gives in ("shares", "chances"):
            yield Finding(
                f"{loss.title} takes raw scores, and makes shares of them itself. Received: what {source.title} "
                f"gives, with which a network learns slowly and never grows sure. Leave {edge.source} out.",
                node=edge.source,
                fixes=(_without(site, edge),) if len(site.graph.incoming(edge.source)) == 1 else (),
            )
        elif loss.takes == "log-shares" and (raw or source.gives in ("shares", "chances")):
            yield Finding(
                f"{loss.title} takes logarithms of shares, as a log softmax gives. "
                f"Received: what {source.title} gives.",
                node=edge.target,
                port=edge.input,
                fixes=tuple(_towards(site, edge, loss, raw=raw)),
            )
        elif loss.takes == "chances" and raw:
            yield Finding(
                f"{loss.title} takes chances from 0 to 1, as a sigmoid gives. "
                f"Received: what {source.title} gives.",
                node=edge.target,
                port=edge.input,
                fixes=tuple(_towards(site, edge, loss, raw=True)),
            )


@rule("clipped", on=GraphSite, severity="warning")
def clipped_scores(site: GraphSite) -> Iterator[Finding]:
    """Scores that cannot be negative: an activation that is flat below zero stands right before them."""
    for edge, source, loss in _judged(site):
        for wire, kind in ((edge, source), *_before(site, edge, source)):
            judge = loss if wire is edge else source
            takes_any = judge.takes == "scores" or judge.gives != ""
            if takes_any and _is_flat_below_zero(kind) and len(site.graph.incoming(wire.source)) == 1:
                yield Finding(
                    f"{kind.title} lets no score fall below zero, so {judge.title} cannot be told no, and where "
                    f"all are zero nothing is learnt. Leave {wire.source} out.",
                    node=wire.source,
                    fixes=(_without(site, wire),),
                )


@rule("one-share", on=GraphSite, severity="warning")
def share_of_one(site: GraphSite) -> Iterator[Finding]:
    """Shares of a single number are always 1."""
    for edge, source, loss in _judged(site):
        inputs = site.reports[edge.source].inputs
        lone = inputs is not None and inputs.all()[0].count == 1
        if lone and source.gives == "shares" and loss.takes != "scores":
            yield Finding(
                f"{source.title} of a single number is always 1. For one yes or no take a sigmoid.",
                node=edge.source,
                fixes=tuple(_replaced(site, edge.source, "chances")),
            )


def _judged(site: GraphSite) -> Iterator[tuple[Edge, NodeKind, NodeKind]]:
    """The wires that bring a loss its answers, with the kinds at both ends."""
    for id in site.topology.of("loss"):
        loss = site.reports[id].kind
        for edge in site.graph.incoming(id) if loss is not None and site.reports[id].state == "ok" else ():
            source = site.reports[edge.source].kind
            first = loss.input_ports()[0].name if loss is not None else ""
            is_answer = edge.input == first and source is not None and source.role == "layer"
            if is_answer and source is not None and loss is not None:
                yield edge, source, loss


def _before(site: GraphSite, edge: Edge, kind: NodeKind) -> Iterator[tuple[Edge, NodeKind]]:
    """What feeds a node that makes shares of scores."""
    for wire in site.graph.incoming(edge.source) if kind.gives else ():
        before = site.reports[wire.source].kind
        if before is not None:
            yield wire, before


def _is_flat_below_zero(kind: NodeKind) -> bool:
    values = {kind.curve(x) for x in _BELOW_ZERO}
    return None not in values and len(values) == 1 and kind.curve(1.0) not in values


def _without(site: GraphSite, edge: Edge) -> Fix:
    """Lead past the source of an edge, which goes where nothing else uses it."""
    id = edge.source
    if len(site.graph.outgoing(id)) == 1:
        return Fix(f"Remove {id}", removal(site.graph, site.name, id))
    feed = site.graph.incoming(id)[0]
    past = msgspec.structs.replace(edge, source=feed.source, output=feed.output)
    edits = (Disconnect(edge, site.name), Connect(past, site.name))
    return Fix(f"Wire {feed.source} to {edge.target}, past {id}", Batch(edits, f"Lead past {id}"))


def _towards(site: GraphSite, edge: Edge, loss: NodeKind, *, raw: bool) -> Iterator[Fix]:
    """Bring a loss what it takes: another loss, another kind of shares, or one put in."""
    inputs = site.reports[edge.target].inputs
    if not raw and len(site.graph.outgoing(edge.source)) == 1:
        yield from _replaced(site, edge.source, loss.takes)
    if raw and inputs is not None:
        for other in site.around.catalog:
            if other.takes == "scores" and other.usual_for and other.role == "loss" and accepts(other(), inputs):
                node = site.graph[edge.target]
                kept = {name: value for name, value in node.params.items() if name in other.params}
                changed = msgspec.structs.replace(node, kind=other.id, params=kept)
                yield Fix(f"Replace {loss.title} by {other.title}", ReplaceNode(changed, site.name))
        for kind in _giving(site, loss.takes, inputs[edge.input].rank):
            title = f"Insert {kind.title} into {edge}"
            yield Fix(title, insertion(site.graph, site.name, kind, edge))


def _giving(site: GraphSite, scale: Scale, rank: int) -> Iterator[NodeKind]:
    """Kinds that give such answers; classes lie along axis 1."""
    for declared in site.around.catalog:
        if declared.gives == scale:
            values = {"dim": 1} if "dim" in declared.params and rank > 2 else {}
            yield declared.parse(values)


def _replaced(site: GraphSite, id: str, scale: Scale) -> Iterator[Fix]:
    """Another kind in the place of a node, which gives such answers of the same shape."""
    report, node = site.reports[id], site.graph[id]
    for other in site.around.catalog if report.inputs is not None and report.kind is not None else ():
        if other.gives != scale:
            continue
        try:
            made = other.parse({name: value for name, value in node.params.items() if name in other.params})
        except NeuroloomError:
            continue
        if report.inputs is not None and report.kind is not None and accepts(made, report.inputs):
            changed = msgspec.structs.replace(node, kind=other.id, params=written(made))
            yield Fix(f"Replace {report.kind.title} by {other.title}", ReplaceNode(changed, site.name))
