"""From nothing to the window on screen, then to the engine."""

from __future__ import annotations

import gc
import logging
import logging.handlers
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final

from PySide6.QtCore import QSocketNotifier, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from app.settings import Settings, home, resource
from app.state import EditorState
from app.theme import theme
from app.window.window import MainWindow
from engine.messages.protocol import RunInfo

log = logging.getLogger(__name__)
LOG_BYTES: Final = 2**20


def run(files: Sequence[Path], *, train: bool = False) -> int:
    """Open the window and stay until it is closed; returns the exit status."""
    _log_to(home() / "logs" / "editor.log")
    app = make_application()
    settings = Settings()
    theme.apply(app, settings.preferences.theme)
    editor = EditorState(journals=home() / "journals")
    window = MainWindow(editor, settings)
    Reporter(editor).install()
    for path in files:
        window.open_path(path)
    window.painted.connect(lambda: _begin(window, train=train))
    window.closed.connect(app.quit)
    interrupt = Interrupt(app)
    window.show()
    status = app.exec()
    interrupt.close()
    editor.shut_down()
    return status


def make_application() -> QApplication:
    """The Qt application with its names, its icon and sharp scaling."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    QApplication.setApplicationName("neuroloom")
    QApplication.setApplicationDisplayName("Neuroloom")
    QApplication.setDesktopFileName("neuroloom")
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(QIcon(str(resource("neuroloom.svg"))))
    return app


def _begin(window: MainWindow, *, train: bool) -> None:
    """The window is on screen: start the engine, offer what was lost, train where that was asked for."""
    gc.freeze()  # what stays to the end is not looked through again and again: 50 ms each time
    gc.enable()
    editor = window.editor
    engine = editor.engine
    if train and editor.current is not None:
        session = editor.current

        def once(state: str) -> None:
            if state == "connected":
                engine.state_changed.disconnect(once)
                editor.runs.start(session)

        engine.state_changed.connect(once)
    _tell_of_running(editor)
    engine.start()
    window.offer_recovery()


def _tell_of_running(editor: EditorState) -> None:
    """Say once that runs of an earlier editor still go on, and offer to watch the newest."""

    def listed() -> None:
        editor.runs.list_changed.disconnect(listed)
        own = {editor.runs.of(session) for session in editor.sessions}
        found = [info for info in editor.runs.live() if info.run not in own]
        if found and not any(editor.runs.starting(session) for session in editor.sessions):
            editor.notify("info", _running_words(found), "Watch", lambda: _watch(editor, found[0]))

    editor.runs.list_changed.connect(listed)


def _watch(editor: EditorState, info: RunInfo) -> None:
    from app.panels.resuming import watch  # panels are imported after the first paint

    watch(editor, info)


def _running_words(found: list[RunInfo]) -> str:
    names = ", ".join(f"“{info.name}”" for info in found)
    return f"{names} {'is' if len(found) == 1 else 'are'} still being trained."


class Reporter:
    """Turns an error that nobody expected into a notification, with the details in the log."""

    def __init__(self, editor: EditorState) -> None:
        self._editor = editor

    def install(self) -> None:
        """Take over from Python."""
        sys.excepthook = self.report

    def report(self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        """Write the details to the log and tell the user."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        log.error("an unexpected error", exc_info=(kind, error, traceback))
        path = home() / "logs" / "editor.log"
        self._editor.notify(
            "error",
            f"Something went wrong that should not: {kind.__name__}: {error}. Your work is kept.",
            "Show the log",
            lambda: _show_file(path),
        )


class Interrupt:
    """Ends the editor on SIGINT and SIGTERM; what is not saved is offered at the next start.

    Python runs signal handlers only between its own instructions, which do not come while Qt waits: the
    wake-up socket makes Qt look.
    """

    def __init__(self, app: QApplication) -> None:
        self._near, self._far = socket.socketpair()
        for end in (self._near, self._far):
            end.setblocking(False)
        self._old = signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._drain)
        self._app = app
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._quit)

    def close(self) -> None:
        """Put things back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._old)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        self._near.close()
        self._far.close()

    def _drain(self) -> None:
        self._near.recv(64)

    def _quit(self, _number: int, _frame: FrameType | None) -> None:
        self._app.exit(0)  # quit() would let the window ask, and nobody may be there to answer


def _show_file(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _log_to(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, delay=True)
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
