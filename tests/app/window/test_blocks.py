"""Blocks in the real window: keys, menus, the way from a problem to its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.panels import ProblemsPanel
from app.settings import library
from app.state import TOP, Level, Session
from app.window import MainWindow
from engine.graph import Document, SetParams
from tests.support.blocks import lstm, nested, residual
from tests.support.editing import digits_net
from tests.support.windows import notices, trigger

NONE, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def opened(window: MainWindow, document: Document) -> tuple[Session, QWidget]:
    session = window.editor.new(document)
    canvas = window.documents.canvas
    assert canvas is not None
    canvas.setFocus()
    window.actions_bound.refresh_now()
    return session, canvas


def press(
    window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    window.actions_bound.refresh_now()
    focused = window.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifiers)


def test_keys_make_blocks_go_in_and_out_and_dissolve_them(window: MainWindow) -> None:
    session, _ = opened(window, digits_net())
    start = session.document.copy()
    session.select(["conv", "relu"])
    press(window, Qt.Key.Key_G, CTRL)
    assert session.selection == ("block1",)
    press(window, Qt.Key.Key_I)
    assert session.level == Level(("block1",))
    press(window, Qt.Key.Key_U)
    assert session.level == TOP
    press(window, Qt.Key.Key_G, CTRL | SHIFT)
    assert {"conv", "relu"} <= set(session.graph)
    assert session.document.blocks() == ["block1"]
    session.undo()
    session.undo()
    assert session.document == start


def test_actions_are_offered_where_they_fit(window: MainWindow) -> None:
    session, _ = opened(window, lstm().document)
    bound = window.actions_bound

    def offered() -> set[str]:
        bound.refresh_now()
        names = ("enter", "leave", "dissolve", "expose", "remember", "unrolled", "keep")
        return {name for name in names if bound[f"block.{name}"].isEnabled()}

    assert offered() == set()
    session.select(["rnn"])
    assert offered() == {"enter", "dissolve", "keep"}
    session.enter("rnn")
    assert offered() == {"leave", "remember", "unrolled", "keep"}
    session.select(["h"])
    assert offered() == {"leave", "expose", "remember", "unrolled", "keep"}
    trigger(window, "block.unrolled")
    bound.refresh_now()
    assert bound["block.unrolled"].isChecked()
    trigger(window, "block.unrolled")
    bound.refresh_now()
    assert not bound["block.unrolled"].isChecked()


def test_a_block_is_kept_for_all_documents(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROLOOM_HOME", str(tmp_path))
    session, _ = opened(window, residual().document)
    session.select(["stage"])
    trigger(window, "block.keep")
    assert notices(window)[-1] == "Residual is in your library."
    assert library.find("own:residual") is not None
    other, _ = opened(window, digits_net())
    window.add_kind("own:residual", {})
    assert other.document.blocks() == ["residual"]


def test_a_problem_leads_into_the_block(window: MainWindow) -> None:
    session, _ = opened(window, nested().document)
    session.apply(SetParams("conv2", {"out_channels": 5}, graph="residual"), "Set")
    panel = window._docks.content("problems")
    assert isinstance(panel, ProblemsPanel)
    window._docks.show("problems")
    panel.refresh()
    row = next(row for row in panel.rows if row.diagnostic.severity == "error")
    row.activated.emit()
    assert session.level == Level(row.diagnostic.within)
    assert session.graph_name == "residual"
    assert session.selection == ("add1",)


def test_the_view_of_the_main_graph_is_remembered(window: MainWindow, tmp_path: Path) -> None:
    session, canvas = opened(window, nested().document)
    path = tmp_path / "net.loom"
    session.save(path)
    window.canvas.zoom_in()  # type: ignore[union-attr]
    seen = canvas.view_state()  # type: ignore[attr-defined]
    session.enter("net")
    window.documents.closing.emit(session)
    assert window.settings.window.view(path) == (seen.scale, seen.x, seen.y)
