"""Actions on blocks: graphs placed as nodes."""

from __future__ import annotations

from app.actions.action import Action
from app.actions.host import Host
from app.actions.rules import block_selected, can_edit, in_block, on_canvas, selected, session_of
from app.settings import library
from engine.graph import graph_of


def _in_editable_block(host: Host) -> bool:
    return in_block(host) and can_edit(host)


def _editable_block_selected(host: Host) -> bool:
    return block_selected(host) and can_edit(host)


def _in_recurrent_group(host: Host) -> bool:
    return _in_editable_block(host) and _form(host) == "recurrent"


def _form(host: Host) -> str:
    session = session_of(host)
    return session.document.block(session.graph_name).form


ENTER = Action(
    id="block.enter",
    title="Go into block",
    help="Show and edit what is inside the selected block.",
    menu="Block",
    icon="arrow-down-right",
    keys=("I",),
    scope="canvas",
    enabled=block_selected,
    run=on_canvas(lambda c: c.blocks.enter()),
)
LEAVE = Action(
    id="block.leave",
    title="Go out of block",
    help="Show the graph around the block.",
    menu="Block",
    icon="arrow-up-left",
    keys=("U",),
    scope="canvas",
    enabled=in_block,
    run=on_canvas(lambda c: c.blocks.leave()),
)
PATH = Action(
    id="block.path",
    title="Go to the path",
    help="Put the keyboard on the breadcrumbs; Left, Right and Enter choose a level.",
    menu="Block",
    icon="dots-horizontal",
    keys=("Ctrl+L",),
    scope="canvas",
    enabled=in_block,
    run=on_canvas(lambda c: c.levels.show_path()),
)
GROUP = Action(
    id="block.group",
    title="Group into block",
    help="Make the selected nodes a block, all wires kept.",
    menu="Block",
    group=1,
    icon="group",
    keys=("Ctrl+G",),
    scope="canvas",
    enabled=selected(1),
    run=on_canvas(lambda c: c.blocks.group()),
)
GROUP_RECURRENT = Action(
    id="block.group_recurrent",
    title="Group into recurrent group",
    help="Make the selected nodes a cell that runs over time; wires that close a cycle go through states.",
    menu="Block",
    group=1,
    icon="refresh",
    keys=("Ctrl+Alt+G",),
    scope="canvas",
    enabled=selected(1),
    run=on_canvas(lambda c: c.blocks.group("recurrent")),
)
DISSOLVE = Action(
    id="block.dissolve",
    title="Dissolve block",
    help="Put what is inside the selected block in its place.",
    menu="Block",
    group=1,
    icon="ungroup",
    keys=("Ctrl+Shift+G",),
    scope="canvas",
    enabled=_editable_block_selected,
    run=on_canvas(lambda c: c.blocks.dissolve()),
)
OWN = Action(
    id="block.own",
    title="Duplicate as new block",
    help="Give the selected node a copy of its block, to be edited apart from the others.",
    menu="Block",
    group=1,
    icon="content-duplicate",
    scope="canvas",
    enabled=_editable_block_selected,
    run=on_canvas(lambda c: c.blocks.duplicate_as_new()),
)
EXPOSE = Action(
    id="block.expose",
    title="Expose open ports",
    help="Give the block a port for each port of the selected nodes that has no wire.",
    menu="Block",
    group=2,
    icon="location-enter",
    scope="canvas",
    enabled=lambda host: _in_editable_block(host) and bool(session_of(host).selection),
    run=on_canvas(lambda c: c.blocks.expose()),
)
REMEMBER = Action(
    id="block.remember",
    title="Carry to the next time step",
    help="Put a state into the selected wire: it brings what was there one time step before.",
    menu="Block",
    group=2,
    icon="reload",
    scope="canvas",
    enabled=_in_recurrent_group,
    run=on_canvas(lambda c: c.blocks.remember()),
)


def _is_unrolled(host: Host) -> bool:
    return host.canvas is not None and host.canvas.levels.unrolled is not None


def _in_group(host: Host) -> bool:
    return in_block(host) and _form(host) == "recurrent"


UNROLLED = Action(
    id="block.unrolled",
    title="Show over time",
    help="Roll the recurrent group out: a copy of the cell for each of the first time steps, to look at.",
    menu="Block",
    group=2,
    icon="arrow-expand-horizontal",
    keys=("Shift+U",),
    scope="canvas",
    enabled=_in_group,
    checked=_is_unrolled,
    run=on_canvas(lambda c: c.levels.toggle_unrolled()),
)


def _keep(host: Host) -> None:
    """Save the selected block, else the one that is shown."""
    session = session_of(host)
    inner = block_selected(host)
    name = graph_of(session.graph[session.selection[-1]]) if inner else session.graph_name
    assert name is not None, "asked only where a block is selected or shown"
    library.save(session.document, name)
    host.editor.library_changed.emit()
    host.editor.notify("success", f"{session.document.block(name).title or name} is in your library.")


KEEP = Action(
    id="block.keep",
    title="Save block to my library",
    help="Keep the selected block, or the one that is shown, for all documents.",
    menu="Block",
    group=3,
    icon="content-save-outline",
    scope="canvas",
    enabled=lambda host: block_selected(host) or in_block(host),
    run=_keep,
)
