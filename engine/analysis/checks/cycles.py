"""A graph must have no cycle."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

from engine.analysis.grouping import group
from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import BlockSite, GraphSite
from engine.analysis.steps import Steps, closing_wires
from engine.errors import EditError
from engine.graph import Disconnect

SHOWN: Final = 6
MOST: Final = 200
"""Nodes of a knot up to which it is tried as a recurrent group."""


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
        removals = [Fix(f"Remove the wire {edge}", Disconnect(edge, site.name)) for edge in closing[:3]]
        more = f" and {len(knot) - SHOWN} more" if len(knot) > SHOWN else ""
        names = f"{', '.join(knot[:SHOWN])}{more} wait for one another"
        who = names if len(knot) > 1 else f"{knot[0]} waits for itself"
        yield Finding(
            f"A cycle: {who}. A graph has no cycles; take one of its wires away, or make it a recurrent group.",
            node=knot[0],
            port=closing[0].input,
            fixes=(*_grouped(site, knot), *removals),
        )


def _grouped(site: GraphSite | BlockSite, knot: list[str]) -> Iterator[Fix]:
    """The knot as a recurrent group, where something that enters has an axis of time to run over."""
    if len(knot) > MOST or not site.around.budget.spend():
        return
    inside = frozenset(knot)
    closing = closing_wires(site.graph, inside)
    if not Steps(site.around, inside, closing).runs_over_time():
        return
    with contextlib.suppress(EditError):
        done = group(site.around, knot, "recurrent")
        if done.sure and not done.left_out:
            yield Fix("Turn the cycle into a recurrent group", done.edit)
