"""A graph must have no cycle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import BlockSite, GraphSite
from engine.graph import Disconnect

SHOWN: Final = 6


@rule("cycle", on=GraphSite)
def cycle(site: GraphSite) -> Iterator[Finding]:
    """Each knot of nodes that wait for one another."""
    yield from _knots(site)


@rule("cycle", on=BlockSite)
def cycle_inside(site: BlockSite) -> Iterator[Finding]:
    """The same within a block, where only a state may close one."""
    yield from _knots(site)


def _knots(site: GraphSite | BlockSite) -> Iterator[Finding]:
    for knot in site.graph.cycles():
        inside = set(knot)
        closing = [edge for edge in site.graph.incoming(knot[0]) if edge.source in inside]
        names = ", ".join(knot[:SHOWN])
        more = f" and {len(knot) - SHOWN} more" if len(knot) > SHOWN else ""
        yield Finding(
            f"A cycle: {names}{more} wait for one another. A graph has no cycles; take one of its wires away.",
            node=knot[0],
            port=closing[0].input,
            fixes=tuple(Fix(f"Remove the wire {edge}", Disconnect(edge, site.name)) for edge in closing[:3]),
        )
