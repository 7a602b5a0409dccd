"""What the palette lists: the standard kinds, the document's blocks and those of the library, by section."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.settings import library
from app.settings.library import LibraryBlock
from app.state import EditorState, Session
from app.theme import CATEGORIES, theme
from engine.analysis.blocks import DocumentCatalog
from engine.catalog import Catalog, NodeKind
from engine.errors import NeuroloomError
from engine.graph import RemoveGraph, SetBlock, graph_of

HERE: Final = "Blocks here"
LIBRARY: Final = "Block library"
OWN: Final = "My blocks"
_AXES: Final = re.compile(r" \dd$")
Listed: TypeAlias = dict[str, type[NodeKind]]
"""Kinds by the id that is activated or dragged."""


def sections(catalog: Catalog, session: Session | None) -> dict[str, Listed]:
    """The kinds of each section, in order."""
    found: dict[str, Listed] = {}
    blocks = dict(session.catalog.blocks) if session is not None else {}
    if blocks:
        found[HERE] = dict(sorted(blocks.items(), key=lambda item: item[1].title.lower()))
    by_category: dict[str, Listed] = {}
    for kind in catalog:
        by_category.setdefault(kind.category or "Other", {})[kind.id] = kind
    found |= {category: _by_family(by_category[category]) for category in sorted(by_category, key=_place)}
    for title, own in ((LIBRARY, False), (OWN, True)):
        kept = sorted(library.library(), key=lambda block: block.kind.title.lower())
        listed: Listed = {block.id: block.kind for block in kept if block.own == own}
        if listed:
            found[title] = listed
    return found


def signature(session: Session | None) -> object:
    """What the sections about blocks show: while it is the same, nothing is listed anew."""
    blocks = session.catalog.blocks.values() if session is not None else ()
    shown = tuple((kind.id, kind.title, kind.help(), kind.icon) for kind in blocks)
    return shown, tuple((block.id, block.kind) for block in library.library())


def searched(catalog: Catalog, session: Session | None) -> tuple[DocumentCatalog, dict[str, str]]:
    """All kinds to search in, and what those of the library are activated as."""
    found = DocumentCatalog(catalog)
    blocks = {block.kind.id: block for block in library.library()}
    here = session.catalog.blocks if session is not None else {}
    found.blocks = {id: block.kind for id, block in blocks.items()} | here
    return found, {id: block.id for id, block in blocks.items() if id not in here}


def menu_for(editor: EditorState, id: str, parent: QWidget, rename: Callable[[], object]) -> QMenu | None:
    """What can be done with a block of the document, or of the user's library; None for other kinds.

    `rename` lets another title be typed.
    """
    session, block = editor.current, library.find(id)
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    if block is not None and block.own:
        _entry(menu, "Remove from my library", "delete-outline", lambda: forget(editor, block))
        return menu
    kind = session.catalog.blocks.get(id) if session is not None else None
    if session is None or kind is None:
        return None
    name = kind.graph
    _entry(menu, "Edit", "arrow-down-right", lambda: session.open_graph(name))
    _entry(menu, "Rename", "form-textbox", rename).setEnabled(not session.read_only)
    _entry(menu, "Save to my library", "content-save-outline", lambda: keep(editor, session, name))
    places = sum(graph_of(node) == name for graph in session.document.graphs().values() for node in graph.nodes())
    title = f"Delete (placed {places}×)" if places else "Delete"
    delete = _entry(
        menu, title, "delete-outline", lambda: session.apply(RemoveGraph(name), f"Delete block {name}")
    )
    delete.setEnabled(not places and not session.read_only)
    return menu


def retitle(editor: EditorState, id: str, title: str) -> None:
    """Give a block of the document another title."""
    session = editor.current
    kind = session.catalog.blocks.get(id) if session is not None else None
    if session is None or kind is None:
        return
    block = session.document.block(kind.graph)
    if title.strip() not in ("", block.title):
        edit = SetBlock(kind.graph, msgspec.structs.replace(block, title=title.strip()))
        session.apply(edit, f"Rename block {kind.graph}")


def keep(editor: EditorState, session: Session, graph: str) -> None:
    """Put a block into the user's library."""
    title = session.document.block(graph).title or graph
    try:
        library.save(session.document, graph)
    except (NeuroloomError, OSError) as error:
        editor.notify("error", f"{title} could not be saved: {error}")
        return
    editor.library_changed.emit()
    editor.notify("success", f"{title} is in your library, for all documents.")


def forget(editor: EditorState, block: LibraryBlock) -> None:
    """Take a block out of the user's library."""
    try:
        library.remove(block)
    except OSError as error:
        editor.notify("error", f"{block.kind.title} could not be removed: {error.strerror}.")
        return
    editor.library_changed.emit()


def _entry(menu: QMenu, title: str, icon: str, do: Callable[[], object]) -> QAction:
    action = menu.addAction(theme.icon(icon), title)
    action.triggered.connect(lambda _checked=False: do())
    return action


def _by_family(kinds: Listed) -> Listed:
    """Kinds in their order, those for other numbers of axes (1d, 2d, 3d) beside the first of them."""
    first: dict[str, int] = {}
    for place, kind in enumerate(kinds.values()):
        first.setdefault(_AXES.sub("", kind.title), place)
    return dict(
        sorted(kinds.items(), key=lambda item: (first[_AXES.sub("", item[1].title)], item[1].title.lower()))
    )


def _place(category: str) -> tuple[int, str]:
    """Where a category stands: those foreseen in their order, then the others by name."""
    known = category.lower() in CATEGORIES
    return (CATEGORIES.index(category.lower()) if known else len(CATEGORIES), category)
