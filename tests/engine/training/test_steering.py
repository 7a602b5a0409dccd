"""Pausing, stepping, turning knobs, stopping; bad numbers and failures."""

from __future__ import annotations

import json
import math
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import BuildError, DataError, RunError
from engine.graph import Connect, Disconnect, Document, Edge, Node, SetParams
from engine.messages.control import Control, Pause, Resume, Set, Step, Stop, Watch
from engine.messages.frames import FeatureMaps, Progress, Samples
from engine.runs import RunFolder, RunReader, info, with_recipe
from engine.training import Summary, train_run
from engine.training.checkpoint import steps
from engine.training.hooks import Hook
from engine.training.loop import Loop
from tests.support.drawing import Drawing
from tests.support.training import curves, digits, line, newest_tensors, same, spirals

Train = Callable[..., Summary]


class Steered:
    """A training on a thread of its own, steered through its folder as an editor does."""

    def __init__(self, document: Document, folder: Path, *, attended: bool = False) -> None:
        self.attended = attended
        self.run = RunFolder.create(folder, document)
        self.progress: list[Progress] = []
        self._news = threading.Condition()
        self.result: Summary | None = None
        self.reader = RunReader(self.run)
        self._thread = threading.Thread(target=self._train, daemon=True)

    def _train(self) -> None:
        self.result = train_run(self.run, on_progress=self._told, thread_count=1, attended=self.attended)

    def _told(self, progress: Progress) -> None:
        with self._news:
            self.progress.append(progress)
            self._news.notify_all()

    def start(self, *first: Control) -> None:
        """Send controls, then begin."""
        self.send(*first)
        self._thread.start()

    def send(self, *controls: Control) -> None:
        """Tell the run something."""
        for control in controls:
            self.reader.send(control)

    def until(self, condition: Callable[[Progress], bool]) -> Progress:
        """Wait for progress of which something is true."""
        with self._news:
            assert self._news.wait_for(lambda: any(map(condition, self.progress)), 30)
            found = next(filter(condition, self.progress))
            self.progress.clear()
            return found

    def end(self) -> Summary:
        """Wait for the end."""
        self._thread.join(30)
        self.reader.close()
        assert self.result is not None
        return self.result


@pytest.fixture
def steered(tmp_path: Path) -> Iterator[Steered]:
    """A long training."""
    training = Steered(spirals(epochs=100_000), tmp_path)
    yield training
    if training.result is None:
        training.send(Stop())
        training.end()


def test_pause_step_resume_and_stop(steered: Steered) -> None:
    steered.start(Pause())
    paused = steered.until(lambda p: p.status == "paused")
    assert paused.step == 0
    steered.send(Step())
    assert steered.until(lambda p: p.status == "paused" and p.step > 0).step == 1
    steered.send(Step(), Step())
    assert steered.until(lambda p: p.status == "paused" and p.step > 2).step == 3
    assert info(steered.run).status == "paused"
    steered.send(Resume())
    steered.until(lambda p: p.status == "running" and p.step > 20)
    steered.send(Stop())
    done = steered.end()
    assert (done.status, done.reason) == ("stopped", "user")
    assert "can be resumed" in done.message
    assert info(steered.run).status == "stopped"


def test_the_learning_rate_turns_while_it_runs_and_is_recorded(steered: Steered) -> None:
    steered.start(Pause())
    steered.until(lambda p: p.status == "paused")
    steered.send(Set({"lr": 0.25}), Set({"warp": 1.0}), Set({"lr": -1.0}), Step())
    steered.until(lambda p: p.status == "paused" and p.step == 1)
    steered.send(Set({"lr": 0.125}), Step())
    steered.until(lambda p: p.status == "paused" and p.step == 2)
    steered.send(Stop())
    steered.end()
    assert [(step, value) for step, _, value in curves(steered.run.path)["lr"]] == [(1, 0.25), (2, 0.125)]
    log = steered.run.log.read_text()
    assert "warp = 1 was not taken" in log
    assert "lr = -1 was not taken" in log


def test_watching_a_node_while_paused_shows_it_at_once(steered: Steered) -> None:
    steered.start(Pause())
    steered.until(lambda p: p.status == "paused")
    steered.send(Watch("fc1", 5), Step())
    steered.until(lambda p: p.status == "paused" and p.step == 1)
    steered.send(Stop())
    steered.end()
    with RunReader(steered.run) as reader:
        large = [f for f in reader.frames(FeatureMaps, key="large/fc1") if isinstance(f, FeatureMaps)]
        assert large
        assert {frame.sample for frame in large} == {5}
        assert 5 in {frame.index for frame in reader.frames(Samples) if isinstance(frame, Samples)}


