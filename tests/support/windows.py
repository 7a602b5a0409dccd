"""The real window, without an engine process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.settings import Settings, home
from app.state import EditorState
from app.theme import theme
from app.window import MainWindow
from engine.messages import protocol
from tests.support.editing import SilentEngine


@contextmanager
def open_window(qtbot: QtBot, editor: EditorState | None = None) -> Iterator[MainWindow]:
    """A window on the screen with the keyboard; closed without questions in the end."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light")
    editor = editor or EditorState(engine=SilentEngine(), journals=home() / "journals")
    window = MainWindow(editor, Settings())
    window.resize(1400, 900)
    with qtbot.waitSignal(window.painted):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    try:
        yield window
    finally:
        window._close_now()
        editor.shut_down()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def trigger(window: MainWindow, id: str) -> None:
    """Choose an action in a menu."""
    window.actions_bound.refresh_now()
    assert window.actions_bound[id].isEnabled(), id
    window.actions_bound[id].trigger()


def question(window: MainWindow) -> str:
    """The question that is asked, empty where none is."""
    asked = window.documents.question.question
    return asked.text if asked is not None and window.documents.question.isVisible() else ""


def answer(window: MainWindow, text: str) -> None:
    """Press the button of an answer."""
    button(window, text).click()


def button(window: MainWindow, text: str) -> QPushButton:
    """The button of an answer."""
    return next(button for button in window.documents.question.buttons if button.text() == text)


def notices(window: MainWindow) -> list[str]:
    """The messages of the notifications that are seen."""
    return [toast.notice.message for toast in window.toasts.shown]


def tell_run(window: MainWindow, status: str, run: str = "r1") -> None:
    """The engine tells of the run of the document in front."""
    session = window.editor.current
    assert session is not None
    window.editor.runs.show_for(session, run)
    info = protocol.RunInfo(run, session.title, status, 1.0)
    window.editor.engine.event_arrived.emit(protocol.RunChanged(info))


def engine_of(window: MainWindow) -> SilentEngine:
    """What keeps what the engine is asked."""
    assert isinstance(window.editor.engine, SilentEngine)
    return window.editor.engine
