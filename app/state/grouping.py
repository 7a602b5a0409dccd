"""Grouping: nodes of the graph that is shown become a block of their own. Pure; nothing is applied."""

from __future__ import annotations

from collections.abc import Collection

from app.state.edits import Drawn
from app.state.fitting import around
from engine.analysis import grouping
from engine.analysis.grouping import Grouped
from engine.graph.block import Form


def group(drawn: Drawn, ids: Collection[str], form: Form = "block") -> Grouped:
    """Make nodes a block: one entry for each value that comes in, one exit for each that leaves.

    In a recurrent group, wires that close a cycle go through states.

    Raises:
        EditError: these nodes cannot be one block; the sentence says why.
    """
    return grouping.group(around(drawn), ids, form)
