"""Opening, saving and closing, with the questions that must be asked on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from app.settings import Settings
from app.state import EditorState, Session
from app.state.runs import LIVE
from app.window.question import Answer, Question, QuestionBar
from engine.errors import NeuroloomError
from engine.graph import file
from engine.messages.protocol import RunInfo
from engine.source import python_source

FILTER: Final = "Neuroloom documents (*.loom);;All files (*)"
PYTHON: Final = "Python files (*.py)"
Then = Callable[[], None]


def nothing() -> None:
    """What follows where nothing does."""


class Files(QObject):
    """File operations of a window. Nothing is asked unless something would be lost."""

    def __init__(self, editor: EditorState, settings: Settings, question: QuestionBar, window: QWidget) -> None:
        super().__init__(window)
        self._editor, self._settings, self._question, self._window = editor, settings, question, window

    def open_files(self) -> None:
        """Ask for files and open them."""
        names, _ = QFileDialog.getOpenFileNames(self._window, "Open", self._folder(), FILTER)
        for name in names:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Open a file, or say why it cannot be opened."""
        try:
            self._editor.open(path)
        except NeuroloomError as error:
            self._editor.notify("error", str(error))
            self._settings.remember(self._settings.window.without_file(path))
            return
        self._settings.remember(self._settings.window.with_file(path.resolve()))

    def open_example(self, path: Path) -> None:
        """Open a copy of an example."""
        try:
            self._editor.open_example(path)
        except NeuroloomError as error:
            self._editor.notify("error", str(error))

    def save(self, session: Session, then: Then = nothing) -> None:
        """Save to the document's file, or ask for one; `then` follows once it is on disk."""
        if session.path is None or session.read_only:
            self.save_as(session, then)
        else:
            self._write(session, session.path, then)

    def save_as(self, session: Session, then: Then = nothing) -> None:
        """Ask for a file and save to it."""
        start = session.path or Path(self._folder()) / f"{_file_name(session.title)}{file.SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(self._window, "Save as", str(start), FILTER)
        if name:
            path = Path(name)
            self._write(session, path if path.suffix else path.with_suffix(file.SUFFIX), then)

    def export_python(self, session: Session) -> None:
        """Ask for a file and write the network as Python."""
        source = python_source(session.document, session.catalog, session.analysis)
        start = Path(self._folder()) / f"{_file_name(session.title)}.py"
        name, _ = QFileDialog.getSaveFileName(self._window, "Export Python", str(start), PYTHON)
        if name:
            path = Path(name) if Path(name).suffix else Path(name).with_suffix(".py")
            file.write(path, source.encode())
            self._editor.notify("success", f"{path.name} was written.")

    def close(self, session: Session, then: Then = nothing) -> None:
        """Close a document; asks first where work or a training is at stake."""

        def end() -> None:
            self._end(session, then)

        if session.history.modified and not session.read_only:
            self._editor.set_current(session)
            self._ask_unsaved([session], lambda: self.save(session, end), end)
        else:
            end()

    def close_all(self, then: Then, discarded: tuple[Session, ...] = ()) -> None:
        """Before the window closes: ask about all that would be lost, then go on."""
        unsaved = [
            session
            for session in self._editor.sessions
            if session.history.modified and not session.read_only and session not in discarded
        ]
        if unsaved:
            self._ask_unsaved(
                unsaved,
                lambda: self._save_each(unsaved, lambda: self.close_all(then, discarded)),
                lambda: self.close_all(then, (*discarded, *unsaved)),
            )
            return

        def end() -> None:
            for session in discarded:
                self._editor.close(session)
            then()

        self._ask_running(self._editor.runs.live(), end)

    def _ask_unsaved(self, sessions: list[Session], save: Then, discard: Then) -> None:
        names = ", ".join(f"“{session.title}”" for session in sessions)
        verb, every = ("has", "") if len(sessions) == 1 else ("have", " all")
        self._question.ask(
            Question(
                f"{names} {verb} changes that are not saved.",
                (
                    Answer(f"Save{every}", save, "Save, then close."),
                    Answer(f"Discard{every}", discard, "Close; the changes are lost."),
                ),
            )
        )

    def _end(self, session: Session, then: Then) -> None:
        info = self._editor.runs.info(self._editor.runs.of(session))

        def close() -> None:
            self._editor.close(session)
            then()

        self._ask_running([info] if info is not None and info.status in LIVE else [], close)

    def _ask_running(self, live: list[RunInfo], then: Then) -> None:
        if not live:
            then()
            return

        def stop() -> None:
            for info in live:
                self._editor.runs.control(info.run, "stop")
            then()

        names = ", ".join(f"“{info.name}”" for info in live)
        verb = "is" if len(live) == 1 else "are"
        self._question.ask(
            Question(
                f"{names} {verb} being trained.",
                (
                    Answer("Keep training", then, "The training goes on; Neuroloom finds it again."),
                    Answer("Stop training", stop, "Write a checkpoint and end."),
                ),
            )
        )

    def _save_each(self, sessions: list[Session], then: Then) -> None:
        if not sessions:
            then()
            return
        self.save(sessions[0], lambda: self._save_each(sessions[1:], then))

    def _write(self, session: Session, path: Path, then: Then) -> None:
        try:
            session.save(path)
        except NeuroloomError as error:
            self._editor.notify("error", str(error), "Save elsewhere…", lambda: self.save_as(session, then))
            return
        self._settings.remember(self._settings.window.with_file(path.resolve()))
        then()

    def _folder(self) -> str:
        current = self._editor.current
        if current is not None and current.path is not None:
            return str(current.path.parent)
        return str(next((Path(name).parent for name in self._settings.window.files), Path.home()))


def _file_name(title: str) -> str:
    """A title without what file systems refuse."""
    kept = "".join(letter if letter.isalnum() or letter in "-_ " else "_" for letter in title).strip()
    return kept.replace(" ", "_")[:80] or "untitled"
