"""The library of blocks: those that come with Neuroloom, and the user's own, each graph of a file one block."""

from __future__ import annotations

import functools
import logging
from pathlib import Path
from typing import Final

import msgspec

from app.settings.places import home, resource
from app.state.copying import Drawing, added, needed
from engine.analysis import Analyser
from engine.analysis.blocks import BlockKind
from engine.errors import NeuroloomError
from engine.graph import Document, Edit, Node, file, graph_of, kind_of
from engine.nodes import standard_catalog

log = logging.getLogger(__name__)
BUNDLED: Final = "library:"
OWN: Final = "own:"


class LibraryBlock(msgspec.Struct, frozen=True):
    """A block of the library; `id` is unlike that of any kind of a document."""

    id: str
    kind: type[BlockKind]
    drawings: dict[str, Drawing]
    path: Path

    @property
    def own(self) -> bool:
        """Whether it is the user's."""
        return self.id.startswith(OWN)


def library() -> list[LibraryBlock]:
    """All blocks, those that come with Neuroloom first; a file that cannot be read is left out."""
    found: list[LibraryBlock] = []
    for prefix, folder in ((BUNDLED, resource("blocks")), (OWN, own_folder())):
        for path in sorted(folder.glob(f"*{file.SUFFIX}")):
            try:
                found += _read(prefix, path, path.stat().st_mtime_ns)
            except (NeuroloomError, OSError):
                log.info("no blocks can be read from %s", path, exc_info=True)
    return found


def find(id: str) -> LibraryBlock | None:
    """The block of an id, if it is there."""
    return next((block for block in library() if block.id == id), None) if id.startswith((BUNDLED, OWN)) else None


def block_of(kind: object) -> LibraryBlock | None:
    """The block whose kind this is; None for kinds that are not of the library."""
    return next((block for block in library() if block.kind is kind), None)


def save(document: Document, graph: str) -> Path:
    """Put a graph, with those placed in it, into the user's library; an older one of its name gives way.

    Raises:
        FileError: it cannot be written.
    """
    made = Document(title=document.block(graph).title or graph)
    for edit in _drawn(needed(document, [Node("block", kind_of(graph))])):
        made.apply(edit)
    path = own_folder() / f"{graph}{file.SUFFIX}"
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save(made, path)
    return path


def remove(block: LibraryBlock) -> None:
    """Take a block of the user's out of the library; its file stays beside as a backup."""
    block.path.replace(block.path.with_suffix(file.BACKUP))


def own_folder() -> Path:
    """Where the user's blocks lie."""
    return home() / "blocks"


def _drawn(drawings: dict[str, Drawing]) -> list[Edit]:
    return [edit for name, content in drawings.items() for edit in added(name, content)]


@functools.lru_cache(maxsize=512)
def _read(prefix: str, path: Path, _changed: int) -> tuple[LibraryBlock, ...]:
    document = file.load(path)
    placed = {graph_of(node) for graph in document.blocks() for node in document.graph(graph).nodes()}
    kinds = Analyser(standard_catalog()).declared(document).blocks
    return tuple(
        LibraryBlock(f"{prefix}{name}", kinds[kind_of(name)], needed(document, [Node("b", kind_of(name))]), path)
        for name in document.blocks()
        if name not in placed and kind_of(name) in kinds
    )
