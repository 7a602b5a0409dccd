"""What dies takes nothing else with it: real engine, real run process."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from app.settings import examples
from app.state import EditorState, Session
from engine.graph import SetRecipe

WAIT_MS = 60_000


class Desk:
    """An editor without a window, training an example that would go on for long."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.editor = EditorState()
        self.notices: list[str] = []
        self.editor.noticed.connect(lambda notice: self.notices.append(notice.message))

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def train(self, name: str) -> str:
        session = self.open(name)
        session.apply(SetRecipe({"epochs": 100_000}), "Train for long")
        self.connect()
        self.editor.runs.start(session)
        self.until(lambda: self.status(self.editor.runs.of(session)) == "running")
        return self.editor.runs.of(session)

    def open(self, name: str) -> Session:
        path = next(path for path in examples() if path.stem == name)
        return self.editor.open(path)

    def connect(self) -> None:
        self.editor.engine.start()
        self.until(lambda: self.editor.engine.state in ("connected", "ready"))

    def status(self, run: str) -> str:
        info = self.editor.runs.info(run)
        return info.status if info else ""

    def points(self) -> int:
        data = self.editor.runs.data
        return len(data.series.get("train/loss", ([], []))[0]) if data else 0

    def stop(self, run: str) -> None:
        self.editor.runs.control(run, "stop")
        self.until(lambda: self.status(run) == "stopped")


def trainer(run: str) -> psutil.Process:
    """The process that holds a run's lock."""
    lock = str(Path(run) / "lock")
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(file.path == lock for file in process.open_files()):
                return process
    raise AssertionError(f"nobody trains in {run}")


@pytest.fixture
def desks(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[], Desk]]:
    """Makes desks, and clears them away."""
    made: list[Desk] = []

    def make() -> Desk:
        made.append(Desk(qtbot))
        return made[-1]

    yield make
    for desk in made:
        desk.editor.shut_down()


def test_a_killed_engine_is_started_again_and_its_run_goes_on(desks: Callable[[], Desk]) -> None:
    desk = desks()
    run = desk.train("gated_iris")
    desk.until(desk.points)
    old = desk.editor.engine.pid
    os.kill(old, signal.SIGKILL)
    desk.until(lambda: desk.editor.engine.pid not in (0, old))
    desk.until(lambda: desk.editor.engine.state in ("connected", "ready"))
    assert any("started again" in message for message in desk.notices)
    before = desk.points()
    desk.until(lambda: desk.status(run) == "running" and desk.points() > before)
    desk.stop(run)


def test_a_run_outlives_the_editor_and_is_found_again(desks: Callable[[], Desk]) -> None:
    first = desks()
    run = first.train("gated_iris")
    os.kill(first.editor.engine.pid, signal.SIGSTOP)  # as good as gone: it says and hears nothing more
    second = desks()
    second.connect()
    second.until(lambda: second.status(run) == "running")
    second.editor.runs.show(run)
    second.until(second.points)
    second.stop(run)
    os.kill(first.editor.engine.pid, signal.SIGCONT)


def test_a_killed_run_is_told_and_keeps_its_curves(desks: Callable[[], Desk]) -> None:
    desk = desks()
    run = desk.train("gated_iris")
    desk.until(lambda: desk.points() > 10)
    trainer(run).kill()
    desk.until(lambda: desk.status(run) == "dead")
    assert desk.points() > 10
    desk.editor.runs.start(desk.editor.sessions[0], resume=run)
    desk.until(lambda: desk.status(run) == "running")
    desk.stop(run)