def test_a_stop_before_the_first_step_leaves_a_clean_run(steered: Steered) -> None:
    steered.start(Stop())
    done = steered.end()
    assert (done.status, done.steps) == ("stopped", 0)
    assert curves(steered.run.path).get("train/loss", []) == []


def test_ctrl_c_stops_after_the_step_in_hand(train: Train) -> None:
    before = signal.getsignal(signal.SIGINT)

    sent = []

    def interrupt(progress: Progress) -> None:
        if progress.step > 5 and not sent:
            sent.append(progress)
            os.kill(os.getpid(), signal.SIGINT)

    done = train(spirals(epochs=100_000), on_progress=interrupt)
    assert (done.status, done.reason) == ("stopped", "user")
    assert signal.getsignal(signal.SIGINT) is before


def test_a_loss_that_explodes_ends_the_run_and_names_the_node(train: Train) -> None:
    done = train(line(lr=10.0))
    assert (done.status, done.reason) == ("failed", "not finite")
    losses = curves(done.run)["train/loss"]
    assert losses[-1][0] == done.steps + 1
    assert [math.isfinite(value) for _, _, value in losses] == [True] * done.steps + [False]
    assert f"at step {done.steps + 1}." in done.message
    assert 'The first node at fault is "' in done.message
    assert "lower learning rate" in done.message
    assert info(Path(done.run)).message == done.message


@pytest.fixture
def exploding(tmp_path: Path) -> Iterator[Steered]:
    """An attended training that explodes in its first epoch."""
    training = Steered(line(lr=10.0, epochs=3, batch_size=16), tmp_path, attended=True)
    yield training
    if training.result is None:
        training.send(Stop())
        training.end()


def test_a_loss_that_explodes_pauses_an_attended_run_and_goes_back_to_the_start(
    exploding: Steered, train: Train
) -> None:
    exploding.start()
    paused = exploding.until(lambda p: p.status == "paused")
    assert 'The first node at fault is "' in paused.message
    assert paused.message.endswith("Paused; resuming goes back to the start.")
    exploding.send(Set({"lr": 0.01}), Resume())
    exploding.until(lambda p: p.status == "running" and "Went back to the start" in p.message)
    done = exploding.end()
    assert (done.status, done.epochs) == ("finished", 3)
    calm = train(line(lr=0.01, epochs=3, batch_size=16))
    assert curves(done.run)["train/loss"] == curves(calm.run)["train/loss"]
    assert same(newest_tensors(done.run), newest_tensors(calm.run))


def test_stopping_at_a_fault_saves_nothing_and_keeps_what_was_wrong(exploding: Steered) -> None:
    exploding.start()
    exploding.until(lambda p: p.status == "paused")
    exploding.send(Stop())
    done = exploding.end()
    assert (done.status, done.reason) == ("stopped", "user")
    assert 'The first node at fault is "' in done.message
    assert steps(exploding.run.checkpoints) == []


class Spoil(Hook):
    """Puts NaN into weights after a step, the first times only."""

    def __init__(self, step: int, times: int) -> None:
        self.step, self.left = step, times

    def on_step(self, loop: Loop) -> None:
        if loop.step == self.step and self.left:
            self.left -= 1
            next(loop.setup.forward.compiled.network.get_submodule("fc2").parameters()).data[0, 0] = math.nan


def spoiling(monkeypatch: pytest.MonkeyPatch, step: int, times: int = 1) -> None:
    """Let the next training's weights be spoilt."""
    init = Loop.__init__
    hook = Spoil(step, times)
    monkeypatch.setattr(Loop, "__init__", lambda self, *args: init(self, *args[:-1], [hook, *args[-1]]))


