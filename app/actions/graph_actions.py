"""Actions on the graph's nodes and their places."""

from __future__ import annotations

from app.actions.action import Action
from app.actions.host import Alignment
from app.actions.rules import can_edit, has_nodes, on_canvas, selected

ADD = Action(
    id="graph.add",
    title="Add node…",
    help="Search for a kind and add it at the cursor.",
    menu="Graph",
    icon="plus",
    keys=("Tab", "Shift+A"),
    scope="canvas",
    enabled=can_edit,
    run=on_canvas(lambda c: c.open_search()),
)
LAYOUT = Action(
    id="graph.layout",
    title="Arrange automatically",
    help="Lay out the selected nodes, or all.",
    menu="Graph",
    group=1,
    icon="auto-fix",
    keys=("L",),
    scope="canvas",
    enabled=lambda host: can_edit(host) and has_nodes(host),
    run=on_canvas(lambda c: c.auto_layout()),
)


def _align(edge: Alignment, key: str) -> Action:
    return Action(
        id=f"graph.align_{edge}",
        title=f"Align {edge} edges",
        help=f"Put the {edge} edges of the selected nodes on one line.",
        menu="Graph",
        group=2,
        icon=f"format-align-{edge}",
        keys=(key,) if key else (),
        scope="canvas",
        enabled=selected(2),
        run=on_canvas(lambda canvas: canvas.align(edge)),
    )


ALIGN_LEFT = _align("left", "")
ALIGN_RIGHT = _align("right", "Shift+D")
ALIGN_TOP = _align("top", "Shift+W")
ALIGN_BOTTOM = _align("bottom", "Shift+S")
