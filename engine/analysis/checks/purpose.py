"""A graph that learns has inputs and a loss, and every node is there for something."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from engine.analysis.completing import input_fix
from engine.analysis.judging import loss_fixes
from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import GraphSite
from engine.graph import RemoveNode


@rule("no-loss", on=GraphSite, severity="warning")
def no_loss(site: GraphSite) -> Iterator[Finding]:
    """Without a loss a graph can be drawn and exported, but not trained."""
    if site.topology.of("layer") and not site.topology.of("loss"):
        end = _answer(site)
        fixes = tuple(loss_fixes(site.around, end, site.topology.of("input", "target"))) if end else ()
        message = "There is no loss: the graph can be drawn and exported, but it cannot be trained."
        yield Finding(message, fixes=fixes)


def _answer(site: GraphSite) -> str:
    """The last node in the order that nothing uses, where weights lead to it."""
    for id in reversed(site.graph.order()):
        report = site.reports[id]
        is_layer = report.state == "ok" and report.kind is not None and report.kind.role == "layer"
        if is_layer and site.graph.incoming(id) and not site.graph.outgoing(id):
            return id if _learns(site, id) else ""
    return ""


def _learns(site: GraphSite, id: str) -> bool:
    """Whether weights lead to a node; those nearest are looked at first."""
    seen, waiting = {id}, deque([id])
    while waiting:
        each = waiting.popleft()
        if site.reports[each].parameters:
            return True
        fresh = {edge.source for edge in site.graph.incoming(each)} - seen
        seen |= fresh
        waiting.extend(fresh)
    return False


@rule("no-input", on=GraphSite, severity="warning")
def no_input(site: GraphSite) -> Iterator[Finding]:
    """Without an input no data can enter."""
    if site.topology.of("layer") and not site.topology.of("input"):
        fix = input_fix(site.around)
        yield Finding("There is no input: no data can enter the graph.", fixes=(fix,) if fix is not None else ())


@rule("unused", on=GraphSite, severity="warning")
def unused(site: GraphSite) -> Iterator[Finding]:
    """No wire touches a node that needs none."""
    for id in site.topology.of("input", "target", "layer") if len(site.graph) > 1 else ():
        wired = site.graph.outgoing(id) or site.graph.incoming(id)
        if not wired and site.reports[id].state == "ok":
            fix = Fix(f"Remove {id}", RemoveNode(id, site.name))
            yield Finding(f"Nothing uses {id}.", node=id, fixes=(fix,))


@rule("untrained", on=GraphSite, severity="warning")
def untrained(site: GraphSite) -> Iterator[Finding]:
    """Weights lie on a way that reaches no loss, so they never learn."""
    for id, learns in _open_ends(site):
        if learns:
            yield Finding(
                f"{id} reaches no loss, so the weights that lead to it alone are never trained. "
                "Wire it on towards a loss, or remove it.",
                node=id,
            )


@rule("open-end", on=GraphSite, severity="hint")
def open_end(site: GraphSite) -> Iterator[Finding]:
    """A way that ends before a loss, without weights of its own: an extra output."""
    for id, learns in _open_ends(site):
        if not learns:
            yield Finding(f"{id} reaches no loss: it is an extra output of the network.", node=id)


@rule("no-target", on=GraphSite, severity="hint")
def loss_without_target(site: GraphSite) -> Iterator[Finding]:
    """A loss compares things, and the network's weights lead to all of them."""
    for id in site.topology.of("loss"):
        edges = site.graph.incoming(id)
        if len(edges) < 2 or id in site.topology.judged or not all(_learns(site, edge.source) for edge in edges):
            continue
        yield Finding(f"No target reaches {id}: it compares the network with itself.", node=id)


def _open_ends(site: GraphSite) -> Iterator[tuple[str, bool]]:
    """Layers at the end of a way that reaches no loss, and whether weights lie on that way."""
    idle = site.topology.idle
    if not idle:
        return
    learns: set[str] = set()
    for id in site.graph.order():
        if id not in idle:
            continue
        edges = site.graph.incoming(id)
        if site.reports[id].parameters or any(edge.source in learns for edge in edges):
            learns.add(id)
        if edges and not site.graph.outgoing(id) and site.reports[id].state == "ok":
            yield id, id in learns
