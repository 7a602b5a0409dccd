"""Actions on the graph's nodes and their places."""

from __future__ import annotations

from app.actions.action import Action
from app.actions.host import Alignment, Axis
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
    title="Arrange: automatic layout",
    help="Lay out the selected nodes, or all.",
    menu="Graph",
    group=1,
    icon="auto-fix",
    keys=("L",),
    scope="canvas",
    enabled=lambda host: can_edit(host) and has_nodes(host),
    run=on_canvas(lambda c: c.auto_layout()),
)


CONNECT = Action(
    id="graph.connect",
    title="Connect selected",
    help="Wire the selected nodes from left to right where ports fit.",
    menu="Graph",
    icon="vector-line",
    keys=("F",),
    scope="canvas",
    enabled=selected(2),
    run=on_canvas(lambda c: c.connect_selected()),
)
RENAME = Action(
    id="graph.rename",
    title="Rename",
    help="Change the name of the selected node.",
    menu="Graph",
    icon="form-textbox",
    keys=("F2",),
    scope="canvas",
    enabled=selected(1),
    run=on_canvas(lambda c: c.rename_selected()),
)
PARAMETERS = Action(
    id="graph.parameters",
    title="Edit parameters",
    help="Go to the parameters of the selected node.",
    menu="Graph",
    icon="tune-variant",
    enabled=selected(1),
    run=on_canvas(lambda c: c.edit_parameter()),
)


def _align(edge: Alignment, key: str = "") -> Action:
    return Action(
        id=f"graph.align_{edge}",
        title=f"Align {edge} edges",
        help=f"Put the {edge} edges of the selected nodes on one line.",
        menu="Graph",
        group=2,
        icon=f"align-{'horizontal' if edge in ('left', 'right') else 'vertical'}-{edge}",
        keys=(key,) if key else (),
        scope="canvas",
        enabled=selected(2),
        run=on_canvas(lambda canvas: canvas.align(edge)),
    )


def _distribute(axis: Axis, key: str) -> Action:
    return Action(
        id=f"graph.distribute_{axis}",
        title=f"Distribute {axis}ly",
        help=f"Make the {axis} gaps between the selected nodes equal.",
        menu="Graph",
        group=2,
        icon=f"distribute-{axis}-center",
        keys=(key,),
        scope="canvas",
        enabled=selected(3),
        run=on_canvas(lambda canvas: canvas.distribute(axis)),
    )


ALIGN_LEFT = _align("left")  # Shift+A, its neighbours' kin, adds a node
ALIGN_RIGHT = _align("right", "Shift+D")
ALIGN_TOP = _align("top", "Shift+W")
ALIGN_BOTTOM = _align("bottom", "Shift+S")
DISTRIBUTE_ACROSS = _distribute("horizontal", "Shift+H")
DISTRIBUTE_DOWN = _distribute("vertical", "Shift+V")
STRAIGHTEN = Action(
    id="graph.straighten",
    title="Straighten wires",
    help="Move the selected nodes so that the wires into them run straight.",
    menu="Graph",
    group=2,
    icon="arrow-collapse-vertical",
    keys=("Q",),
    scope="canvas",
    enabled=selected(1),
    run=on_canvas(lambda c: c.straighten()),
)
