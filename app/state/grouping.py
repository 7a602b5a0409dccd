"""Grouping: nodes of the graph that is shown become a block of their own. Pure; nothing is applied."""

from __future__ import annotations

from collections.abc import Collection

from app.state.edits import Drawn
from engine.analysis import grouping
from engine.analysis.grouping import Grouped
from engine.analysis.sites import Surroundings
from engine.graph.block import Form


def group(drawn: Drawn, ids: Collection[str], form: Form = "block") -> Grouped:
    """Make nodes a block: one entry for each value that comes in, one exit for each that leaves.

    In a recurrent group, wires that close a cycle go through states.

    Raises:
        EditError: these nodes cannot be one block; the sentence says why.
    """
    return grouping.group(around(drawn), ids, form)


def around(drawn: Drawn) -> Surroundings:
    """What fixes and grouping may use of the graph that is shown."""
    document, name = drawn.document, drawn.graph_name
    graphs, params = frozenset(document.graphs()), document.block(name).params
    return Surroundings(name, drawn.graph, drawn.catalog, drawn.shown.nodes.get, {}, graphs, params)
