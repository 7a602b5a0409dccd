"""The runs that the editor knows, and what is recorded of the shown one."""

from __future__ import annotations

from typing import Any

import pytest

from app.state import TOP, EditorState, Level, RunData
from app.state.run_data import NORMS
from engine.messages import protocol
from engine.messages.frames import FeatureMaps, LayerNorms, Progress, Samples, Scalars
from tests.support.editing import SilentEngine, current, digits_net, editor_of
from tests.support.frames import maps


@pytest.fixture
def editor(qapp: Any) -> EditorState:
    return editor_of(digits_net())


def engine_of(editor: EditorState) -> SilentEngine:
    assert isinstance(editor.engine, SilentEngine)
    return editor.engine


def info(run: str, status: str, created: float = 1.0) -> protocol.RunInfo:
    return protocol.RunInfo(run, run, status, created)


def test_starting_sends_the_document_once_and_shows_the_run(editor: EditorState) -> None:
    runs, session = editor.runs, current(editor)
    runs.start(session)
    runs.start(session)
    (asked,) = engine_of(editor).of(protocol.StartRun)
    assert '"conv2d"' in asked.design
    assert runs.is_live(session)
    engine_of(editor).answer(protocol.StartRun, protocol.Started, run="r1")
    assert runs.of(session) == "r1"
    assert runs.is_live(session), "before the engine has told of it"
    assert runs.data is not None
    assert runs.data.run == "r1"
    runs.start(session)
    assert len(engine_of(editor).of(protocol.StartRun)) == 1


def test_a_refusal_is_told_and_leaves_no_run(editor: EditorState) -> None:
    told: list[tuple[str, str]] = []
    editor.runs.failed.connect(lambda message, node: told.append((message, node)))
    notices: list[Any] = []
    editor.noticed.connect(notices.append)
    editor.runs.start(current(editor))
    engine_of(editor).answer(protocol.StartRun, protocol.Failed, message="No loss.", node="loss")
    assert told == [("No loss.", "loss")]
    assert [(notice.level, notice.message) for notice in notices] == [("error", "No loss.")]
    assert not editor.runs.is_live(current(editor))


@pytest.mark.parametrize(("status", "live"), [("running", True), ("paused", True), ("dead", False)])
def test_a_run_is_live_by_its_status(editor: EditorState, status: str, live: bool) -> None:
    editor.runs.show_for(current(editor), "r1")
    editor.engine.event_arrived.emit(protocol.RunChanged(info("r1", status)))
    assert editor.runs.is_live(current(editor)) is live
    assert [found.run for found in editor.runs.live()] == (["r1"] if live else [])


def test_runs_are_listed_newest_first(editor: EditorState) -> None:
    editor.runs.refresh()
    listed = [info("old", "finished", 1.0), info("new", "running", 2.0)]
    engine_of(editor).answer(protocol.ListRuns, protocol.Runs, runs=listed)
    assert [found.run for found in editor.runs.infos] == ["new", "old"]


def test_showing_another_run_ends_the_watch_of_the_first(editor: EditorState) -> None:
    editor.runs.show("r1")
    editor.runs.show("r1")
    editor.runs.show("r2")
    assert [asked.run for asked in engine_of(editor).of(protocol.WatchRun)] == ["r1", "r2"]
    assert [asked.run for asked in engine_of(editor).of(protocol.UnwatchRun)] == ["r1"]


def test_frames_of_the_shown_run_arrive_and_others_do_not(editor: EditorState) -> None:
    editor.runs.show("r1")
    arrived: list[Any] = []
    editor.runs.frames_arrived.connect(arrived.extend)
    frame = Scalars(step=1, epoch=0.1, values={"train/loss": 2.0})
    for run in ("r1", "r2"):
        editor.engine.event_arrived.emit(protocol.FrameEvents(run, [frame]))
    assert arrived == [frame]
    assert editor.runs.data is not None
    assert editor.runs.data.last("train/loss") == 2.0


def test_a_history_sent_again_replaces_what_was_known(editor: EditorState) -> None:
    editor.runs.show("r1")
    for reset, value in ((False, 1.0), (True, 2.0)):
        frame = Scalars(step=1, epoch=0.1, values={"train/loss": value})
        editor.engine.event_arrived.emit(protocol.FrameEvents("r1", [frame], reset))
    assert editor.runs.data is not None
    assert list(editor.runs.data.series["train/loss"][1]) == [2.0]


