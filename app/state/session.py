"""One open document: its history, analysis, selection and file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.history import History, Step
from app.state.journal import Journal
from engine.analysis import Analyser, Analysis
from engine.catalog import Catalog
from engine.graph import MAIN, Changes, Document, Edit, Graph, file
from engine.graph.text import NewerFormatError, preview


class Session(QObject):
    """An open document.

    Signals:
        changed(Changes): the document changed; views redraw only that.
        analysed(Analysis): shapes, costs and diagnostics are new; follows `changed` in the same turn.
        selection_changed(tuple[str, ...]): other nodes are selected; after an edit it follows `changed`.
        history_changed(): what undo and redo would do, or whether the document is modified, changed.
        file_changed(): the path or the title changed.
    """

    changed = Signal(object)
    analysed = Signal(object)
    selection_changed = Signal(object)
    history_changed = Signal()
    file_changed = Signal()

    def __init__(
        self,
        document: Document,
        catalog: Catalog,
        *,
        path: Path | None = None,
        journal: Journal | None = None,
        original: bytes | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.document, self.catalog, self.path = document, catalog, path
        self.history = History()
        self.journal = journal
        self._original = original
        self._analyser = Analyser(catalog)
        self.analysis: Analysis = self._analyser.run(document)
        self._selection: tuple[str, ...] = ()

    @classmethod
    def open(cls, path: Path, catalog: Catalog, *, journal: Journal | None = None) -> Session:
        """Open a file; one of a newer format opens to look at only.

        Raises:
            FileError: the file cannot be read.
        """
        try:
            return cls(file.load(path), catalog, path=path, journal=journal)
        except NewerFormatError:
            content = file.read(path)
            return cls(preview(content, path=str(path)), catalog, path=path, original=content)

    @property
    def read_only(self) -> bool:
        """Whether the document may only be looked at: its file has a newer format."""
        return self._original is not None

    @property
    def graph(self) -> Graph:
        """The graph on the canvas."""
        return self.document.graph(MAIN)

    @property
    def title(self) -> str:
        """What the tab shows."""
        if self.path is not None:
            return self.path.stem
        return self.document.title or "Untitled"

    @property
    def selection(self) -> tuple[str, ...]:
        """The ids of the selected nodes, in the order selected."""
        return self._selection

    def select(self, ids: Iterable[str]) -> None:
        """Select these nodes and no others; ids that do not exist are left out."""
        chosen = tuple(dict.fromkeys(id for id in ids if id in self.graph))
        if chosen != self._selection:
            self._selection = chosen
            self.selection_changed.emit(chosen)

    def apply(self, edit: Edit, title: str, *, merge: str = "") -> None:
        """Do an edit as one step of the history (see `History` for `merge`).

        Raises:
            EditError: the document refuses the edit; nothing changed.
        """
        if self.read_only:
            return
        back, changes = self.document.apply(edit)
        self.history.push(Step(title, back, edit, merge))
        self._tell(edit, changes)

    def undo(self) -> str:
        """Take the last step back; returns its title, empty where there is none."""
        step = self.history.take_undo()
        if step is None:
            return ""
        self._tell(step.undo, self.document.apply(step.undo)[1])
        return step.title

    def redo(self) -> str:
        """Do the step undone last again; returns its title, empty where there is none."""
        step = self.history.take_redo()
        if step is None:
            return ""
        self._tell(step.redo, self.document.apply(step.redo)[1])
        return step.title

    def save(self, path: Path) -> None:
        """Save to a path, which becomes the document's own.

        Raises:
            FileError: nothing was written; the document stays modified.
        """
        if self._original is not None:
            file.write(path, self._original)
        else:
            file.save(self.document, path)
        self.path = path
        self.history.seal()
        self.history.mark_saved()
        if self.journal is not None:
            self.journal.restart(self.document, path)
        self.file_changed.emit()
        self.history_changed.emit()

    def reanalyse(self) -> None:
        """Analyse again although nothing was edited: a data file or the catalogue changed."""
        self._analyser = Analyser(self.catalog)
        self.analysis = self._analyser.run(self.document)
        self.analysed.emit(self.analysis)

    def _tell(self, edit: Edit, changes: Changes) -> None:
        if self.journal is not None:
            self.journal.append(edit)
        if changes.structural:
            self.analysis = self._analyser.run(self.document)
        before = self._selection
        self._selection = self._followed(changes)
        self.changed.emit(changes)
        if changes.structural:
            self.analysed.emit(self.analysis)
        if self._selection != before:
            self.selection_changed.emit(self._selection)
        if changes.meta:
            self.file_changed.emit()
        self.history_changed.emit()

    def _followed(self, changes: Changes) -> tuple[str, ...]:
        ids = self._selection
        for part in changes.of(MAIN):
            ids = tuple(part.renamed.get(id, id) for id in ids)
        return tuple(id for id in ids if id in self.graph)
