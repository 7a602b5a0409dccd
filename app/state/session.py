"""One open document: its history, analysis, selection and file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state import level as levels
from app.state.history import History, Step
from app.state.journal import Journal
from app.state.level import TOP, Level
from app.state.placing import placed
from engine.analysis import Analyser, Analysis
from engine.analysis.blocks import DocumentCatalog
from engine.catalog import Catalog
from engine.graph import MAIN, Changes, Document, Edit, Graph, file
from engine.graph.text import NewerFormatError, preview


class Session(QObject):
    """An open document, and the level of it that is shown: the main graph, or that of a block.

    `analysis` is that of the whole document, `shown` that of the graph that is shown.

    Signals:
        level_changed(Level): another graph is shown; after an edit it comes before `changed`.
        changed(Changes): the document changed; views redraw only that.
        analysed(Analysis): shapes, costs and diagnostics are new; follows `changed` in the same turn.
        selection_changed(tuple[str, ...]): other nodes are selected; after an edit it follows `changed`.
        history_changed(): what undo and redo would do, or whether the document is modified, changed.
        file_changed(): the path or the title changed.
    """

    level_changed = Signal(object)
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
        self.document, self.path = document, path
        self.number = 1  # tells documents without a title apart
        self.history = History()
        self.journal = journal
        self._original = original
        self._standard = catalog
        self._analyser = Analyser(catalog)
        self.analysis: Analysis = self._analyser.run(document)
        self._level = TOP
        self._graphs, self._graph = [MAIN], document.graph()
        self.shown: Analysis = self.analysis
        self._selection: tuple[str, ...] = ()
        self._selections: dict[Level, tuple[str, ...]] = {}

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
    def catalog(self) -> DocumentCatalog:
        """The kinds there are, and the document's blocks."""
        return self._analyser.catalog

    @property
    def level(self) -> Level:
        """Which graph is shown, and the way to it."""
        return self._level

    @property
    def graphs(self) -> tuple[str, ...]:
        """The names of the graphs on the way to the one that is shown, that one last."""
        return tuple(self._graphs)

    @property
    def graph_name(self) -> str:
        """The name of the graph that is shown."""
        return self._graphs[-1]

    @property
    def graph(self) -> Graph:
        """The graph that is shown."""
        return self._graph

    def go(self, level: Level) -> None:
        """Show the graph of a level, or of the innermost one around it that is there."""
        level = levels.settled(self.document, level)
        if level == self._level:
            return
        before = self._selection
        self._turn(level)
        self.level_changed.emit(level)
        if self._selection != before:
            self.selection_changed.emit(self._selection)

    def leads_inside(self, id: str) -> bool:
        """Whether a node of the graph that is shown stands for another one."""
        inner = self._level.into(id)
        return levels.settled(self.document, inner) == inner

    def enter(self, id: str) -> bool:
        """Show the graph behind a node; whether it stands for one."""
        inside = self.leads_inside(id)
        if inside:
            self.go(self._level.into(id))
        return inside

    def leave(self) -> bool:
        """Show the graph around the one that is shown; whether there is one."""
        outer = self._level.outer
        if outer is not None:
            self.go(outer)
        return outer is not None

    def open_graph(self, name: str) -> None:
        """Show a graph where it is placed first, else by itself."""
        if name != self.graph_name:
            self.go(levels.level_of(self.document, name))

    @property
    def title(self) -> str:
        """What the tab shows."""
        if self.path is not None:
            return self.path.stem
        return self.document.title or ("Untitled" if self.number == 1 else f"Untitled {self.number}")

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
        self.history.push(Step(title, back, edit, merge, self._level))
        self._tell(edit, changes, self._followed_level(changes))

    def draw(self, edit: Edit, title: str, *, merge: str = "") -> None:
        """Do an edit that names no graph on the graph that is shown.

        Raises:
            EditError: the document refuses the edit; nothing changed.
        """
        self.apply(placed(edit, self.graph_name), title, merge=merge)

    def undo(self) -> str:
        """Take the last step back; returns its title, empty where there is none."""
        step = self.history.take_undo()
        if step is None:
            return ""
        self._repeat(step.undo, step.level)
        return step.title

    def redo(self) -> str:
        """Do the step undone last again; returns its title, empty where there is none."""
        step = self.history.take_redo()
        if step is None:
            return ""
        self._repeat(step.redo, step.level)
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

    def _repeat(self, edit: Edit, there: Level) -> None:
        """Undo or redo: what was done at another level is shown there."""
        _, changes = self.document.apply(edit)
        here = self._followed_level(changes)
        touched = {name for step in changes.flat() for name in step.by_graph}
        seen = levels.names(self.document, here)[-1] in touched
        self._tell(edit, changes, levels.settled(self.document, there) if touched and not seen else here)

    def _followed_level(self, changes: Changes) -> Level:
        return levels.followed(self.document, self._level, self._graphs, changes)

    def _turn(self, level: Level) -> None:
        """Show another level, with what was selected there."""
        self._selections[self._level] = self._selection
        self._level = level
        self._graphs = levels.names(self.document, level)
        self._graph = self.document.graph(self.graph_name)
        self._selection = tuple(id for id in self._selections.get(level, ()) if id in self.graph)
        self._look()

    def _look(self) -> None:
        self.shown = levels.analysed(self._analyser, self.document, self._level, self.analysis)

    def _tell(self, edit: Edit, changes: Changes, level: Level) -> None:
        if self.journal is not None:
            self.journal.append(edit)
        if changes.structural:
            self.analysis = self._analyser.run(self.document)
        before = self._selection
        self._selection = self._followed(changes)
        names = levels.names(self.document, level)
        turned = (level, names) != (self._level, self._graphs) or self.document.graph(names[-1]) is not self._graph
        if turned:
            self._turn(level)
            self.level_changed.emit(level)
        elif changes.structural:
            self._look()
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
        for part in changes.of(self.graph_name):
            ids = tuple(part.renamed.get(id, id) for id in ids)
        return tuple(id for id in ids if id in self.graph)
