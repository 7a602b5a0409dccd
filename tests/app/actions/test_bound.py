"""Actions in the window: when they can be run, by key, menu and palette."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.actions import all_actions
from app.settings import Settings
from app.window import MainWindow
from engine.graph import AddNode, Node
from engine.messages import protocol
from tests.support.editing import current, digits_net
from tests.support.windows import engine_of, open_window, tell_run, trigger

ALWAYS = {
    "file.new", "file.open", "file.examples", "file.quit", "run.restart_engine", "view.palette", "view.design",
    "view.train", "view.analyse", "view.docks", "view.theme", "view.full_screen",
}  # fmt: skip


def enabled(window: MainWindow) -> set[str]:
    window.actions_bound.refresh_now()
    return {id for id in all_actions() if window.actions_bound[id].isEnabled()}


def test_with_nothing_open_only_what_needs_no_document_can_be_run(window: MainWindow) -> None:
    assert enabled(window) == ALWAYS


def test_an_empty_document_can_be_saved_and_added_to(window: MainWindow) -> None:
    window.editor.new()
    new = enabled(window) - ALWAYS
    assert {"file.save", "file.save_as", "file.close", "graph.add", "edit.paste"} <= new
    assert not {"run.train", "edit.undo", "edit.copy", "file.export_python", "view.fit", "edit.find"} & new


def test_selection_history_and_analysis_decide_the_rest(window: MainWindow) -> None:
    window.editor.new(digits_net())
    assert "run.train" in enabled(window)
    session = current(window.editor)
    session.select(["conv"])
    assert {"edit.copy", "edit.cut", "edit.duplicate", "graph.rename"} <= enabled(window)
    assert "graph.align_top" not in enabled(window)
    session.select(["conv", "relu"])
    assert "graph.align_top" in enabled(window)
    session.apply(AddNode(Node("lost", "dense")), "Add")
    assert "edit.undo" in enabled(window)
    assert "run.train" not in enabled(window), "a node in error"
    session.undo()
    assert "edit.redo" in enabled(window)


def test_enabling_follows_the_state_by_itself(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.new(digits_net())
    qtbot.waitUntil(window.actions_bound["run.train"].isEnabled)
    tell_run(window, "running")
    qtbot.waitUntil(lambda: not window.actions_bound["run.train"].isEnabled())
    assert window.actions_bound["run.stop"].isEnabled()


@pytest.mark.parametrize(
    ("status", "possible"),
    [
        ("running", {"run.stop", "run.pause", "run.step"}),
        ("paused", {"run.stop", "run.pause", "run.step"}),
        ("finished", {"run.train"}),
        ("stopped", {"run.train", "run.resume"}),
        ("dead", {"run.train", "run.resume"}),
    ],
)
def test_the_status_of_the_run_decides_what_can_be_done_with_it(
    window: MainWindow, status: str, possible: set[str]
) -> None:
    window.editor.new(digits_net())
    tell_run(window, status)
    of_run = {id for id in enabled(window) if id.startswith("run.")} - {"run.restart_engine"}
    assert of_run == possible
    assert window.actions_bound["run.pause"].isChecked() == (status == "paused")
    assert not {"run.train", "run.stop"} <= of_run, "they share a key"


def test_one_key_trains_and_stops(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.new(digits_net())
    window.actions_bound.refresh_now()
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(engine_of(window).of(protocol.StartRun)) == 1
    tell_run(window, "running")
    window.actions_bound.refresh_now()
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [control.action for control in engine_of(window).of(protocol.ControlRun)] == ["stop"]


def test_pause_goes_on_when_paused(window: MainWindow) -> None:
    window.editor.new(digits_net())
    for status in ("running", "paused"):
        tell_run(window, status)
        trigger(window, "run.pause")
    assert [control.action for control in engine_of(window).of(protocol.ControlRun)] == ["pause", "resume"]


def test_a_stopped_run_goes_on_from_its_folder(window: MainWindow) -> None:
    window.editor.new(digits_net())
    tell_run(window, "stopped")
    trigger(window, "run.resume")
    (asked,) = engine_of(window).of(protocol.StartRun)
    assert asked.resume == "r1"


def test_canvas_keys_work_on_the_canvas_and_leave_text_fields_alone(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.new(digits_net())
    session = current(window.editor)
    canvas: Any = window.canvas
    canvas.setFocus()
    window.actions_bound.refresh_now()
    qtbot.keyClick(canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(session.selection) == len(session.graph)
    window.actions_bound.refresh_now()
    field = window._docks.content("palette").findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    qtbot.keyClicks(field, "lf")
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert field.text() == "l"
    assert len(session.graph) == len(digits_net().graph())
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert len(session.graph) == 0


def test_copy_and_paste_by_key(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.new(digits_net())
    session = current(window.editor)
    canvas: Any = window.canvas
    canvas.setFocus()
    session.select(["conv", "relu"])
    for key in (Qt.Key.Key_C, Qt.Key.Key_V):
        window.actions_bound.refresh_now()
        qtbot.keyClick(canvas, key, Qt.KeyboardModifier.ControlModifier)
    assert len(session.graph) == len(digits_net().graph()) + 2


def test_keys_are_the_users_to_change(qtbot: QtBot) -> None:
    settings = Settings()
    settings.shortcuts = {"file.new": "Ctrl+J", "file.open": ""}
    settings.save()
    with open_window(qtbot) as window:
        assert [key.toString() for key in window.actions_bound["file.new"].shortcuts()] == ["Ctrl+J"]
        assert window.actions_bound["file.open"].shortcuts() == []


def test_the_menus_hold_every_action(window: MainWindow) -> None:
    shown = {
        entry.objectName()
        for menu in window.menuBar().actions()
        for entry in menu.menu().actions()
        if not entry.isSeparator()
    }
    assert shown == set(all_actions())


def test_a_submenu_is_filled_when_it_opens(window: MainWindow) -> None:
    window.editor.new()
    menu = window.actions_bound["view.docks"].menu()
    menu.aboutToShow.emit()
    ticked = {entry.text(): entry.isChecked() for entry in menu.actions()}
    assert ticked["Curves"]
    next(entry for entry in menu.actions() if entry.text() == "Curves").trigger()
    assert not window.is_dock_open("curves")
    menu.aboutToShow.emit()
    assert not next(entry for entry in menu.actions() if entry.text() == "Curves").isChecked()


@pytest.mark.parametrize("id", ["view.fit", "view.zoom_in", "view.zoom_out", "view.zoom_reset"])
def test_the_view_follows_its_actions(window: MainWindow, id: str) -> None:
    window.editor.new(digits_net())
    canvas: Any = window.canvas
    canvas.zoom_to(0.3)
    before = canvas.view_state()
    trigger(window, id)
    assert canvas.view_state() != before


def test_pictures_on_nodes_are_switched(window: MainWindow) -> None:
    window.editor.new(digits_net())
    window.actions_bound.refresh_now()
    assert window.actions_bound["view.pictures"].isChecked()
    trigger(window, "view.pictures")
    canvas: Any = window.canvas
    assert not canvas.live.enabled


class TestPalette:
    """The command palette."""

    def typed(self, window: MainWindow, qtbot: QtBot, text: str) -> Any:
        palette = window.palette_bar
        palette.open()
        qtbot.keyClicks(palette.field, text)
        return palette

    def titles(self, palette: Any) -> list[str]:
        return [palette.model.index(row, 0).data().split(",")[0] for row in range(palette.model.rowCount())]

    def test_every_action_that_can_be_run_is_in_it(self, window: MainWindow) -> None:
        window.editor.new(digits_net())
        window.open_palette()
        shown = set(self.titles(window.palette_bar))
        wanted = {all_actions()[id].title for id in enabled(window) if all_actions()[id].run}
        assert wanted <= shown
        assert "Curves" in shown, "what stands in submenus too"

    def test_a_few_letters_and_enter_run_it(self, window: MainWindow, qtbot: QtBot) -> None:
        palette = self.typed(window, qtbot, "new")
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
        assert len(window.editor.sessions) == 1
        assert not palette.isVisible()
        assert window.settings.window.actions == ("file.new",)

    def test_what_was_run_last_comes_first(self, window: MainWindow, qtbot: QtBot) -> None:
        window.settings.remember(window.settings.window.with_action("view.full_screen"))
        window.open_palette()
        assert self.titles(window.palette_bar)[0] == "Full screen"

    def test_a_node_is_found_and_shown(self, window: MainWindow, qtbot: QtBot) -> None:
        window.editor.new(digits_net())
        palette = self.typed(window, qtbot, "hidden")
        assert self.titles(palette)[0] == "hidden"
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
        assert current(window.editor).selection == ("hidden",)

    def test_arrows_move_and_escape_gives_the_focus_back(self, window: MainWindow, qtbot: QtBot) -> None:
        window.editor.new()
        canvas: Any = window.canvas
        canvas.setFocus()
        palette = self.typed(window, qtbot, "")
        qtbot.keyClick(palette.field, Qt.Key.Key_Down)
        assert palette.list.currentIndex().row() == 1
        qtbot.keyClick(palette.field, Qt.Key.Key_Up)
        qtbot.keyClick(palette.field, Qt.Key.Key_Up)
        assert palette.list.currentIndex().row() == 0
        qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
        assert not palette.isVisible()
        assert window.focusWidget() is canvas

    def test_it_goes_when_the_focus_goes(self, window: MainWindow, qtbot: QtBot) -> None:
        window.editor.new()
        palette = self.typed(window, qtbot, "x")
        canvas: Any = window.canvas
        canvas.setFocus()
        assert not palette.isVisible()

    def test_keys_are_shown(self, window: MainWindow, qtbot: QtBot) -> None:
        palette = self.typed(window, qtbot, "new")
        entry = palette.model.index(0, 0).data(Qt.ItemDataRole.UserRole)
        assert (entry.title, entry.place, entry.key) == ("New", "File", "Ctrl+N")

    def test_nothing_that_fits_runs_nothing(self, window: MainWindow, qtbot: QtBot) -> None:
        palette = self.typed(window, qtbot, "zzqqzz")
        assert palette.model.rowCount() == 0
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
        assert window.editor.sessions == []