def test_a_new_engine_is_asked_for_the_runs_and_the_shown_one(editor: EditorState) -> None:
    editor.runs.show("r1")
    before = len(engine_of(editor).asked)
    editor.engine.state_changed.emit("connected")
    again = engine_of(editor).asked[before:]
    assert [type(asked) for asked in again] == [protocol.ListRuns, protocol.WatchRun]


def test_a_closed_document_is_forgotten_its_run_is_not(editor: EditorState) -> None:
    session = current(editor)
    editor.runs.show_for(session, "r1")
    editor.engine.event_arrived.emit(protocol.RunChanged(info("r1", "running")))
    editor.close(session)
    assert editor.runs.of(session) == ""
    assert [found.run for found in editor.runs.live()] == ["r1"]


def test_series_keep_steps_epochs_and_values() -> None:
    data = RunData("r")
    for step in (1, 2, 3):
        data.add(Scalars(step=step, epoch=step / 10, values={"train/loss": 1 / step}))
    steps, values = data.series["train/loss"]
    assert (list(steps), list(values), list(data.epochs["train/loss"])) == (
        [1.0, 2.0, 3.0],
        [1.0, 0.5, 1 / 3],
        [0.1, 0.2, 0.3],
    )
    assert data.last("val/loss") is None


def test_of_many_norms_the_ends_and_an_even_share_are_kept() -> None:
    data = RunData("r")
    for step in range(1, 3 * NORMS):
        data.add(LayerNorms(step=step, nodes=["a"], gradients=[float(step)], ratios=[0.0]))
    steps = [frame.step for frame in data.norms]
    assert len(steps) <= NORMS
    assert (steps[0], steps[-1]) == (1, 3 * NORMS - 1)
    assert steps == sorted(steps)
    assert data.thinned >= 2


def test_pictures_are_replaced_by_newer_ones() -> None:
    data = RunData("r")
    for step in (1, 2):
        data.add(_maps(step, "small"))
        data.add(Samples(step=step, index=0, total=9, height=1, width=1, channels=1, pixels=b"\0"))
        data.add(_progress(step))
    assert data.maps["small/a"].step == 2
    assert data.sample is not None
    assert data.progress is not None
    assert (data.sample.step, data.progress.step) == (2, 2)


def test_the_large_pictures_are_preferred_while_they_are_of_the_same_sample() -> None:
    data = RunData("r")
    data.add(_maps(1, "small"))
    assert data.maps_of("a") is data.maps["small/a"]
    data.add(_maps(1, "large"))
    data.add(_maps(2, "small"))
    assert data.maps_of("a") is data.maps["large/a"]
    data.add(_maps(3, "small", sample=7))
    assert data.maps_of("a") is data.maps["small/a"]
    assert data.maps_of("nobody") is None


def test_cleared_data_is_as_new() -> None:
    data = RunData("r")
    data.add(_maps(1, "small"))
    data.add(Scalars(step=1, epoch=1, values={"x": 1.0}))
    data.clear()
    assert vars(data) == vars(RunData("r"))


def _maps(step: int, size: str, sample: int = 0) -> FeatureMaps:
    return FeatureMaps(
        step=step, node="a", sample=sample, shape=(1, 1, 1), count=1, height=1, width=1, low=0, high=1,
        pixels=b"\0", size=size,
    )  # fmt: skip


def _progress(step: int) -> Progress:
    return Progress(
        step=step, status="running", epoch=1, epochs=2, batch=1, batches=3, steps=6, rate=1, eta=1, device="cpu"
    )


def test_a_run_that_ended_before_it_was_watched_is_no_news(editor: EditorState) -> None:
    told: list[str] = []
    editor.runs.failed.connect(lambda message, _node: told.append(message))
    editor.runs.watch("run", "conv1", 0)
    engine_of(editor).answer(protocol.ControlRun, protocol.Failed, message="run is finished")
    assert told == []
    editor.runs.control("run", "pause")
    engine_of(editor).answer(protocol.ControlRun, protocol.Failed, message="run is finished")
    assert told == ["run is finished"]


def test_a_node_in_a_block_is_found_by_its_place() -> None:
    data = RunData("r")
    data.add(maps(node="image"))
    data.add(maps(node="stage.0.conv"))
    data.add(maps(node="stage.1.conv"))
    inside = Level(("stage",))
    assert data.recorded("image", TOP) == "image"
    assert data.recorded("conv", inside) == "stage.0.conv"
    assert data.recorded("conv", TOP) == data.recorded("image", inside) == ""
