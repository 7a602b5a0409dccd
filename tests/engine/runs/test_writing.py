"""Writing runs and reading them back."""

from __future__ import annotations

import contextlib
import itertools
import math
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.errors import RunError
from engine.messages import control
from engine.messages.control import Pause, Set, Stop, Watch
from engine.messages.frames import FeatureMaps, LayerNorms, Progress, Scalars
from engine.runs import RunFolder, RunReader, RunWriter, info, is_training
from engine.runs.store import Store


def maps(step: int, node: str = "conv1", pixels: bytes = b"\0" * 4) -> FeatureMaps:
    """A tiny picture."""
    return FeatureMaps(
        step=step,
        node=node,
        sample=0,
        shape=(1, 2, 2),
        count=1,
        height=2,
        width=2,
        low=0.0,
        high=1.0,
        pixels=pixels,
    )


def progress(step: int) -> Progress:
    """Some progress."""
    return Progress(
        step=step,
        status="running",
        epoch=1,
        epochs=2,
        batch=step,
        batches=9,
        steps=18,
        rate=1.0,
        eta=0.0,
        device="cpu",
    )


def test_points_and_state_come_back(run: RunFolder) -> None:
    with RunWriter(run) as writer, RunReader(run) as reader:
        for step in range(1, 101):
            writer.point(step, step / 50, {"train/loss": 1 / step, "train/acc": step / 100})
        writer.point(100, 2.0, {"val/loss": math.nan})
        writer.tell(status="running", step=100, last={"val/loss": math.nan})
        assert writer.flush()
        curves = reader.series()
        assert reader.names() == ["train/loss", "train/acc", "val/loss"]
        assert curves["train/loss"].steps.tolist() == list(range(1, 101))
        assert curves["train/loss"].values.tolist() == [1 / step for step in range(1, 101)]
        assert math.isnan(curves["val/loss"].values[0])
        assert reader.series(["train/acc"], since=99)["train/acc"].steps.tolist() == [99, 100]
        assert reader.info().status == "running"
        assert math.isnan(reader.info().last["val/loss"])


def test_an_unknown_series_names_the_known(run: RunFolder) -> None:
    with RunWriter(run) as writer, RunReader(run) as reader:
        writer.point(1, 0.1, {"train/loss": 1.0})
        writer.flush()
        with pytest.raises(RunError, match=r'no series "train/los"\. It has train/loss\.'):
            reader.series(["train/los"])


def test_scalars_frames_are_points(run: RunFolder) -> None:
    with RunWriter(run) as writer, RunReader(run) as reader:
        writer.frame(Scalars(step=4, epoch=0.5, values={"train/loss": 2.0}))
        writer.flush()
        assert reader.history() == [Scalars(step=4, epoch=0.5, values={"train/loss": 2.0})]


def test_history_gives_the_newest_picture_of_each_node_and_all_norms(run: RunFolder) -> None:
    norms = [LayerNorms(step=step, time=1.0, nodes=["a"], gradients=[1.0], ratios=[0.1]) for step in (1, 2, 3)]
    with RunWriter(run) as writer, RunReader(run) as reader:
        for step in (1, 2, 3):
            writer.frame(maps(step))
            writer.frame(progress(step))
            writer.frame(norms[step - 1])
        writer.frame(maps(1, "conv2"))
        writer.flush()
        assert reader.history() == [*norms, maps(3), progress(3), maps(1, "conv2")]
        assert [frame.step for frame in reader.frames(FeatureMaps, key="small/conv1", since=2)] == [2, 3]


def test_norms_are_thinned_evenly_and_keep_the_newest(run: RunFolder) -> None:
    with RunWriter(run) as writer, RunReader(run) as reader:
        for step in range(1, 1_001):
            writer.frame(LayerNorms(step=step, nodes=["a"], gradients=[1.0], ratios=[0.1]))
        writer.flush()
        steps = [frame.step for frame in reader.history(limit=100)]
        assert len(steps) == 100
        assert steps[-1] == 1_000
        assert {b - a for a, b in itertools.pairwise(steps)} == {10}


def test_pictures_are_bounded_on_disk_and_the_newest_of_each_node_stays(run: RunFolder) -> None:
    store = Store(run, max_bytes=100_000)
    state = store.state()
    store.commit({}, [maps(1, "quiet", b"\1" * 1_000)], state)
    for step in range(1, 501):
        store.commit({}, [maps(step, "busy", b"\2" * 1_000)], state)
    store.close()
    with RunReader(run) as reader:
        busy = [frame.step for frame in reader.frames("FeatureMaps", key="small/busy")]
        assert 20 <= len(busy) <= 100
        assert busy[-1] == 500
        assert busy[0] < 100
        assert {frame.node for frame in reader.newest()} == {"quiet", "busy"}


def test_a_lock_lets_one_trainer_in(run: RunFolder) -> None:
    with RunWriter(run):
        assert run.is_held()
        with pytest.raises(RunError, match="another process trains in this folder"):
            RunWriter(run)
    assert not run.is_held()
    RunWriter(run).close()


def test_a_run_without_process_is_dead_unless_it_ended(run: RunFolder) -> None:
    with RunWriter(run) as writer:
        writer.tell(status="running", step=7)
    assert info(run).status == "dead"
    assert "step 7" in info(run).message
    with RunWriter(run) as writer:
        assert info(run).status == "running"
        writer.tell(status="finished", message="Done.")
    assert (info(run).status, info(run).message) == ("finished", "Done.")


