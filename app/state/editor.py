"""The whole editor: open documents, the current one, the engine and its runs."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, Signal

from app.state.engine_client import EngineClient
from app.state.journal import Journal, Recovered, recoverable
from app.state.runs import Runs
from app.state.session import Session
from engine.catalog import Catalog
from engine.graph import Document, file
from engine.nodes import standard_catalog

Level = Literal["info", "success", "warning", "error"]


class Notice(msgspec.Struct, frozen=True):
    """A message that stops nothing; `action` is the text of its button, `do` what the button does."""

    level: Level
    message: str
    action: str = ""
    do: Callable[[], None] | None = None


class EditorState(QObject):
    """What all parts of the window share.

    Signals:
        session_added(Session), session_removed(Session): a document was opened or closed.
        current_changed(Session | None): another document is in front.
        library_changed(): blocks came into the user's library, or went.
        noticed(Notice): something to tell the user.
    """

    session_added = Signal(object)
    session_removed = Signal(object)
    current_changed = Signal(object)
    library_changed = Signal()
    noticed = Signal(object)

    def __init__(
        self,
        *,
        catalog: Catalog | None = None,
        engine: EngineClient | None = None,
        journals: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.catalog = catalog if catalog is not None else standard_catalog()
        self.engine = engine if engine is not None else EngineClient(parent=self)
        self.runs = Runs(self.engine, self)
        self._journals = journals
        self._sessions: list[Session] = []
        self._current: Session | None = None
        self.engine.trouble.connect(lambda message: self.notify("warning", message))
        self.runs.failed.connect(lambda message, _node: self.notify("error", message))

    @property
    def sessions(self) -> list[Session]:
        """The open documents, in the order opened."""
        return list(self._sessions)

    @property
    def current(self) -> Session | None:
        """The document in front."""
        return self._current

    def set_current(self, session: Session | None) -> None:
        """Bring a document to the front; its run's plots come along."""
        if session is not self._current:
            self._current = session
            if session is not None:
                self.runs.show(self.runs.of(session))
            self.current_changed.emit(session)

    def new(self, document: Document | None = None, *, unsaved: bool = False, path: Path | None = None) -> Session:
        """A new document in front, without a file of its own unless `path` says where it would be saved.

        `unsaved` says that closing it would lose something already.
        """
        session = Session(document or Document(), self.catalog, path=path, parent=self)
        if unsaved:
            session.history.mark_unsaved()
        return self._add(session)

    def open_example(self, path: Path) -> Session:
        """Open a copy of a file: saving asks where to.

        Raises:
            FileError: the file cannot be read.
        """
        return self.new(file.load(path))

    def open(self, path: Path) -> Session:
        """Open a file, or bring it to the front where it is open.

        Raises:
            FileError: the file cannot be read.
        """
        path = path.resolve()
        for session in self._sessions:
            if session.path == path:
                self.set_current(session)
                return session
        session = Session.open(path, self.catalog)
        session.setParent(self)
        if session.read_only:
            self.notify(
                "warning",
                f"{path.name} was written by a newer Neuroloom: it opens to look at only, and is kept as it is.",
            )
        return self._add(session)

    def close(self, session: Session) -> None:
        """Close a document; what is not saved is gone, so ask before."""
        index = self._sessions.index(session)
        self._sessions.remove(session)
        if session.journal is not None:
            session.journal.close()
        self.runs.forget(session)
        if session is self._current:
            left = self._sessions[max(0, index - 1)] if self._sessions else None
            self.set_current(left)
        self.session_removed.emit(session)
        session.deleteLater()

    def recoverable(self) -> list[Recovered]:
        """Work of an editor that ended without closing it."""
        if self._journals is None:
            return []
        return list(recoverable(self._journals))

    def recover(self, found: Recovered) -> Session:
        """Open recovered work as a modified document."""
        session = self.new(found.document, unsaved=True, path=found.path)
        found.journal.unlink(missing_ok=True)
        return session

    def discard(self, found: Recovered) -> None:
        """Throw recovered work away."""
        found.journal.unlink(missing_ok=True)

    def notify(self, level: Level, message: str, action: str = "", do: Callable[[], None] | None = None) -> None:
        """Tell the user something that needs no answer."""
        self.noticed.emit(Notice(level, message, action, do))

    def shut_down(self) -> None:
        """End the engine; runs go on. What is not saved stays in its journal, to be offered at the next start."""
        for session in self._sessions:
            if session.journal is not None and not session.history.modified:
                session.journal.close()
        self.engine.close()

    def _add(self, session: Session) -> Session:
        if self._journals is not None and not session.read_only:
            session.journal = Journal(self._journals)
            session.journal.restart(session.document, session.path, unsaved=session.history.modified)
        taken = {other.number for other in self._sessions if other.path is None and not other.document.title}
        session.number = next(number for number in itertools.count(1) if number not in taken)
        self._sessions.append(session)
        self.session_added.emit(session)
        self.set_current(session)
        return session
