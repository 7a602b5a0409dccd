"""Kinds to add: the catalogue's search, cut down to what fits where it was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.canvas.inserting import arriving
from app.canvas.popup.choice import Choice
from app.canvas.stage import SearchRequest, Stage
from app.settings.library import library
from app.state.edits import kind_of
from engine.analysis import fits
from engine.analysis.blocks import DocumentCatalog
from engine.catalog import NodeKind
from engine.catalog.search import Match, search


def kinds_for(stage: Stage, request: SearchRequest) -> Callable[[str], Sequence[Choice]]:
    """What a text finds among the kinds that fit a request."""
    session = stage.session
    catalog = with_library(session.catalog)
    fitting = _fitting(stage, request)
    before = _before(stage, request)
    after = kind_of(session.graph, session.catalog, before) if before else None

    def find(text: str) -> Sequence[Choice]:
        found = search(catalog, text, after=after, recents=stage.recents, limit=len(catalog))
        return [_choice(match) for match in found if fitting(match.kind)]

    return find


def with_library(catalog: DocumentCatalog) -> DocumentCatalog:
    """The kinds of a document, and the blocks of the library that it lacks."""
    found = DocumentCatalog(catalog.standard)
    found.blocks = {block.kind.id: block.kind for block in library()} | catalog.blocks
    return found


def hint_for(request: SearchRequest) -> str:
    """What the empty search field says."""
    if request.wire is not None:
        return f"Insert into {request.wire.source} → {request.wire.target}…"
    if request.port is not None:
        side = "before" if request.port.is_input else "after"
        return f"Add {side} {request.port.node}…"
    return "Add a layer: conv 64 3 s2, dense, add…"


def _fitting(stage: Stage, request: SearchRequest) -> Callable[[type[NodeKind]], bool]:
    shape = arriving(stage, request)
    needs_input = request.wire is not None or (request.port is not None and not request.port.is_input)
    needs_output = request.wire is not None or (request.port is not None and request.port.is_input)
    known: dict[type[NodeKind], bool] = {}

    def test(kind: type[NodeKind]) -> bool:
        if needs_input and not kind.inputs:
            return False
        if needs_output and not kind.outputs:
            return False
        return not needs_input or shape is None or fits(kind, shape)

    def remembered(kind: type[NodeKind]) -> bool:
        if kind not in known:
            known[kind] = test(kind)
        return known[kind]

    return remembered


def _before(stage: Stage, request: SearchRequest) -> str:
    """The node that the new one would follow."""
    if request.wire is not None:
        return request.wire.source
    if request.port is not None:
        return "" if request.port.is_input else request.port.node
    return stage.session.selection[-1] if stage.session.selection else ""


def _choice(match: Match) -> Choice:
    kind = match.kind
    typed = ", ".join(f"{name.replace('_', ' ')} {_brief(value)}" for name, value in match.params.items())
    note = f"{kind.category} · {match.via}" if match.via else kind.category
    return Choice(kind.title, typed or kind.help(), note, kind.icon, kind.category, match, match.spans)


def _brief(value: object) -> str:
    return "×".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)
