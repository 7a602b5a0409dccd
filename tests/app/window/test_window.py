"""The window around the documents: docks, notifications, status bar, what it remembers."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.actions import Arrangement
from app.settings import Settings
from app.theme import theme
from app.window import MainWindow
from app.window.docks import PLANS
from app.window.toasts import AT_ONCE, SECONDS
from engine.graph import AddNode, Node, file
from engine.messages import protocol
from engine.messages.frames import Scalars
from tests.support.editing import current, digits_net
from tests.support.frames import maps, norms, progress
from tests.support.windows import engine_of, notices, open_window, tell_run, trigger


def open_docks(window: MainWindow) -> set[str]:
    return {dock.id for dock in window.docks if window.is_dock_open(dock.id)}


@pytest.mark.parametrize("name", list(PLANS))
def test_an_arrangement_shows_its_docks(window: MainWindow, qtbot: QtBot, name: Arrangement) -> None:
    window.arrange(name)
    plan = PLANS[name]
    assert open_docks(window) == {dock.id for dock in window.docks} - plan.closed
    for id in plan.front:
        qtbot.waitUntil(window._docks.content(id).isVisible)


def test_an_arrangement_comes_back_as_it_was_left_and_anew_when_asked_again(window: MainWindow) -> None:
    window.arrange("train")
    window.toggle_dock("gradients")
    window.arrange("design")
    window.arrange("train")
    assert not window.is_dock_open("gradients")
    window.arrange("train")
    assert window.is_dock_open("gradients")


def test_docks_and_arrangement_come_back_at_the_next_start(qtbot: QtBot) -> None:
    with open_window(qtbot) as first:
        first.editor.new()
        first.arrange("analyse")
        first.toggle_dock("python")
        before = open_docks(first)
    with open_window(qtbot) as second:
        second.editor.new()
        qtbot.waitUntil(lambda: open_docks(second) == before)
        assert second._docks.arrangement == "analyse"


def test_the_empty_views_say_what_to_do(window: MainWindow) -> None:
    for id in ("curves", "gradients", "maps"):
        texts = [label.text() for label in window._docks.content(id).findChildren(QLabel)]
        assert any(text.startswith("Press Train (Ctrl+Enter)") for text in texts), id


def test_frames_fill_the_views(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.new(digits_net())
    tell_run(window, "running")
    frames = [Scalars(step=1, epoch=0.1, values={"train/loss": 2.0}), norms(1), maps(node="conv"), progress()]
    window.editor.engine.event_arrived.emit(protocol.FrameEvents("r1", frames))
    for id in ("curves", "gradients", "maps"):
        window._docks.show(id)
        view = window._docks.content(id)
        assert view.plot is not None  # type: ignore[attr-defined]
        qtbot.waitUntil(view.plot.isVisible)  # type: ignore[attr-defined]


def test_a_plot_that_cannot_be_saved_is_told(window: MainWindow, tmp_path: Path) -> None:
    window.editor.new(digits_net())
    tell_run(window, "running")
    frame = Scalars(step=1, epoch=0.1, values={"train/loss": 2.0})
    window.editor.engine.event_arrived.emit(protocol.FrameEvents("r1", [frame]))
    view: Any = window._docks.content("curves")
    view.plot.menu.save(tmp_path / "no such folder" / "curves.csv")
    assert notices(window)[0].startswith("curves.csv was not written: ")


def test_selecting_a_node_has_its_large_pictures_recorded_once(window: MainWindow) -> None:
    window.editor.new(digits_net())
    window._docks.content("maps")
    tell_run(window, "running")
    session = current(window.editor)
    session.select(["conv"])
    session.select(["conv", "relu"])
    session.select(["relu"])
    asked = [(control.action, control.values) for control in engine_of(window).of(protocol.ControlRun)]
    assert asked == [
        ("watch", {"node": "conv", "sample": 0}),
        ("watch", {"node": "relu", "sample": 0}),
    ]


def test_a_run_that_is_over_is_asked_for_nothing(window: MainWindow) -> None:
    window.editor.new(digits_net())
    window._docks.content("maps")
    tell_run(window, "finished")
    current(window.editor).select(["conv"])
    assert engine_of(window).of(protocol.ControlRun) == []


def test_the_status_bar_tells_cost_engine_device_and_progress(window: MainWindow) -> None:
    status = window.status
    assert status.engine.accessibleName() == "Engine off"
    window.editor.new(digits_net())
    analysis = current(window.editor).analysis
    assert status.cost.text().startswith(f"{analysis.parameters:,} parameters · ")
    window.editor.engine.ready = protocol.EngineReady("2.13", ["cuda:0 H200", "cpu"], "CUDA is there.")
    window.editor.engine.state = "ready"
    window.editor.engine.state_changed.emit("ready")
    assert (status.engine.accessibleName(), status.device.text()) == ("Engine ready", "cuda:0 H200")
    tell_run(window, "running")
    window.editor.engine.event_arrived.emit(protocol.FrameEvents("r1", [progress()]))
    assert status.training.isVisible()
    assert status.training._text.text() == "epoch 3/20 · 1:12 left"
    tell_run(window, "finished")
    assert not status.training.isVisible()


def test_errors_are_counted_in_the_status_bar_and_on_the_dock(window: MainWindow) -> None:
    window._docks.content("problems")
    window.editor.new()
    current(window.editor).apply(AddNode(Node("dense", "dense")), "Add")
    errors = sum(d.severity == "error" for d in current(window.editor).analysis.diagnostics)
    assert window.status.cost.text().startswith(f"{errors} error")
    assert window._docks._docks["problems"].windowTitle().startswith("Problems (")


def test_hints_of_the_canvas_are_shown(window: MainWindow) -> None:
    window.editor.new()
    canvas: Any = window.canvas
    canvas.hint_changed.emit("Drop to connect")
    assert window.status.hint.text() == "Drop to connect"


def test_a_kind_of_the_palette_is_added_also_without_a_document(window: MainWindow) -> None:
    window.add_kind("relu", {})
    assert [node.kind for node in current(window.editor).graph.nodes()] == ["relu"]


def test_a_problem_leads_to_its_node(window: MainWindow) -> None:
    window.editor.new(digits_net())
    panel: Any = window._docks.content("problems")
    panel.node_activated.emit("hidden")
    assert current(window.editor).selection == ("hidden",)


def test_enter_on_a_node_leads_to_its_first_parameter(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.new(digits_net())
    window.toggle_dock("inspector")
    current(window.editor).select(["hidden"])
    trigger(window, "graph.parameters")
    assert window.is_dock_open("inspector")
    inspector = window._docks.content("inspector")
    qtbot.waitUntil(lambda: inspector.isAncestorOf(window.focusWidget() or window))


def test_the_theme_is_changed_and_kept(window: MainWindow, qapp: QApplication) -> None:
    window.set_theme("dark")
    assert theme.name == "dark"
    assert Settings().preferences.theme == "dark"


def test_the_device_is_chosen_for_the_recipe(window: MainWindow, qtbot: QtBot) -> None:
    from app.window.toolbar import DeviceButton

    button = window.findChild(DeviceButton)
    assert button is not None
    assert not button.isEnabled()
    window.editor.new()
    button.menu().aboutToShow.emit()
    next(action for action in button.menu().actions() if action.text() == "cpu").trigger()
    assert current(window.editor).document.recipe == {"device": "cpu"}
    assert button.text() == "cpu"
    current(window.editor).undo()
    assert button.text() == "auto"


def test_notifications_stack_in_the_corner_and_do_not_repeat(window: MainWindow) -> None:
    for number in range(AT_ONCE + 2):
        window.editor.notify("info", f"Message {number}")
    window.editor.notify("info", "Message 4")
    assert notices(window) == ["Message 2", "Message 3", "Message 5", "Message 4"]
    boxes = [toast.geometry() for toast in window.toasts.shown]
    assert all(one.bottom() < other.top() for one, other in itertools.pairwise(boxes))
    assert window.rect().contains(window.toasts.geometry())


def test_a_long_notification_is_shown_whole(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.notify("error", "This is a sentence. " * 20, "Do something", lambda: None)
    (toast,) = window.toasts.shown
    qtbot.waitUntil(lambda: toast.height() >= toast.layout().heightForWidth(toast.width()))
    assert window.rect().contains(window.toasts.geometry())


def test_a_notification_goes_when_dismissed_and_its_button_acts_once(window: MainWindow) -> None:
    done: list[str] = []
    window.editor.notify("warning", "Look", "Do", lambda: done.append("done"))
    window.toasts.shown[0].button.click()
    assert done == ["done"]
    assert notices(window) == []
    assert not window.toasts.isVisible()


def test_errors_stay_and_the_others_go_by_themselves(window: MainWindow) -> None:
    for level in ("info", "error"):
        window.editor.notify(level, level)  # type: ignore[arg-type]
    for toast in window.toasts.shown:
        QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    timers = {toast.notice.level: toast._life for toast in window.toasts.shown}
    assert not timers["error"].isActive()
    assert timers["info"].isActive()
    assert timers["info"].interval() == 1000 * SECONDS["info"]
    timers["info"].timeout.emit()
    assert notices(window) == ["error"]


def test_html_in_a_message_stays_text(window: MainWindow) -> None:
    window.editor.notify("info", "<img src='x'>")
    label = window.toasts.shown[0].findChildren(QLabel)[1]
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_panels_that_nobody_looks_at_are_not_made(window: MainWindow, qtbot: QtBot) -> None:
    assert window._docks._docks["python"].widget().content is None
    window._docks.show("python")
    qtbot.waitUntil(lambda: window._docks._docks["python"].widget().content is not None)


def test_what_was_seen_of_a_file_is_seen_again(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    file.save(digits_net(), path)
    window.open_path(path)
    canvas: Any = window.canvas
    canvas.zoom_to(0.5)
    before = canvas.view_state()
    window.editor.close(current(window.editor))
    window.open_path(path)
    canvas = window.canvas

    def as_before() -> bool:
        seen = canvas.view_state()
        return (seen.scale, seen.x, seen.y) == pytest.approx((0.5, before.x, before.y), abs=1)

    qtbot.waitUntil(as_before)


def test_the_welcome_page_stands_alone_and_docks_come_with_a_document(qtbot: QtBot) -> None:
    with open_window(qtbot) as window:
        assert not any(window.is_dock_open(dock.id) for dock in window.docks)
        session = window.editor.new()
        assert {"palette", "inspector", "training", "curves"} <= {
            dock.id for dock in window.docks if window.is_dock_open(dock.id)
        }
        window.toggle_dock("palette")
        window.editor.close(session)
        assert not any(window.is_dock_open(dock.id) for dock in window.docks)
        window.editor.new()
        assert window.is_dock_open("inspector")
        assert not window.is_dock_open("palette")
