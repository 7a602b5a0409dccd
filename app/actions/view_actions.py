"""Actions that change what is seen."""

from __future__ import annotations

from typing import Literal

from app.actions.action import Action, Child
from app.actions.host import Canvas, Dock, Host
from app.actions.rules import has_document, has_nodes, has_selection, on_canvas


def _docks(host: Host) -> list[Child]:
    return [_dock(host, dock) for dock in host.docks]


def _dock(host: Host, dock: Dock) -> Child:
    id = dock.id
    return Child(dock.title, lambda host: host.toggle_dock(id), checked=host.is_dock_open(id))


def _themes(host: Host) -> list[Child]:
    return [
        _theme(host, "system", "Like the desktop"),
        _theme(host, "light", "Light"),
        _theme(host, "dark", "Dark"),
    ]


def _theme(host: Host, choice: Literal["system", "light", "dark"], title: str) -> Child:
    chosen = host.settings.preferences.theme == choice
    return Child(title, lambda host: host.set_theme(choice), checked=chosen)


def _pictures_on(host: Host) -> bool:
    return host.canvas is not None and host.canvas.live.enabled


def _toggle_pictures(canvas: Canvas) -> None:
    canvas.live.enable(not canvas.live.enabled)


def _several(host: Host) -> bool:
    return len(host.editor.sessions) > 1


PALETTE = Action(
    id="view.palette",
    title="Command palette…",
    help="Find any action, or a node of the document.",
    menu="View",
    icon="console-line",
    keys=("Ctrl+Shift+P", "Ctrl+K"),
    run=lambda host: host.open_palette(),
)
FIT = Action(
    id="view.fit",
    title="Fit all",
    help="Show the whole graph.",
    menu="View",
    group=1,
    icon="fit-to-page-outline",
    keys=("Home",),
    scope="canvas",
    enabled=has_nodes,
    run=on_canvas(lambda c: c.fit_all()),
)
FIT_SELECTION = Action(
    id="view.fit_selection",
    title="Fit selection",
    help="Show the selected nodes.",
    menu="View",
    group=1,
    icon="image-filter-center-focus",
    keys=(".",),
    scope="canvas",
    enabled=has_selection,
    run=on_canvas(lambda c: c.fit_selection()),
)
ZOOM_IN = Action(
    id="view.zoom_in",
    title="Zoom in",
    help="Make the graph larger.",
    menu="View",
    group=1,
    icon="magnify-plus-outline",
    keys=("Ctrl++", "Ctrl+="),
    enabled=has_document,
    run=on_canvas(lambda c: c.zoom_in()),
)
ZOOM_OUT = Action(
    id="view.zoom_out",
    title="Zoom out",
    help="Make the graph smaller.",
    menu="View",
    group=1,
    icon="magnify-minus-outline",
    keys=("Ctrl+-",),
    enabled=has_document,
    run=on_canvas(lambda c: c.zoom_out()),
)
ZOOM_RESET = Action(
    id="view.zoom_reset",
    title="Zoom to 100 %",
    help="Show the graph in its own size.",
    menu="View",
    group=1,
    icon="magnify-scan",
    keys=("Ctrl+0",),
    enabled=has_document,
    run=on_canvas(lambda c: c.zoom_reset()),
)
PICTURES = Action(
    id="view.pictures",
    title="Pictures on nodes",
    help="Show on each node what it makes of a sample while the document is trained.",
    menu="View",
    group=1,
    icon="image-outline",
    enabled=has_document,
    checked=_pictures_on,
    run=on_canvas(_toggle_pictures),
)
DESIGN = Action(
    id="view.design",
    title="Design",
    help="Arrange the window for drawing.",
    menu="View",
    group=2,
    icon="vector-polyline",
    keys=("F5",),
    run=lambda host: host.arrange("design"),
)
TRAIN = Action(
    id="view.train",
    title="Train",
    help="Arrange the window for watching a training.",
    menu="View",
    group=2,
    icon="chart-line",
    keys=("F6",),
    run=lambda host: host.arrange("train"),
)
ANALYSE = Action(
    id="view.analyse",
    title="Analyse",
    help="Arrange the window for studying a run.",
    menu="View",
    group=2,
    icon="view-grid-outline",
    keys=("F7",),
    run=lambda host: host.arrange("analyse"),
)
DOCKS = Action(
    id="view.docks",
    title="Panels",
    help="Show or hide a panel.",
    menu="View",
    group=3,
    icon="dock-window",
    children=_docks,
)
THEME = Action(
    id="view.theme",
    title="Theme",
    help="Choose the colours of the window.",
    menu="View",
    group=3,
    icon="theme-light-dark",
    children=_themes,
)
NEXT = Action(
    id="view.next",
    title="Next document",
    help="Bring the next document to the front.",
    menu="View",
    group=4,
    icon="arrow-right",
    keys=("Ctrl+PgDown",),
    enabled=_several,
    run=lambda host: host.step_document(1),
)
PREVIOUS = Action(
    id="view.previous",
    title="Previous document",
    help="Bring the document before to the front.",
    menu="View",
    group=4,
    icon="arrow-left",
    keys=("Ctrl+PgUp",),
    enabled=_several,
    run=lambda host: host.step_document(-1),
)
FULL_SCREEN = Action(
    id="view.full_screen",
    title="Full screen",
    help="Fill the screen, or go back to a window.",
    menu="View",
    group=4,
    icon="fullscreen",
    keys=("F11",),
    run=lambda host: host.toggle_full_screen(),
)
