"""A graph must have no cycle."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import GraphSite
from engine.graph import Disconnect

SHOWN = 6


@rule("cycle", on=GraphSite)
def cycle(site: GraphSite) -> Iterator[Finding]:
    """Each knot of nodes that wait for one another."""
    for knot in site.graph.cycles():
        inside = set(knot)
        first = min(knot, key=site.graph.serial)
        closing = [edge for edge in site.graph.incoming(first) if edge.source in inside]
        names = ", ".join(sorted(knot, key=site.graph.serial)[:SHOWN])
        more = f" and {len(knot) - SHOWN} more" if len(knot) > SHOWN else ""
        yield Finding(
            f"These nodes wait for one another: {names}{more}. A graph has no cycles; take a wire away.",
            node=first,
            port=closing[0].input,
            fixes=tuple(Fix(f"Remove the wire {edge}", Disconnect(edge, site.name)) for edge in closing[:3]),
        )
