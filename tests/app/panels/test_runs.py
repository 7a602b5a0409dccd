"""The list of runs, and what can be done with one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.panels import RunsPanel, figures
from app.panels.resuming import watch
from app.state import EditorState
from engine.graph import SetMeta, file
from engine.messages import protocol
from tests.support.editing import SilentEngine, current, digits_net, editor_of

Front = Callable[[QWidget], None]


def runs_panel(in_front: Front, *infos: protocol.RunInfo) -> tuple[RunsPanel, EditorState, SilentEngine]:
    """A panel with runs."""
    editor = editor_of(digits_net())
    panel = RunsPanel(editor)
    in_front(panel)
    engine = editor.engine
    assert isinstance(engine, SilentEngine)
    for info in infos:
        engine.event_arrived.emit(protocol.RunChanged(info))
    return panel, editor, engine


def info(run: str, created: float = 0.0, **fields: Any) -> protocol.RunInfo:
    """A run, finished unless said otherwise."""
    given = {"name": "digits", "status": "finished", "epoch": 20, "epochs": 20, "device": "cpu"}
    return protocol.RunInfo(run=run, created=created, **{**given, **fields})


def texts(panel: RunsPanel, row: int) -> list[str]:
    """The cells of a row."""
    model = panel.model
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def choose(panel: RunsPanel, of: protocol.RunInfo, title: str) -> None:
    """Trigger an entry of a run's menu."""
    next(action for action in panel.menu(of).actions() if action.text() == title).trigger()


def test_the_newest_stands_first_with_its_best_value(in_front: Front) -> None:
    panel, _, _ = runs_panel(
        in_front,
        info("old", 1.0),
        info("new", 2.0, epoch=3, best={"val/loss": 0.2, "val/accuracy": 0.9712}, watched="accuracy"),
    )
    assert texts(panel, 0)[0::2] == ["digits", "3/20", "cpu"]
    assert texts(panel, 0)[3] == "accuracy 0.9712"
    assert panel.model.info(1).run == "old"


def test_an_empty_list_says_how_to_fill_it(in_front: Front) -> None:
    panel, _, engine = runs_panel(in_front)
    assert not panel.table.isVisible()
    engine.event_arrived.emit(protocol.RunChanged(info("first")))
    assert panel.table.isVisible()


def test_a_click_shows_a_run_and_keeps_it_as_the_documents_own(qtbot: QtBot, in_front: Front) -> None:
    panel, editor, engine = runs_panel(in_front, info("a", 2.0), info("b", 1.0))
    place = panel.table.visualRect(panel.model.index(1, 0)).center()
    with qtbot.waitSignal(panel.run_activated) as shown:
        qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert shown.args == ["b"]
    assert engine.of(protocol.WatchRun)[-1].run == "b"
    assert editor.current is not None
    assert editor.runs.of(editor.current) == "b"


def test_news_of_a_run_keeps_the_row(qtbot: QtBot, in_front: Front) -> None:
    panel, _, engine = runs_panel(in_front, info("a", 2.0, status="running", epoch=1), info("b", 1.0))
    panel.table.selectRow(0)
    with qtbot.assertNotEmitted(panel.model.modelReset):
        engine.event_arrived.emit(protocol.RunChanged(info("a", 2.0, status="running", epoch=2)))
    assert panel.table.currentIndex().row() == 0
    assert texts(panel, 0)[2] == "2/20"


def test_opening_the_design_makes_a_new_document(in_front: Front, tmp_path: Path) -> None:
    file.save(digits_net(), tmp_path / "design.loom")
    run = info(str(tmp_path))
    panel, editor, _ = runs_panel(in_front, run)
    choose(panel, run, "Open its design as a new document")
    assert len(editor.sessions) == 2
    assert editor.sessions[1].document == digits_net()
    assert editor.sessions[1].path is None


def test_resuming_opens_the_design_and_goes_on(in_front: Front, tmp_path: Path) -> None:
    file.save(digits_net(), tmp_path / "design.loom")
    run = info(str(tmp_path), status="stopped", epoch=4)
    panel, editor, engine = runs_panel(in_front, run)
    current(editor).apply(SetMeta(title="Another"), "Set title")
    choose(panel, run, "Resume from the last checkpoint")
    (request,) = engine.of(protocol.StartRun)
    assert request.resume == str(tmp_path)
    assert editor.runs.starting(editor.sessions[1])


def test_a_run_of_the_document_in_front_goes_on_there(in_front: Front, tmp_path: Path) -> None:
    file.save(digits_net(), tmp_path / "design.loom")
    run = info(str(tmp_path), status="stopped", epoch=4)
    panel, editor, engine = runs_panel(in_front, run)
    choose(panel, run, "Resume from the last checkpoint")
    assert len(editor.sessions) == 1
    assert editor.runs.starting(current(editor))
    assert len(engine.of(protocol.StartRun)) == 1


def test_a_design_that_cannot_be_read_is_told(qtbot: QtBot, in_front: Front, tmp_path: Path) -> None:
    (tmp_path / "design.loom").write_text("{")
    run = info(str(tmp_path))
    panel, editor, _ = runs_panel(in_front, run)
    with qtbot.waitSignal(editor.noticed) as told:
        choose(panel, run, "Open its design as a new document")
    assert told.args[0].level == "error"
    assert "design.loom" in told.args[0].message


def test_deleting_is_for_runs_that_ended(in_front: Front) -> None:
    ended, live = info("a", 2.0), info("b", 1.0, status="running")
    panel, _, engine = runs_panel(in_front, ended, live)
    choose(panel, live, "Delete")
    assert engine.of(protocol.DeleteRun) == []
    choose(panel, ended, "Delete")
    assert [request.run for request in engine.of(protocol.DeleteRun)] == ["a"]


def test_names_are_plain_text_in_tool_tips(in_front: Front) -> None:
    panel, _, _ = runs_panel(in_front, info("a", name="<img src=x>"))
    about = panel.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img" in about
    assert "<img" not in about


def test_figures_are_words() -> None:
    assert figures.count(61706) == "61,706"
    assert [figures.flops(n) for n in (0, 999, 416_520, 2_000_000_000)] == [
        "0 FLOP",
        "999 FLOP",
        "417 kFLOP",
        "2 GFLOP",
    ]
    assert [figures.memory(n) for n in (0, 1023, 1536, 3 * 2**20)] == ["0 B", "1023 B", "1.5 KiB", "3 MiB"]
    assert [figures.duration(s) for s in (0, 72.2, 7389)] == ["0:00", "1:12", "2:03:09"]
    noon = 1_762_171_200.0
    assert figures.when(noon, noon + 60).count(":") == 1
    assert figures.when(noon - 400 * 86400, noon) == "2024-09-29"
    assert " " in figures.when(noon - 5 * 86400, noon)


def test_watching_opens_the_design_unless_it_is_in_front(in_front: Front, tmp_path: Path) -> None:
    file.save(digits_net(), tmp_path / "design.loom")
    run = info(str(tmp_path), status="running", epoch=4)
    _, editor, _ = runs_panel(in_front, run)
    watch(editor, run)
    assert len(editor.sessions) == 1
    assert editor.runs.of(current(editor)) == run.run
    current(editor).apply(SetMeta(title="Another"), "Set title")
    watch(editor, run)
    assert len(editor.sessions) == 2
    assert editor.runs.of(editor.sessions[1]) == run.run
