"""Layers that made a picture smaller than the skip beside them, padded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.analysis.mending import setting
from engine.analysis.report import Fix
from engine.analysis.sites import ClashSite
from engine.analysis.trial import FARTHEST, accepts, parsed, reaching
from engine.catalog import Inputs, NodeKind
from engine.graph import Batch
from engine.spec import is_formula


def paddings(site: ClashSite) -> Iterator[Fix]:
    """The layers of one way to a node which, padded to keep the size, make what meets there fit."""
    graph, report = site.around.graph, site.around.report
    ways = {edge: {edge.source} | graph.upstream(edge.source) for edge in site.edges}
    for edge, way in ways.items():
        shared: set[str] = set().union(*(other for each, other in ways.items() if each != edge))
        own = [id for id in graph.order() if id in way - shared] if len(ways) > 1 else []
        changes = {id: padded for id in own[-FARTHEST:] if (padded := _padded(site, id)) is not None}
        arriving = reaching(graph, report, changes, site.node.id) if changes else None
        if arriving is not None and accepts(site.kind, Inputs(dict(arriving))):
            fixes = [setting(id, {"padding": "same"}, site.name) for id in changes]
            title = f"Set padding of {', '.join(changes)} to same"
            yield Fix(title, fixes[0].edit if len(fixes) == 1 else Batch(tuple(fix.edit for fix in fixes), title))


def _padded(site: ClashSite, id: str) -> NodeKind | None:
    known = site.around.report(id)
    kind: Any = known.kind if known is not None else None
    given = site.around.graph[id].params.get("padding")
    if kind is None or "padding" not in kind.params or kind.padding == "same" or is_formula(given):
        return None
    return parsed(kind, {"padding": "same"})
