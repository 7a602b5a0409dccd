"""Runs through a real engine and real run processes: started, steered, killed, found again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from engine.messages.frames import FeatureMaps, LayerNorms, Progress, Scalars
from engine.messages.protocol import (
    ControlRun,
    DeleteRun,
    Done,
    EngineTrouble,
    FrameEvents,
    ListRuns,
    RunChanged,
    Runs,
    StartRun,
    UnwatchRun,
    WatchRun,
)
from engine.runs import RunReader
from tests.support.designs import tiny_text
from tests.support.service import ServiceProcess, run_processes, service

ENDLESS = {"epochs": 100_000}


def test_a_run_starts_is_watched_and_finishes(shared: ServiceProcess, folder: str) -> None:
    run = shared.start(tiny_text(epochs=20), name="First", folder=folder)
    assert Path(run).parent == Path(folder)
    assert isinstance(shared.ask(WatchRun, run=run), Done)
    info = shared.wait_for_status(run, "finished", "failed")
    assert (info.status, info.epoch, info.epochs, info.name) == ("finished", 20, 20, "First")
    assert {node for frame in shared.frames(run, LayerNorms) for node in frame.nodes} == {"hidden", "scores"}
    assert shared.frames(run, Progress)[-1].status == "finished"
    assert {frame.node for frame in shared.frames(run, FeatureMaps)} >= {"hidden", "scores"}
    events = [message for message in shared.said if isinstance(message, FrameEvents) and message.run == run]
    assert [event.reset for event in events] == [True] + [False] * (len(events) - 1)
    assert _steps(shared, run) == list(range(1, 20 * 8 + 1))
    news = [message for message in shared.said if isinstance(message, RunChanged) and message.info.run == run]
    assert [news[0].info.status, news[-1].info.status] == ["starting", "finished"]
    assert shared.errors == b""

    # Whoever comes late gets every point, and of each picture the newest.
    place = len(shared.said)
    shared.ask(WatchRun, run=run)
    late = shared.wait(lambda message: message if message in shared.said[place:] and _is_whole(message) else None)
    steps = [frame.step for frame in late.frames if isinstance(frame, Scalars) and "train/loss" in frame.values]
    assert steps == list(range(1, 20 * 8 + 1))
    keys = [frame.key for frame in late.frames if isinstance(frame, FeatureMaps)]
    assert len(keys) == len(set(keys)) >= 2


def test_pause_step_set_resume_stop_and_delete(shared: ServiceProcess, folder: str) -> None:
    run = shared.start(tiny_text(), overrides=ENDLESS, folder=folder)
    assert "stop it first" in shared.refusal(DeleteRun, run=run).message
    assert "is running already" in shared.refusal(StartRun, design=tiny_text(), resume=run).message
    shared.ask(WatchRun, run=run)
    shared.frames(run, Scalars)
    shared.control(run, "pause")
    shared.wait_for_status(run, "paused")
    before = _written_step(run)
    shared.control(run, "step")
    _wait_until(lambda: _written_step(run) == before + 1)
    shared.control(run, "set", values={"lr": 0.5})
    place = len(shared.said)
    shared.control(run, "resume")
    shared.wait_for_status(run, "running", after=place)
    _wait_until(lambda: _written_step(run) > before + 20)
    shared.ask(UnwatchRun, run=run)
    place = len(shared.said)
    shared.control(run, "stop")
    assert "resumed" in shared.wait_for_status(run, "stopped").message
    assert not any(isinstance(message, FrameEvents) for message in shared.said[place:])
    with RunReader(Path(run)) as reader:
        assert reader.series(["lr"])["lr"].values[-1] == 0.5
    late = shared.refusal(ControlRun, run=run, action="pause").message
    assert "is stopped; only a run that goes on can be steered" in late
    assert isinstance(shared.ask(DeleteRun, run=run), Done)
    assert not Path(run).exists()


def test_what_is_nothing_to_say_to_a_run_is_refused(shared: ServiceProcess) -> None:
    message = shared.refusal(ControlRun, run="/anywhere", action="explode").message
    assert "Known are: pause, resume, stop, step, set, watch." in message


def test_a_killed_run_is_seen_to_be_dead_at_once(shared: ServiceProcess, folder: str) -> None:
    run = shared.start(tiny_text(), overrides=ENDLESS, folder=folder)
    shared.ask(WatchRun, run=run)
    shared.frames(run, Scalars)
    (pid,) = run_processes(run)
    killed = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    info = shared.wait_for_status(run, "dead")
    assert time.monotonic() - killed < 1.0
    assert "can be resumed" in info.message
    assert isinstance(shared.ask(ListRuns, folder=folder), Runs)


def test_a_run_outlives_its_engine_and_another_finds_it(engine: ServiceProcess, folder: str) -> None:
    run = engine.start(tiny_text(), overrides=ENDLESS, folder=folder)
    engine.ask(WatchRun, run=run)
    engine.frames(run, Scalars)
    children = psutil.Process(engine.process.pid).children()
    engine.kill()
    with service() as other:
        found = other.ask(ListRuns, folder=folder)
        assert isinstance(found, Runs)
        assert [(info.run, info.status) for info in found.runs] == [(run, "running")]
        other.ask(WatchRun, run=run)
        seen = other.frames(run, Scalars)[-1].step
        _wait_until(lambda: other.frames(run, Scalars)[-1].step > seen + 50)
        left = psutil.wait_procs(children, timeout=10)[1] if len(children) > 1 else children
        assert [child.pid for child in left] == run_processes(run)
        os.kill(left[0].pid, signal.SIGKILL)
        other.wait_for_status(run, "dead")


def test_an_engine_that_ends_well_takes_its_spare(engine: ServiceProcess, folder: str) -> None:
    engine.hello()
    spare = psutil.Process(engine.process.pid).children()
    assert len(spare) == 1
    assert engine.close() == 0
    assert psutil.wait_procs(spare, timeout=5)[1] == []


def test_a_finished_run_goes_on_from_its_checkpoint_or_says_why_not(shared: ServiceProcess, folder: str) -> None:
    run = shared.start(tiny_text(epochs=2), folder=folder)
    shared.wait_for_status(run, "finished")
    place = len(shared.said)
    assert shared.start(tiny_text(), resume=run, overrides={"epochs": 4}) == run
    info = shared.wait_for_status(run, "finished", "failed", after=place)
    assert (info.status, info.epoch) == ("finished", 4)
    news = [message for message in shared.said[place:] if isinstance(message, RunChanged)]
    assert news[0].info.status == "starting"
    shared.start(tiny_text(), resume=run, overrides={"batch_size": 7})
    trouble = shared.wait(lambda message: message if isinstance(message, EngineTrouble) else None)
    assert "batch_size cannot change when a run goes on" in trouble.message


def test_bad_data_ends_a_run_with_its_sentence(shared: ServiceProcess, folder: str, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b,kind\n1,2,x\n3,,y\n")
    design = tiny_text(data={"id": "csv", "params": {"path": str(table)}})
    info = shared.wait_for_status(shared.start(design, folder=folder), "failed")
    assert info.message.startswith(f'{table}, row 3, column "b": A value is missing.')


def test_an_engine_whose_torch_is_broken_says_so_and_fails_runs_in_words(folder: str, tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('libtorch.so is gone')")
    with service(PYTHONPATH=str(tmp_path)) as engine:
        trouble = engine.wait(lambda message: message if isinstance(message, EngineTrouble) else None)
        reason = "torch does not load: ImportError: libtorch.so is gone"
        assert trouble.message == f"Nothing can be trained here: {reason}"
        info = engine.wait_for_status(engine.start(tiny_text(), folder=folder), "failed")
        assert info.message == f"The process ended before training began (code 1). {reason}"


def _is_whole(message: object) -> bool:
    return isinstance(message, FrameEvents) and message.reset


def _steps(engine: ServiceProcess, run: str) -> list[int]:
    return [frame.step for frame in engine.frames(run, Scalars) if "train/loss" in frame.values]


def _written_step(run: str) -> int:
    with RunReader(Path(run)) as reader:
        return reader.state().step


def _wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