@pytest.mark.parametrize(
    ("step", "places"), [(7, ["step 5"]), (10, ["step 5"]), (10, ["step 5", "the start", "step 5"])]
)
def test_going_back_is_exact_and_goes_further_where_that_does_not_help(
    step: int, places: list[str], tmp_path: Path, train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(spirals())
    monkeypatch.setattr("engine.training.saving.SHARE", math.inf)  # each epoch is saved
    spoiling(monkeypatch, step, len(places))
    training = Steered(spirals(), tmp_path, attended=True)
    training.start()
    told = []
    for _ in places:
        told.append(training.until(lambda p: p.status == "paused").message)
        training.send(Resume())
    done = training.end()
    assert all('at fault is "fc2": NaN or Inf is in its weights.' in message for message in told)
    assert [message.partition("goes back to ")[2] for message in told] == [f"{place}." for place in places]
    assert (done.status, done.steps) == ("finished", whole.steps)
    assert curves(done.run)["train/loss"] == curves(whole.run)["train/loss"]
    assert curves(done.run)["val/loss"] == curves(whole.run)["val/loss"]
    assert same(newest_tensors(done.run), newest_tensors(whole.run))


def test_weights_that_the_last_step_of_an_epoch_spoils_are_not_saved(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoiling(monkeypatch, 10)
    done = train(spirals(validation_split=0.2))
    assert (done.status, done.reason) == ("failed", "not finite")
    assert "The weights are not finite at step 10." in done.message
    assert steps(Path(done.run) / "checkpoints") == [5]


def test_spoilt_weights_are_named_and_never_saved(train: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    spoiling(monkeypatch, 7)
    done = train(spirals())
    assert (done.reason, done.steps) == ("not finite", 7)
    assert 'The first node at fault is "fc2": NaN or Inf is in its weights.' in done.message
    assert "Resuming goes back to step 5." in done.message
    assert steps(Path(done.run) / "checkpoints") == [5]
    monkeypatch.undo()
    assert train(None, resume=Path(done.run)).status == "finished"


def test_a_document_without_loss_is_refused(train: Train, tmp_path: Path) -> None:
    document = Document.of(
        [Node("x", "input", {"shape": [2]}), Node("fc", "dense", {"out_features": 2})],
        [Edge("x", "out", "fc", "in")],
        recipe=spirals().recipe,
    )
    with pytest.raises(BuildError, match="no loss"):
        train(document)
    (run,) = (tmp_path / "runs").iterdir()
    assert info(run).status == "failed"
    assert "no loss" in info(run).message


def test_a_network_without_weights_is_refused(train: Train) -> None:
    document = digits()
    for edge in document.graph().incoming("flat"):
        document.apply(Disconnect(edge))
    document.apply(Connect(Edge("image", "out", "flat", "in")))
    document.apply(SetParams("fc", {"bias": True}))
    from engine.graph import RemoveNode

    for node in ("conv", "act", "pool", "fc"):
        document.apply(RemoveNode(node))
    for node in ("loss", "accuracy"):
        document.apply(Connect(Edge("flat", "out", node, "in")))
    with pytest.raises(BuildError, match=r"no weights to learn\. Add a layer"):
        train(document)


def test_a_device_that_is_not_there_is_refused(train: Train) -> None:
    missing = "mps" if not torch.backends.mps.is_available() else "cuda"
    with pytest.raises(BuildError, match=f'no device "{missing}"'):
        train(spirals(device=missing))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there it works")
def test_mixed_precision_without_cuda_says_so_and_goes_on(train: Train) -> None:
    told: list[Progress] = []
    done = train(spirals(epochs=1, precision="mixed"), on_progress=told.append)
    assert done.status == "finished"
    assert any("works on CUDA only; this run computes in float32 on cpu" in p.message for p in told)


def test_wrong_data_is_a_failed_run_with_the_sentence(train: Train, tmp_path: Path) -> None:
    with pytest.raises(DataError, match='The node "image" is'):
        train(digits(data={"id": "iris"}))
    (run,) = (tmp_path / "runs").iterdir()
    assert info(run).status == "failed"
    assert 'The node "image" is' in info(run).message


def test_what_torch_refuses_names_the_node(train: Train, tmp_path: Path) -> None:
    np.savez(tmp_path / "words.npz", x=np.full((40, 3), 9), y=np.arange(40) % 2)
    drawing = Drawing("Words")
    drawing.add("x", "input", shape=[3], dtype="int64")
    last = drawing.chain(
        "x",
        ("vectors", "embedding", {"num_embeddings": 5, "embedding_dim": 4}),
        ("flat", "flatten", {}),
        ("fc", "dense", {"out_features": 2}),
    )
    recipe = {"data": {"id": "npz", "params": {"path": str(tmp_path / "words.npz")}}, "device": "cpu"}
    document = with_recipe(drawing.classify(last), recipe)
    for thread_count in (1, None):
        with pytest.raises(RunError, match=r'Torch refused step 1 in the node "vectors": index out of range'):
            train(document, thread_count=thread_count)


def test_the_run_knows_its_device_and_progress(train: Train) -> None:
    told: list[Progress] = []
    done = train(spirals(), on_progress=told.append)
    assert done.device == "cpu"
    assert json.loads((Path(done.run) / "environment.json").read_text())["device"] == "cpu"
    last = told[-1]
    assert (last.status, last.step, last.steps, last.epochs) == ("finished", 20, 20, 4)
    assert all(p.device == "cpu" for p in told)


def test_threads_and_threadcount_are_as_before(train: Train) -> None:
    threads, count = threading.active_count(), torch.get_num_threads()
    train(spirals(epochs=1))
    assert (threading.active_count(), torch.get_num_threads()) == (threads, count)
