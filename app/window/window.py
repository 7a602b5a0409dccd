"""The main window: wires panels, canvases, actions and files together, and holds no logic of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec
from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from app.actions import Arrangement, BoundActions, Canvas, CommandPalette, Dock
from app.settings import Settings, examples
from app.state import EditorState, Session
from app.theme import theme
from app.window.docks import Docks
from app.window.documents import Documents
from app.window.files import Files
from app.window.panels import dock_specs, welcome_page
from app.window.recovery import offer_recovery
from app.window.status_bar import StatusBar
from app.window.toasts import Toasts
from app.window.toolbar import ToolBar
from engine.graph import file

if TYPE_CHECKING:
    from app.canvas import CanvasView
    from app.panels import InspectorPanel

LARGEST = QSize(1920, 1200)


class MainWindow(QMainWindow):
    """The editor's window.

    Signals:
        painted(): the window is on screen for the first time.
        closed(): the window was closed for good.
    """

    painted = Signal()
    closed = Signal()

    def __init__(self, editor: EditorState, settings: Settings) -> None:
        super().__init__()
        self.editor, self.settings = editor, settings
        self._painted = self._may_close = self._closing = False
        self.setWindowTitle("Neuroloom")
        self.setAcceptDrops(True)
        self.status = StatusBar(editor)
        self.documents = Documents(editor, self._make_canvas, self._make_welcome)
        self._docks = Docks(self, self.documents, dock_specs(editor, self))
        self.files = Files(editor, settings, self.documents.question, self)
        self.documents.close_wanted.connect(self.files.close)
        self.actions_bound = BoundActions(self, self, self.documents)
        self.actions_bound.fill(self.menuBar())
        self.addToolBar(ToolBar(editor, self.actions_bound))
        self.setStatusBar(self.status)
        self.toasts = Toasts(self, below=self.status.sizeHint().height())
        self.palette_bar = CommandPalette(self, self.actions_bound, self)
        self.actions_bound.ran.connect(self._remember_action)
        self._follow_state()
        self._restore()

    # What actions ask of the window.

    @property
    def canvas(self) -> Canvas | None:
        """The canvas in front."""
        return cast("Canvas | None", self.documents.canvas)

    @property
    def docks(self) -> list[Dock]:
        """The docks that can be shown and hidden."""
        return list(self._docks.specs)

    def open_files(self) -> None:
        """Ask for files and open them."""
        self.files.open_files()

    def open_path(self, path: Path) -> None:
        """Open a file."""
        self.files.open(path)

    def open_example(self, path: Path) -> None:
        """Open a copy of an example."""
        self.files.open_example(path)

    def open_or_copy(self, path: Path) -> None:
        """Open a file; of an example, a copy."""
        if path in examples():
            self.files.open_example(path)
        else:
            self.files.open(path)

    def open_and_train(self, path: Path) -> None:
        """Open a file and train it at once."""
        self.open_or_copy(path)
        if self.editor.current is not None:
            self.editor.runs.start(self.editor.current)

    def save(self, session: Session) -> None:
        """Save a document."""
        self.files.save(session)

    def save_as(self, session: Session) -> None:
        """Save a document to another file."""
        self.files.save_as(session)

    def export_python(self, session: Session) -> None:
        """Write a document as Python."""
        self.files.export_python(session)

    def close_document(self, session: Session) -> None:
        """Close a document."""
        self.files.close(session)

    def step_document(self, by: int) -> None:
        """Bring a neighbouring document to the front."""
        self.documents.step(by)

    def arrange(self, name: Arrangement) -> None:
        """Arrange the docks as they were left in that arrangement; asked for again, as they were at first."""
        same = name == self._docks.arrangement
        self._remember_docks()
        if same or not self._restore_docks(name):
            self._docks.arrange(name)
        if self.documents.canvas is not None:
            self.documents.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def is_dock_open(self, id: str) -> bool:
        """Whether a dock is shown."""
        return self._docks.is_open(id)

    def toggle_dock(self, id: str) -> None:
        """Show or hide a dock."""
        self._docks.set_open(id, not self._docks.is_open(id))

    def set_theme(self, choice: Literal["system", "light", "dark"]) -> None:
        """Change the colours and keep the choice."""
        self.settings.prefer(theme=choice)
        theme.apply(cast(QApplication, QApplication.instance()), choice)

    def open_palette(self) -> None:
        """Show the command palette."""
        self.palette_bar.open()

    def toggle_full_screen(self) -> None:
        """Fill the screen or go back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # Qt's events.

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close:
            self._closing = True
            self.files.close_all(self._close_now)
            self._closing = False
        if not self._may_close:
            event.ignore()
            return
        self._remember()
        event.accept()
        self.closed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._painted and self.editor.current is None:
            self._docks.clear()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self._first_paint)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(path.suffix == file.SUFFIX for path in _paths(event)):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for path in _paths(event):
            self.files.open(path)
        event.acceptProposedAction()

    def offer_recovery(self) -> None:
        """Offer work that was not saved when an editor ended."""
        offer_recovery(self.editor, self.documents.question)

    def _first_paint(self) -> None:
        self.painted.emit()

    def _close_now(self) -> None:
        self._may_close = True
        if not self._closing:  # Qt ignores a close within a close
            self.close()

    def _make_canvas(self, session: Session) -> QWidget:
        from app.canvas import CanvasView, ViewState  # 0.1 s that the welcome page need not wait for

        canvas = CanvasView(self.editor, session)
        canvas.hint_changed.connect(self.status.show_hint)
        canvas.edit_parameter_requested.connect(lambda _: self._edit_parameters())
        seen = self.settings.window.view(session.path)
        if seen is not None:  # once the canvas has its size
            QTimer.singleShot(0, canvas, lambda: canvas.restore_view(ViewState(*seen)))
        return canvas

    def _remember_view(self, session: Session) -> None:
        canvas = self.documents.canvas_of(session)
        if session.path is not None and canvas is not None:
            seen = cast("CanvasView", canvas).levels.of_main()
            self.settings.remember(self.settings.window.with_view(session.path, seen.scale, seen.x, seen.y))

    def _edit_parameters(self) -> None:
        self._docks.show("inspector")
        inspector = cast("InspectorPanel", self._docks.content("inspector"))
        QTimer.singleShot(0, inspector, inspector.edit_first)  # only what is shown can take the keyboard

    def add_kind(self, kind: str, params: object) -> None:
        """Add a node that was chosen in the palette; without a document, in a new one."""
        if self.editor.current is None:
            self.editor.new()
        self._on_canvas(lambda canvas: canvas.add_kind(kind, cast("dict[str, Any]", params)))

    def reveal(self, node: str) -> None:
        """Bring a node to the middle of the canvas in front."""
        self._on_canvas(lambda canvas: canvas.reveal(node))

    def _on_canvas(self, do: Callable[[CanvasView], object]) -> None:
        canvas = self.documents.canvas
        if canvas is not None:
            do(cast("CanvasView", canvas))
            canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_plots(self) -> None:
        """Bring the curves to the front: a run was chosen."""
        self._docks.show("curves")

    def show_problem_count(self, errors: int, warnings: int) -> None:
        """Write on the dock how much there is to mend."""
        count = errors + warnings
        self._docks.set_title("problems", f"Problems ({count})" if count else "Problems")

    def _make_welcome(self) -> QWidget:
        recents = [Path(name) for name in self.settings.window.files]
        return welcome_page(self.editor, examples(), recents, self)

    def _follow_state(self) -> None:
        refresh = self.actions_bound.refresh
        for signal in (
            self.editor.current_changed,
            self.editor.session_added,
            self.editor.session_removed,
            self.editor.runs.list_changed,
            self.editor.engine.state_changed,
            self._docks.changed,
        ):
            signal.connect(lambda *_: refresh())
        self.editor.noticed.connect(self.toasts.add)
        self.editor.session_added.connect(self._follow_session)
        self.documents.closing.connect(self._remember_view)
        self.editor.current_changed.connect(lambda _: self._show_title())
        self.editor.current_changed.connect(self._follow_current)
        for session in self.editor.sessions:
            self._follow_session(session)
        self._show_title()

    def _follow_session(self, session: Session) -> None:
        refresh = self.actions_bound.refresh
        for signal in (
            session.level_changed,
            session.changed,
            session.selection_changed,
            session.history_changed,
            session.file_changed,
        ):
            signal.connect(lambda *_: refresh())
        session.history_changed.connect(self._show_title)
        session.file_changed.connect(self._show_title)
        if session.path is not None:
            self.settings.remember(self.settings.window.with_file(session.path))

    def _show_title(self) -> None:
        session = self.editor.current
        self.setWindowTitle(f"{session.title}[*] – Neuroloom" if session else "Neuroloom")
        self.setWindowModified(session is not None and session.history.modified)
        self.setWindowFilePath(str(session.path) if session is not None and session.path else "")

    def _restore(self) -> None:
        remembered = self.settings.window
        if remembered.geometry:
            self.restoreGeometry(QByteArray(remembered.geometry))
        else:
            self._fill_screen()
        name = remembered.arrangement if remembered.arrangement in ("design", "train", "analyse") else "design"
        if not self._restore_docks(cast(Arrangement, name)):
            self._docks.begin(cast(Arrangement, name))

    def _fill_screen(self) -> None:
        """At the first start: a network wants room. A very large screen is left some for other windows."""
        room = self.screen().availableSize()
        if room.width() <= LARGEST.width():
            self.resize(room)
            self.setWindowState(Qt.WindowState.WindowMaximized)
        else:
            self.resize(room.boundedTo(LARGEST))

    def _follow_current(self, session: Session | None) -> None:
        """The welcome page stands alone; docks come with the first document."""
        if session is None:
            self._remember_docks()
            self._docks.clear()
        elif self._docks.cleared:
            if not self._restore_docks(self._docks.arrangement):
                self._docks.arrange(self._docks.arrangement)
            if self.documents.canvas is not None:  # docks that come take the focus away
                self.documents.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _restore_docks(self, name: Arrangement) -> bool:
        state = self.settings.window.docks.get(name)
        if not state or not self._docks.restore(state):
            return False
        self._docks.arrangement = name
        return True

    def _remember_docks(self) -> None:
        if self._docks.cleared:
            return
        docks = {**self.settings.window.docks, self._docks.arrangement: self._docks.save()}
        self.settings.remember(msgspec.structs.replace(self.settings.window, docks=docks))

    def _remember(self) -> None:
        for session in self.editor.sessions:
            self._remember_view(session)
        self._remember_docks()
        self.settings.remember(
            msgspec.structs.replace(
                self.settings.window,
                geometry=bytes(self.saveGeometry().data()),
                arrangement=self._docks.arrangement,
            )
        )

    def _remember_action(self, id: str) -> None:
        self.settings.remember(self.settings.window.with_action(id))


def _paths(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