def test_a_run_that_has_told_its_end_can_go_on_before_its_process_is_gone(run: RunFolder) -> None:
    with RunWriter(run) as writer:
        writer.tell(status="running")
        assert writer.flush()
        assert is_training(run)
        writer.tell(status="finished")
        assert writer.flush()
        assert run.is_held()
        assert not is_training(run)
    assert not is_training(run)


def test_a_run_that_never_got_a_process_is_dead_after_a_while(
    run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert info(run).status == "starting"
    monkeypatch.setattr("engine.runs.reader.PATIENCE", 0.0)
    assert info(run).status == "dead"


def test_controls_arrive_once_in_order(run: RunFolder) -> None:
    sent = [Pause(), Set({"lr": 0.5}), Watch("conv1", 3), Stop()]
    with RunWriter(run) as writer, RunReader(run) as reader:
        for control in sent:
            reader.send(control)
        got = []
        while len(got) < len(sent) and writer.wait(5.0):
            got += writer.controls()
        assert got == sent
        assert writer.flush()
        assert writer.controls() == []


def test_a_control_sent_before_the_trainer_came_counts(run: RunFolder) -> None:
    with RunReader(run) as reader:
        reader.send(Watch("conv1"))
    with RunWriter(run) as writer:
        assert writer.wait(5.0)
        assert writer.controls() == [Watch("conv1")]


def test_a_control_that_is_nonsense_is_logged_and_passed_over(run: RunFolder) -> None:
    with RunWriter(run) as writer, RunReader(run) as reader:
        reader.rows("INSERT INTO control (time, body) VALUES (0, x'c1')")
        reader.send(Stop())
        while not (got := writer.controls()):
            assert writer.wait(5.0)
        assert got == [Stop()]
    assert "could not be understood" in run.log.read_text()


def test_an_ended_run_cannot_be_steered(run: RunFolder) -> None:
    with RunWriter(run) as writer:
        writer.tell(status="finished")
    with RunReader(run) as reader, pytest.raises(RunError, match="is finished; only a run that goes on"):
        reader.send(Stop())


def test_rewinding_takes_back_points_and_frames(run: RunFolder) -> None:
    with RunWriter(run) as writer, RunReader(run) as reader:
        for step in range(1, 11):
            writer.point(step, step / 10, {"train/loss": float(step)})
            writer.frame(maps(step))
        writer.point(8, 0.8, {"val/loss": 8.0})
        writer.flush()
        writer.rewind(6)
        for step in (7, 8):
            writer.point(step, step / 10, {"train/loss": -float(step)})
        writer.flush()
        assert reader.series()["train/loss"].values.tolist() == [1, 2, 3, 4, 5, 6, -7, -8]
        assert len(reader.series()["val/loss"].steps) == 0
        assert [frame.step for frame in reader.frames("FeatureMaps")] == [1, 2, 3, 4, 5, 6]
        assert reader.state().generation == 1


def test_what_was_said_to_a_dead_process_is_void_and_what_comes_later_is_not(run: RunFolder) -> None:
    with RunWriter(run) as writer:
        writer.tell(status="running")
    with contextlib.closing(sqlite3.connect(run.database)) as left_behind:
        for said in (Stop(), Watch("conv1")):
            left_behind.execute("INSERT INTO control (time, body) VALUES (0, ?)", (control.encode(said),))
        left_behind.commit()
    with RunWriter(run) as writer, RunReader(run) as reader:
        assert writer.controls() == [Watch("conv1")]
        reader.send(Stop())
        writer.rewind(0)
        assert writer.wait(10.0)
        assert writer.controls() == [Stop()]


def test_a_run_whose_folder_is_removed_is_told_to_stop(run: RunFolder) -> None:
    with RunWriter(run) as writer:
        writer.tell(status="running")
        writer.flush()
        shutil.rmtree(run.path)
        assert writer.wait(10.0)
        assert writer.controls() == [Stop()]


def test_slow_series_are_joined_and_read_the_same(run: RunFolder) -> None:
    store = Store(run)
    from engine.runs.points import Point

    for step in range(1, 601):
        store.commit({"train/loss": [Point(step, step / 100, step * 0.5)]}, [], store.state())
    store.close()
    with RunReader(run) as reader:
        assert reader.number("SELECT count(*) FROM points") < 100
        assert reader.series()["train/loss"].values.tolist() == [step * 0.5 for step in range(1, 601)]


def test_no_thread_and_no_handle_stays(run: RunFolder) -> None:
    before, handles = threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with RunWriter(run) as writer, RunReader(run):
            writer.point(1, 0.1, {"train/loss": 1.0})
    assert threading.active_count() == before
    assert len(list(Path("/proc/self/fd").iterdir())) == handles


FULL_DISK = """
import resource, sys
from pathlib import Path
from engine.runs import RunFolder, RunWriter, RunReader
run = RunFolder.open(Path(sys.argv[1]))
writer = RunWriter(run)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
writer.point(1, 0.1, {"train/loss": 1.0})
assert writer.flush()
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
for step in range(2, 20_000):
    writer.point(step, 0.1, {"train/loss": float(step)})
assert not writer.flush()
print(writer.trouble)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
assert writer.flush(), writer.trouble
assert writer.trouble == ""
writer.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_a_full_disk_stops_nothing_and_loses_nothing(run: RunFolder) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(run.path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "cannot be written" in done.stdout
    assert "Training goes on" in done.stdout
    with RunReader(run) as reader:
        assert len(reader.series(limit=None)["train/loss"].steps) == 19_999
    assert "can be written again" in run.log.read_text()
