"""The whole story in the real window, with the real engine and the real run process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.canvas import CanvasView
from app.settings import Settings, examples
from app.state import EditorState, Session
from app.window.window import MainWindow
from engine.graph import Edge, SetRecipe, file
from engine.messages.frames import FeatureMaps, Frame, LayerNorms, Scalars

WAIT_MS = 60_000


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """A window on screen with an engine that starts."""
    editor = EditorState(journals=tmp_path / "journals")
    window = MainWindow(editor, Settings(tmp_path / "settings.json"))
    window.showNormal()
    window.resize(1500, 950)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    editor.engine.start()
    yield window
    for info in editor.runs.live():
        editor.runs.control(info.run, "stop")
    qtbot.waitUntil(lambda: not editor.runs.live(), timeout=WAIT_MS)
    editor.shut_down()
    window.deleteLater()


class Story:
    """The hands and eyes of a user."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.runs = window.editor.runs
        self.frames: list[Frame] = []
        self.runs.frames_arrived.connect(self.frames.extend)

    @property
    def session(self) -> Session:
        session = self.window.editor.current
        assert session is not None
        return session

    @property
    def canvas(self) -> CanvasView:
        canvas = self.window.documents.canvas
        assert isinstance(canvas, CanvasView)
        return canvas

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def shortcut(self, action: str, key: Qt.Key) -> None:
        """Ctrl and a key, on the canvas, once the action behind it is enabled."""
        self.until(self.window.actions_bound[action].isEnabled)
        self.canvas.setFocus()
        QTest.keyClick(self.canvas, key, Qt.KeyboardModifier.ControlModifier)

    def port(self, node: str, port: str, *, is_input: bool) -> QPoint:
        """Where a port lies on the canvas."""
        view = self.canvas.stage.scene.nodes[node]
        found = next(p for p in view.ports if p.name == port and p.is_input == is_input)
        return self.canvas.stage.camera.to_view(view.x + found.x, view.y + found.y).toPoint()

    def drag(self, start: QPoint, end: QPoint) -> None:
        """With the left button, in several moves as a hand does it."""
        button = Qt.MouseButton.LeftButton
        QTest.mousePress(self.canvas, button, Qt.KeyboardModifier.NoModifier, start)
        for part in range(1, 6):
            QTest.mouseMove(self.canvas, (QPointF(start) + QPointF(end - start) * part / 5).toPoint())
        QTest.mouseRelease(self.canvas, button, Qt.KeyboardModifier.NoModifier, end)

    def status(self) -> str:
        info = self.runs.info(self.runs.of(self.session))
        return info.status if info else ""

    def steps(self) -> int:
        return max((frame.step for frame in self.frames if isinstance(frame, Scalars)), default=0)


def test_draw_check_train_see_and_save(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    story = Story(window, qtbot)
    lenet = next(path for path in examples() if path.stem == "lenet_digits")
    window.open_example(lenet)
    session, canvas = story.session, story.canvas
    canvas.setFocus()
    start = file.load(lenet)
    assert session.document == start

    # Add a node from search, with its parameters typed behind its name.
    canvas.open_search((260.0, 560.0))
    QTest.keyClicks(canvas.popup.field, "dense 30")
    QTest.keyClick(canvas.popup.field, Qt.Key.Key_Return)
    (added,) = set(session.graph) - set(start.graph())
    assert session.graph[added].params == {"out_features": 30}

    # Wire it; the shape is on the wire in the same turn, before torch is loaded.
    canvas.fit_all()
    story.drag(story.port("flatten", "out", is_input=False), story.port(added, "in", is_input=True))
    edge = Edge("flatten", "out", added, "in")
    assert edge in session.graph.edges()
    assert str(session.analysis.shape(edge)) == "N×400"
    assert str(session.analysis.nodes[added].outputs["out"]) == "N×30"

    story.shortcut("edit.undo", Qt.Key.Key_Z)
    assert edge not in session.graph.edges()
    story.shortcut("edit.undo", Qt.Key.Key_Z)
    assert session.document == start

    # Train through the real service and run process; see what it sees.
    session.apply(SetRecipe({"epochs": 500}), "Set epochs")
    story.until(lambda: window.editor.engine.state in ("connected", "ready"))
    story.shortcut("run.train", Qt.Key.Key_Return)
    story.until(lambda: story.status() == "running")
    for kind in (Scalars, LayerNorms, FeatureMaps):
        story.until(lambda kind=kind: any(isinstance(frame, kind) for frame in story.frames))
    data = story.runs.data
    assert data is not None
    story.until(lambda: len(data.series.get("val/accuracy", ([], []))[1]) >= 2)
    assert data.series["train/loss"][1][-1] < data.series["train/loss"][1][0]
    assert {"small/conv1", "small/pool2"} <= set(data.maps)
    assert data.norms[-1].nodes == ["conv1", "conv2", "fc1", "fc2", "fc3"]

    # Pause, one step, go on, stop.
    run = story.runs.of(session)
    story.shortcut("run.pause", Qt.Key.Key_Space)
    story.until(lambda: story.status() == "paused")
    info = story.runs.info(run)
    assert info is not None
    story.until(lambda: story.steps() == info.step)
    story.shortcut("run.step", Qt.Key.Key_Period)
    story.until(lambda: story.steps() == info.step + 1 and story.status() == "paused")
    story.shortcut("run.pause", Qt.Key.Key_Space)
    story.until(lambda: story.status() == "running" and story.steps() > info.step + 2)
    story.runs.control(run, "stop")
    story.until(lambda: story.status() == "stopped")

    # Save, and open again.
    path = tmp_path / "mine.loom"
    session.save(path)
    assert file.load(path) == session.document
    assert not session.history.modified
