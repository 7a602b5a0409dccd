"""Actions that edit the document."""

from __future__ import annotations

from app.actions.action import Action
from app.actions.host import Host
from app.actions.rules import can_edit, has_nodes, has_selection, on_canvas, selected, session_of


def _can_undo(host: Host) -> bool:
    return can_edit(host) and bool(session_of(host).history.done)


def _can_redo(host: Host) -> bool:
    return can_edit(host) and bool(session_of(host).history.undone)


def _undo(host: Host) -> None:
    session_of(host).undo()


def _redo(host: Host) -> None:
    session_of(host).redo()


UNDO = Action(
    id="edit.undo",
    title="Undo",
    help="Take the last step back.",
    menu="Edit",
    icon="undo",
    keys=("Ctrl+Z",),
    enabled=_can_undo,
    run=_undo,
)
REDO = Action(
    id="edit.redo",
    title="Redo",
    help="Do the step undone last again.",
    menu="Edit",
    icon="redo",
    keys=("Ctrl+Shift+Z", "Ctrl+Y"),
    enabled=_can_redo,
    run=_redo,
)
CUT = Action(
    id="edit.cut",
    title="Cut",
    help="Move the selected nodes to the clipboard.",
    menu="Edit",
    group=1,
    icon="content-cut",
    keys=("Ctrl+X",),
    scope="canvas",
    enabled=selected(1),
    run=on_canvas(lambda c: c.cut()),
)
COPY = Action(
    id="edit.copy",
    title="Copy",
    help="Copy the selected nodes and the wires among them.",
    menu="Edit",
    group=1,
    icon="content-copy",
    keys=("Ctrl+C",),
    scope="canvas",
    enabled=has_selection,
    run=on_canvas(lambda c: c.copy()),
)
PASTE = Action(
    id="edit.paste",
    title="Paste",
    help="Add the nodes of the clipboard.",
    menu="Edit",
    group=1,
    icon="content-paste",
    keys=("Ctrl+V",),
    scope="canvas",
    enabled=can_edit,
    run=on_canvas(lambda c: c.paste()),
)
DUPLICATE = Action(
    id="edit.duplicate",
    title="Duplicate",
    help="Add a copy of the selected nodes.",
    menu="Edit",
    group=1,
    icon="content-duplicate",
    keys=("Ctrl+D",),
    scope="canvas",
    enabled=selected(1),
    run=on_canvas(lambda c: c.duplicate()),
)
DELETE = Action(
    id="edit.delete",
    title="Delete",
    help="Remove what is selected.",
    menu="Edit",
    group=2,
    icon="trash-can-outline",
    keys=("Del", "Backspace"),
    scope="canvas",
    enabled=can_edit,
    run=on_canvas(lambda c: c.delete_selection()),
)
DELETE_AND_HEAL = Action(
    id="edit.delete_and_heal",
    title="Delete and heal",
    help="Remove the selected nodes and wire what fed them to what they fed.",
    menu="Edit",
    group=2,
    icon="bandage",
    keys=("Ctrl+Del",),
    scope="canvas",
    enabled=selected(1),
    run=on_canvas(lambda c: c.delete_and_heal()),
)
SELECT_ALL = Action(
    id="edit.select_all",
    title="Select all",
    help="Select every node.",
    menu="Edit",
    group=3,
    icon="select-all",
    keys=("Ctrl+A",),
    scope="canvas",
    enabled=has_nodes,
    run=on_canvas(lambda c: c.select_all()),
)
FIND = Action(
    id="edit.find",
    title="Find node…",
    help="Find a node of the document by name or kind.",
    menu="Edit",
    group=3,
    icon="magnify",
    keys=("Ctrl+F", "/"),
    scope="canvas",
    enabled=has_nodes,
    run=on_canvas(lambda c: c.open_find()),
)
