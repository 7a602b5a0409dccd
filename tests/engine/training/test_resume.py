"""Going on is exact: to the last bit on the CPU."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.errors import RunError
from engine.messages.control import Stop
from engine.runs import RunFolder, RunReader, info
from engine.training import Summary
from engine.training.checkpoint import load_newest, steps
from engine.training.hooks import Hook
from engine.training.loop import Loop
from engine.training.stop import StopReason
from tests.support.drawing import Drawing
from tests.support.training import curves, newest_tensors, same, spirals

Train = Callable[..., Summary]
MOMENTUM = {"id": "sgd", "params": {"lr": 0.05, "momentum": 0.9}}


@pytest.mark.parametrize("optimizer", [{"id": "adam"}, {"id": "sgd"}, MOMENTUM, {"id": "adamw"}], ids=str)
def test_five_epochs_and_five_more_equal_ten(train: Train, optimizer: dict[str, Any]) -> None:
    whole = train(spirals(epochs=10, optimizer=optimizer))
    half = train(spirals(epochs=5, optimizer=optimizer))
    assert not same(newest_tensors(whole.run), newest_tensors(half.run))
    rest = train(None, resume=Path(half.run), overrides={"epochs": 10})
    assert rest.run == half.run
    assert (rest.epochs, rest.steps) == (10, whole.steps) == (10, 50)
    assert same(newest_tensors(whole.run), newest_tensors(rest.run))
    assert curves(whole.run) == curves(rest.run)
    assert (whole.train, whole.val, whole.best) == (rest.train, rest.val, rest.best)


class _StopAt(Hook):
    def __init__(self, step: int) -> None:
        self._step = step

    def on_step(self, loop: Loop) -> None:
        if loop.step == self._step:
            loop.stop(StopReason.USER)


def stopping_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on every training stops after a step."""
    init = Loop.__init__

    def with_stop(self: Loop, *args: Any) -> None:
        init(self, *args[:-1], [*args[-1], _StopAt(step)])

    monkeypatch.setattr(Loop, "__init__", with_stop)


@pytest.mark.parametrize("step", [1, 3, 5, 7, 19])
def test_a_stop_at_any_batch_and_going_on_equals_no_stop(
    train: Train, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    whole = train(spirals())
    with monkeypatch.context() as patch:
        stopping_at(step, patch)
        part = train(spirals())
    assert (part.status, part.reason, part.steps) == ("stopped", "user", step)
    assert steps(RunFolder(Path(part.run)).checkpoints)[-1] == step
    rest = train(None, resume=Path(part.run))
    assert (rest.status, rest.steps) == ("finished", 20)
    assert same(newest_tensors(whole.run), newest_tensors(rest.run))
    assert curves(whole.run) == curves(rest.run)


def test_what_was_recorded_after_the_checkpoint_is_taken_back(train: Train) -> None:
    whole = train(spirals())
    killed = train(spirals())
    folder = RunFolder(Path(killed.run)).checkpoints
    for step in steps(folder)[1:]:
        (folder / str(step)).rename(folder / f".{step}")  # as if it died before these were written
    first = steps(folder)[0]
    assert first < 20
    rest = train(None, resume=Path(killed.run))
    assert rest.steps == 20
    assert curves(whole.run) == curves(rest.run)
    assert same(newest_tensors(whole.run), newest_tensors(rest.run))


def test_without_a_checkpoint_a_run_starts_over(train: Train) -> None:
    whole = train(spirals())
    again = train(spirals())
    for step in steps(RunFolder(Path(again.run)).checkpoints):
        (Path(again.run) / "checkpoints" / str(step) / "optimizer.safetensors").unlink()
    rest = train(None, resume=Path(again.run))
    assert rest.steps == 20
    assert curves(whole.run) == curves(rest.run)


def test_going_on_with_a_finished_run_changes_nothing(train: Train) -> None:
    done = train(spirals())
    again = train(None, resume=Path(done.run))
    assert (again.status, again.steps) == ("finished", done.steps)
    assert curves(done.run) == curves(again.run)
    assert info(Path(done.run)).status == "finished"


def test_a_finished_run_is_not_trained_over(train: Train, tmp_path: Path) -> None:
    from engine.training import train_run

    done = train(spirals(epochs=1))
    with pytest.raises(RunError, match="trained already"):
        train_run(RunFolder(Path(done.run)))
    assert info(Path(done.run)).status == "finished"


def test_going_on_with_nothing_to_do_leaves_the_checkpoint_alone(train: Train) -> None:
    done = train(spirals())
    (newest,) = (Path(done.run) / "checkpoints").glob(str(done.steps))
    before = newest.stat().st_ino
    assert train(None, resume=Path(done.run)).status == "finished"
    assert newest.stat().st_ino == before


@pytest.mark.parametrize(("field", "value"), [("seed", 1), ("batch_size", 5), ("validation_split", 0.5)])
def test_what_made_the_run_cannot_change(train: Train, field: str, value: float) -> None:
    done = train(spirals(epochs=1))
    with pytest.raises(RunError, match=rf"{field} cannot change when a run goes on.*Received: {value}"):
        train(None, resume=Path(done.run), overrides={field: value})
    assert RunFolder(Path(done.run)).document() == spirals(epochs=1)


def test_another_graph_cannot_go_on_with_a_run(train: Train) -> None:
    done = train(spirals(epochs=1))
    with pytest.raises(RunError, match="trained another graph"):
        train(Drawing("Other").document, resume=Path(done.run))


def test_a_learning_rate_that_was_turned_is_kept(train: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.training import optimizing

    class Turn(Hook):
        def on_step(self, loop: Loop) -> None:
            if loop.step == 3:
                optimizing.set_rate(loop.setup.optimizer, 0.5)
                loop.stop(StopReason.USER)

    init = Loop.__init__
    with monkeypatch.context() as patch:
        patch.setattr(Loop, "__init__", lambda self, *args: init(self, *args[:-1], [Turn(), *args[-1]]))
        part = train(spirals())
    held = load_newest(RunFolder(Path(part.run)).checkpoints)
    assert held is not None
    assert held.state.groups[0]["lr"] == 0.5
    train(None, resume=Path(part.run))
    after = load_newest(RunFolder(Path(part.run)).checkpoints)
    assert after is not None
    assert after.state.groups[0]["lr"] == 0.5


def test_a_stop_sent_to_a_dead_run_does_not_end_the_next(train: Train) -> None:
    part = train(spirals(epochs=1))
    with RunReader(Path(part.run)) as reader:
        reader.rows("INSERT INTO control (time, body) VALUES (0, ?)", _encoded(Stop()))
    rest = train(None, resume=Path(part.run), overrides={"epochs": 2})
    assert (rest.status, rest.epochs) == ("finished", 2)


def _encoded(control: Stop) -> bytes:
    from engine.messages.control import encode

    return encode(control)
