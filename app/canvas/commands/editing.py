"""Editing: add, delete, copy, paste, connect, rename."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QApplication

from app.canvas import inserting
from app.canvas.card import HEADER, NARROWEST
from app.canvas.hits import PortRef
from app.canvas.stage import SearchRequest, Stage
from app.settings.library import block_of
from app.state import clipboard, edits
from app.state.copying import taken_along, with_names
from app.state.fitting import fitting, with_target
from app.state.placing import placed
from engine.analysis.blocks import DocumentCatalog
from engine.catalog import Catalog, NodeKind
from engine.graph import AddNode, Batch, Edit, Node

_RECENTS: Final = 12


def add(stage: Stage, kind: type[NodeKind], params: dict[str, Any], request: SearchRequest) -> str:
    """Add a node where a request wants it, wired or inserted; returns its id, empty where it was refused."""
    graph = stage.session.graph
    x, y = request.at
    if request.port is not None and request.port.is_input:
        x -= NARROWEST
    left, top = (x, y - HEADER / 2) if request.port is not None else (x - NARROWEST / 2, y - HEADER / 2)
    node = edits.new_node(graph, kind, *_free_place(stage, left, top), params)
    brought, node, catalog = _brought(stage, kind, node)
    node = fitting(stage.session, catalog, node, inserting.arriving(stage, request))
    edit, title = _adding(stage, node, request, catalog)
    edit = placed(edit, stage.session.graph_name)
    if not stage.change(Batch((*brought, edit)) if brought else edit, title):
        return ""
    stage.recents = [kind.id, *(id for id in stage.recents if id != kind.id)][:_RECENTS]
    stage.session.select([node.id])
    return node.id


def delete_selection(stage: Stage) -> None:
    """Delete the selected nodes with their wires, and the selected wires."""
    ids, wires = stage.session.selection, stage.chosen
    if ids:
        stage.apply(edits.delete(ids, wires), _counted("Delete", ids))
    elif wires:
        stage.apply(edits.delete((), wires), "Remove wire" if len(wires) == 1 else f"Remove {len(wires)} wires")


def delete_and_heal(stage: Stage) -> None:
    """Delete the selected nodes and wire what fed them to what they fed."""
    session = stage.session
    if session.selection:
        edit = edits.delete_and_heal(session.graph, session.selection)
        stage.apply(edit, "Delete and heal")


def copy(stage: Stage, *, incoming: bool = False) -> bool:
    """Put the selected nodes into the clipboard as text."""
    session = stage.session
    if not session.selection:
        return False
    QApplication.clipboard().setText(
        clipboard.copy(session.document, session.selection, session.graph_name, incoming=incoming)
    )
    return True


def cut(stage: Stage) -> None:
    """Copy, then delete."""
    if copy(stage):
        stage.apply(edits.delete(stage.session.selection), _counted("Cut", stage.session.selection))


def paste(stage: Stage, at: tuple[float, float] | None) -> None:
    """Paste the clipboard's nodes with their top left at a scene point."""
    session = stage.session
    pasted = clipboard.paste(session.document, QApplication.clipboard().text(), at, session.graph_name)
    if pasted is None:
        stage.editor.notify("info", "The clipboard holds no nodes. Copy some with Ctrl+C first.")
        return
    _put(stage, pasted, "Paste")


def duplicate(stage: Stage) -> None:
    """Copy the selected nodes beside themselves; wires that come in from others are kept."""
    session = stage.session
    if not session.selection:
        return
    text = clipboard.copy(session.document, session.selection, session.graph_name, incoming=True)
    height = max(view.extent[3] - view.y for view in stage.scene.selected)
    left = min(view.x for view in stage.scene.selected)
    top = min(view.y for view in stage.scene.selected)
    pasted = clipboard.paste(session.document, text, (left + 30, top + height + 30), session.graph_name)
    if pasted is not None:
        _put(stage, pasted, "Duplicate")


def connect_selected(stage: Stage) -> None:
    """Wire the selected nodes from left to right."""
    session = stage.session
    ids = [view.id for view in sorted(stage.scene.selected, key=lambda view: (view.x, view.y))]
    edit = edits.connect_in_order(session, ids)
    if edit is None and len(ids) > 1:
        stage.editor.notify("info", "No port of these nodes fits the next one.")
    stage.apply(edit, "Connect")


def rename(stage: Stage, id: str, name: str) -> bool:
    """Give a node another name."""
    return name == id or stage.apply(
        edits.rename(stage.session.graph, stage.session.catalog, id, name), f"Rename {id}"
    )


def _brought(stage: Stage, kind: type[NodeKind], node: Node) -> tuple[list[Edit], Node, Catalog]:
    """The edits that bring a block of the library along, the node under its name, and the kinds there are then."""
    session = stage.session
    block = block_of(kind) if session.catalog.get(kind.id) is not kind else None
    if block is None:
        return [], node, session.catalog
    brought, names = taken_along(session.document, block.drawings)
    (named,) = with_names([node], names)
    catalog = DocumentCatalog(session.catalog.standard)
    catalog.blocks = {**session.catalog.blocks, named.kind: block.kind}
    return brought, named, catalog


def _adding(stage: Stage, node: Node, request: SearchRequest, catalog: Catalog) -> tuple[Edit, str]:
    session, name = stage.session, node.id
    if request.wire is not None and request.wire in stage.scene.wires:
        inserted = inserting.insert(stage, node, request.wire, (node.x, node.y), catalog)
        if inserted is not None:
            return inserted, f"Insert {name}"
    port = request.port
    if port is not None and port.node in session.graph:
        added = edits.add_wired(session.graph, catalog, node, port.node, port.port, from_output=not port.is_input)
        more = () if port.is_input else with_target(session, catalog, node, port.node)
        return Batch((added, *more), "Add and connect") if more else added, f"Add {name}"
    return AddNode(node), f"Add {name}"


def _free_place(stage: Stage, x: float, y: float) -> tuple[float, float]:
    """The place, or a little lower where a card has the very same."""
    taken = {(view.x, view.y) for view in stage.scene.nodes.values()}
    x, y = round(x), round(y)
    while (x, y) in taken:
        x, y = x + 20, y + 20
    return x, y


def _put(stage: Stage, pasted: tuple[Edit, list[str]], title: str) -> None:
    edit, ids = pasted
    if stage.change(edit, title):
        stage.session.select(ids)


def _counted(verb: str, ids: tuple[str, ...]) -> str:
    return f"{verb} {ids[0]}" if len(ids) == 1 else f"{verb} {len(ids)} nodes"


def port_after_selection(stage: Stage) -> PortRef | None:
    """The first open output of the only selected node: where a new node is wired to."""
    views = stage.scene.selected
    if len(views) != 1:
        return None
    outgoing = {edge.output for edge in stage.session.graph.outgoing(views[0].id)}
    free = [port for port in views[0].outputs if port.name not in outgoing]
    return PortRef(views[0].id, free[0].name, False) if free else None
