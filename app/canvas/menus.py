"""Context menus: of a node, of a wire, of the canvas."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from app.canvas.commands import arranging, editing, selecting
from app.canvas.hits import Hit, PortRef
from app.canvas.stage import SearchRequest
from app.state import TOP, edits
from app.state.bridging import bridges
from app.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.canvas.view import CanvasView
    from engine.graph import Edge

_MOST_FIXES: Final = 5


def menu_for(view: CanvasView, hit: Hit, at: tuple[float, float]) -> QMenu:
    """The menu for what lies under a scene point."""
    menu = QMenu(view)
    if hit.node:
        if hit.port is not None:
            _port(view, menu, hit.port)
        _node(view, menu, hit.node)
    elif hit.wire is not None:
        _wire(view, menu, hit, at)
    else:
        _canvas(view, menu, at)
    return menu


def bridge_menu(view: CanvasView, edge: Edge) -> QMenu:
    """How a wire that does not fit can be drawn all the same."""
    stage = view.stage
    menu = QMenu(view)
    ways = bridges(stage.session, edge)
    for title, edit in ways:
        _entry(menu, f"Connect and {title[0].lower()}{title[1:]}", "auto-fix", partial(stage.change, edit, title))
    if ways:
        menu.addSeparator()
    plain = edits.connect(stage.session.graph, stage.session.catalog, edge)
    _entry(menu, "Connect as it is, and mend it later", "vector-line", partial(stage.apply, plain, "Connect"))
    return menu


def _node(view: CanvasView, menu: QMenu, id: str) -> None:
    stage = view.stage
    several = len(stage.session.selection) > 1
    fixes = [fix for found in stage.session.shown.of(id) for fix in found.fixes]
    for fix in fixes[:_MOST_FIXES]:
        _entry(menu, fix.title, "auto-fix", partial(stage.change, fix.edit, fix.title))
    menu.addSeparator()
    _entry(menu, "Edit parameters", "tune-variant", lambda: stage.parameter_wanted.emit(id), "Enter")
    _entry(menu, "Rename", "form-textbox", lambda: stage.rename_wanted.emit(id), "F2")
    menu.addSeparator()
    port = editing.port_after_selection(stage)
    if port is not None:
        node = stage.scene.nodes[id]
        after = SearchRequest((node.x + node.width + 84, node.y + node.height / 2), port)
        _entry(menu, "Add after…", "plus", lambda: view.ask(after))
    if several:
        _entry(menu, "Connect", "vector-line", view.connect_selected, "F")
        _entry(menu, "Arrange", "auto-fix", view.auto_layout, "L")
        _entry(menu, "Straighten wires", "minus", view.straighten, "Q")
    menu.addSeparator()
    _blocks(view, menu, id)
    menu.addSeparator()
    _entry(menu, "Cut", "content-cut", view.cut, "Ctrl+X")
    _entry(menu, "Copy", "content-copy", view.copy, "Ctrl+C")
    _entry(menu, "Duplicate", "content-duplicate", view.duplicate, "Ctrl+D")
    menu.addSeparator()
    _entry(menu, "Select upstream", "arrow-left", lambda: selecting.select_upstream(stage), "Shift+Up")
    _entry(menu, "Select downstream", "arrow-right", lambda: selecting.select_downstream(stage), "Shift+Down")
    menu.addSeparator()
    _entry(menu, "Delete and heal", "vector-polyline-remove", view.delete_and_heal, "Ctrl+Del")
    _entry(menu, "Delete", "delete-outline", view.delete_selection, "Del")


def _blocks(view: CanvasView, menu: QMenu, id: str) -> None:
    blocks, session = view.blocks, view.stage.session
    if session.leads_inside(id):
        _entry(menu, "Go into block", "arrow-down-right", lambda: session.enter(id), "I")
        _entry(menu, "Dissolve block", "ungroup", blocks.dissolve, "Ctrl+Shift+G")
        _entry(menu, "Duplicate as new block", "content-duplicate", blocks.duplicate_as_new)
    _entry(menu, "Group into block", "group", blocks.group, "Ctrl+G")
    _entry(menu, "Group into recurrent group", "refresh", lambda: blocks.group("recurrent"), "Ctrl+Alt+G")
    if session.level != TOP:
        _entry(menu, "Expose open ports", "location-enter", blocks.expose)


def _port(view: CanvasView, menu: QMenu, ref: PortRef) -> None:
    stage = view.stage
    if stage.session.level != TOP and not stage.scene.at_port(ref.node, ref.port, ref.is_input):
        icon = "location-enter" if ref.is_input else "location-exit"
        _entry(menu, f"Expose {ref.port} as a port of the block", icon, lambda: view.blocks.expose(ref))
        menu.addSeparator()


def _wire(view: CanvasView, menu: QMenu, hit: Hit, at: tuple[float, float]) -> None:
    edge = hit.wire
    assert edge is not None, "asked for wires only"
    _entry(menu, "Insert node…", "plus", lambda: view.ask(SearchRequest(at, wire=edge)))
    _entry(menu, "Select both ends", "select", lambda: view.stage.session.select([edge.source, edge.target]))
    session = view.stage.session
    if session.document.block(session.graph_name).form == "recurrent":
        _entry(menu, "Carry to the next time step", "reload", lambda: view.blocks.remember(edge))
    menu.addSeparator()
    _entry(
        menu, "Remove wire", "delete-outline", lambda: view.stage.apply(edits.delete((), [edge]), "Remove wire")
    )


def _canvas(view: CanvasView, menu: QMenu, at: tuple[float, float]) -> None:
    stage = view.stage
    _entry(menu, "Add node…", "plus", lambda: view.ask(SearchRequest(at)), "Tab")
    _entry(menu, "Paste here", "content-paste", lambda: editing.paste(stage, at), "Ctrl+V")
    menu.addSeparator()
    _entry(menu, "Select all", "select-all", view.select_all, "Ctrl+A")
    _entry(menu, "Arrange: automatic layout", "auto-fix", view.auto_layout, "L")
    _entry(
        menu,
        "Distribute across",
        "distribute-horizontal-center",
        lambda: arranging.distribute(stage, "horizontal"),
    )
    menu.addSeparator()
    _entry(menu, "Fit all", "fit-to-page-outline", view.fit_all, "Home")


def _entry(menu: QMenu, title: str, icon: str, do: Callable[[], object], keys: str = "") -> None:
    action = menu.addAction(theme.icon(icon), title)
    action.triggered.connect(lambda _checked=False: do())
    if keys:
        action.setShortcut(QKeySequence(keys))
        action.setShortcutVisibleInContextMenu(True)
