"""Documents as tabs: opening, saving, closing, and what is asked on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.dialogs import WelcomePage
from app.settings import examples
from app.window import MainWindow
from engine.graph import AddNode, Document, Node, file
from engine.messages import protocol
from tests.support.editing import current, digits_net
from tests.support.windows import answer, engine_of, notices, open_window, question, tell_run, trigger


def edit(window: MainWindow) -> None:
    session = current(window.editor)
    session.apply(AddNode(Node(f"n{len(session.graph)}", "relu")), "Add")


def tabs(window: MainWindow) -> list[str]:
    return [window.documents.tabs.tabText(index) for index in range(window.documents.tabs.count())]


def choose(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    """The user names a file in the system's dialog, or none."""
    name = str(path) if path else ""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (name, ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([name] if name else [], ""))


def test_with_nothing_open_there_is_the_welcome_page(window: MainWindow) -> None:
    page = window.documents.findChild(WelcomePage)
    assert page is not None
    assert page.isVisible()
    window.editor.new()
    assert not page.isVisible()
    window.editor.close(current(window.editor))
    assert page.isVisible()


def test_an_example_of_the_welcome_page_opens_as_a_copy_and_trains(window: MainWindow) -> None:
    page = window.documents.findChild(WelcomePage)
    assert page is not None
    page.train_requested.emit(examples()[0])
    session = current(window.editor)
    assert session.path is None
    assert len(engine_of(window).of(protocol.StartRun)) == 1


def test_tabs_show_titles_marks_and_places(window: MainWindow, tmp_path: Path) -> None:
    file.save(Document(), tmp_path / "a&b.loom")
    window.open_path(tmp_path / "a&b.loom")
    window.editor.new()
    assert tabs(window) == ["a&&b", "Untitled"]
    edit(window)
    assert tabs(window) == ["a&&b", "Untitled •"]
    assert window.isWindowModified()
    current(window.editor).undo()
    assert tabs(window) == ["a&&b", "Untitled"]
    assert "a&amp;b.loom" in window.documents.tabs.tabToolTip(0)


def test_a_tab_chosen_is_the_document_in_front(window: MainWindow) -> None:
    first, second = window.editor.new(), window.editor.new()
    window.documents.tabs.setCurrentIndex(0)
    assert window.editor.current is first
    window.documents.tabs.tabBar().moveTab(0, 1)
    assert window.documents.session_at(1) is first
    assert window.editor.current is first
    window.step_document(1)
    assert window.editor.current is second


