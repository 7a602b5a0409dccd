"""Ways to draw a wire that does not fit: with what its fixes put in between. Pure; nothing is applied."""

from __future__ import annotations

from collections.abc import Iterator

from app.state.edits import Drawn, connect
from app.state.placing import placed
from engine.analysis import Diagnostic, analyse
from engine.errors import NeuroloomError
from engine.graph import Batch, Disconnect, Edge, Edit


def bridges(drawn: Drawn, edge: Edge) -> list[tuple[str, Edit]]:
    """What draws the wire and mends what is wrong with it then, as one edit each, by title; the best first."""
    trial = drawn.document.copy()
    try:
        wired = placed(connect(drawn.graph, drawn.catalog, edge), drawn.graph_name)
        trial.apply(wired)
    except NeuroloomError:
        return []
    found = analyse(trial, drawn.catalog.standard).diagnostics
    return [
        (fix.title, Batch((wired, fix.edit), fix.title))
        for diagnostic in _about(drawn, edge, found)
        for fix in diagnostic.fixes
        if not isinstance(fix.edit, Disconnect)  # it would take away what is being drawn
    ]


def _about(drawn: Drawn, edge: Edge, found: tuple[Diagnostic, ...]) -> Iterator[Diagnostic]:
    """The findings about a wire: at the node that it enters, or in the knot that it ties."""
    knot = drawn.graph.downstream(edge.target) | {edge.target}
    for each in found:
        here = each.graph == drawn.graph_name and each.severity == "error"
        if here and (each.node == edge.target if each.code != "cycle" else each.node in knot):
            yield each