def test_saving_a_new_document_asks_where_and_adds_the_ending(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.editor.new(digits_net())
    choose(monkeypatch, tmp_path / "net")
    trigger(window, "file.save")
    assert file.load(tmp_path / "net.loom") == digits_net()
    assert tabs(window) == ["net"]
    assert window.settings.window.files == (str(tmp_path / "net.loom"),)


def test_opening_brings_back_what_was_saved(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.save(digits_net(), tmp_path / "net.loom")
    choose(monkeypatch, tmp_path / "net.loom")
    trigger(window, "file.open")
    assert current(window.editor).document == digits_net()


def test_a_file_that_cannot_be_read_is_told_and_leaves_the_recent_ones(window: MainWindow, tmp_path: Path) -> None:
    window.settings.remember(window.settings.window.with_file(tmp_path / "gone.loom"))
    window.open_path(tmp_path / "gone.loom")
    assert "cannot be read" in notices(window)[0]
    assert window.settings.window.files == ()


def test_a_failed_save_offers_another_place(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.editor.new()
    edit(window)
    choose(monkeypatch, tmp_path / "no such folder" / "net.loom")
    trigger(window, "file.save")
    (toast,) = window.toasts.shown
    assert (toast.notice.level, toast.notice.action) == ("error", "Save elsewhere…")
    assert current(window.editor).history.modified
    choose(monkeypatch, tmp_path / "net.loom")
    toast.button.click()
    assert (tmp_path / "net.loom").exists()


def test_an_untouched_document_closes_without_a_question(window: MainWindow) -> None:
    window.editor.new()
    trigger(window, "file.close")
    assert window.editor.sessions == []


@pytest.mark.parametrize("choice", ["Save", "Discard", "Cancel"])
def test_closing_what_is_not_saved_asks(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, choice: str
) -> None:
    window.editor.new()
    edit(window)
    choose(monkeypatch, tmp_path / "net.loom")
    trigger(window, "file.close")
    assert question(window) == "“Untitled” has changes that are not saved."
    answer(window, choice)
    assert question(window) == ""
    assert (len(window.editor.sessions) == 1) == (choice == "Cancel")
    assert (tmp_path / "net.loom").exists() == (choice == "Save")


def test_a_save_that_is_cancelled_closes_nothing(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    window.editor.new()
    edit(window)
    choose(monkeypatch, None)
    trigger(window, "file.close")
    answer(window, "Save")
    assert len(window.editor.sessions) == 1


def test_escape_takes_the_question_away(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.new()
    edit(window)
    trigger(window, "file.close")
    focused = window.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_Escape)
    assert question(window) == ""
    assert len(window.editor.sessions) == 1


def test_closing_a_document_in_training_asks_about_the_training(window: MainWindow) -> None:
    window.editor.new()
    tell_run(window, "running")
    trigger(window, "file.close")
    assert question(window) == "“Untitled” is being trained."
    answer(window, "Stop training")
    (stop,) = engine_of(window).of(protocol.ControlRun)
    assert (stop.run, stop.action) == ("r1", "stop")
    assert window.editor.sessions == []


def test_quitting_with_nothing_at_stake_closes_at_once(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.new()
    with qtbot.waitSignal(window.closed):
        trigger(window, "file.quit")
    assert not window.isVisible()


def test_quitting_asks_once_about_all_that_is_not_saved(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    for name in ("a.loom", "b.loom"):
        file.save(Document(), tmp_path / name)
        window.open_path(tmp_path / name)
        edit(window)
    window.close()
    assert window.isVisible()
    assert question(window) == "“a”, “b” have changes that are not saved."
    with qtbot.waitSignal(window.closed):
        answer(window, "Save all")
    assert len(file.load(tmp_path / "b.loom").graph()) == 1


def test_a_quit_called_off_loses_nothing_of_what_was_to_be_discarded(window: MainWindow) -> None:
    window.editor.new()
    edit(window)
    tell_run(window, "running")
    window.close()
    answer(window, "Discard")
    assert question(window) == "“Untitled” is being trained."
    answer(window, "Cancel")
    assert len(window.editor.sessions) == 1
    assert window.isVisible()


def test_quitting_may_leave_the_training_running(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.new()
    tell_run(window, "running")
    window.close()
    with qtbot.waitSignal(window.closed):
        answer(window, "Keep training")
    assert engine_of(window).of(protocol.ControlRun) == []


def test_a_file_dropped_on_the_window_opens(window: MainWindow, tmp_path: Path) -> None:
    file.save(digits_net(), tmp_path / "net.loom")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "net.loom"))])
    window.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    assert current(window.editor).document == digits_net()


def test_python_is_exported_to_a_file(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window.editor.new(digits_net())
    choose(monkeypatch, tmp_path / "net")
    trigger(window, "file.export_python")
    source = (tmp_path / "net.py").read_text()
    compile(source, "net.py", "exec")
    assert "class " in source
    assert notices(window) == ["net.py was written."]


def test_python_of_a_broken_network_is_refused_with_the_reason(window: MainWindow, tmp_path: Path) -> None:
    window.editor.new()
    current(window.editor).apply(AddNode(Node("dense", "dense")), "Add")
    trigger(window, "file.export_python")
    (toast,) = window.toasts.shown
    assert toast.notice.level == "error"
    assert "dense" in toast.notice.message


@pytest.mark.parametrize("choice", ["Bring it back", "Throw it away", "Ask next time"])
def test_work_of_an_editor_that_died_is_offered(qtbot: QtBot, choice: str, monkeypatch: Any) -> None:
    with open_window(qtbot) as dead:
        dead.editor.new(Document(title="Lost"))
        edit(dead)
        journals = dead.editor._journals
        assert journals is not None
    (path,) = journals.glob("*.journal")
    path.write_bytes(path.read_bytes().replace(b'"started":', b'"started":1', 1))
    with open_window(qtbot) as window:
        window.offer_recovery()
        assert question(window) == "Neuroloom ended before this was saved: “Lost” (1 node, 1 step)."
        answer(window, choice)
        opened = [session.title for session in window.editor.sessions]
        assert opened == (["Lost"] if choice == "Bring it back" else [])
        left = len(window.editor.recoverable())
        assert left == (1 if choice == "Ask next time" else 0)


def test_with_nothing_lost_nothing_is_asked(window: MainWindow) -> None:
    window.offer_recovery()
    assert question(window) == ""
