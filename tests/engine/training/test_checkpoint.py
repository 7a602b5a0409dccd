"""Checkpoints on disk."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engine.errors import RunError
from engine.runs import RunFolder, RunReader, info
from engine.training import Summary, checkpoint
from engine.training.capture import capture, restore
from engine.training.checkpoint import Best
from engine.training.setup import build
from tests.support.training import curves, digits, newest_tensors, same, spirals

Train = Callable[..., Summary]


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    setup = build(spirals())
    for batch, _ in setup.data.train.batches(32):
        setup.optimizer.zero_grad()
        setup.forward(batch)[0].backward()  # type: ignore[no-untyped-call]
        setup.optimizer.step()
    place = checkpoint.Place(step=5, epoch=1, batch=0, sums=[0.1, 1 / 3], count=160, best=Best(1, 5, 0.5))
    torch.rand(3)
    held = capture(setup, place, 1)
    expected = torch.rand(3)
    checkpoint.save(tmp_path / "checkpoints", held)
    assert sorted(path.name for path in (tmp_path / "checkpoints" / "5").iterdir()) == [
        "optimizer.safetensors",
        "state.json",
        "weights.safetensors",
    ]
    other = build(spirals())
    found = checkpoint.load_newest(tmp_path / "checkpoints")
    assert found is not None
    assert found.state.place == held.state.place
    restore(found, other)
    assert torch.equal(torch.rand(3), expected)
    again = capture(other, place, 1)
    assert same(again.weights, held.weights)
    assert again.state.groups == held.state.groups
    assert same(
        {name: value for name, value in again.tensors.items() if name.startswith("state.")},
        {name: value for name, value in held.tensors.items() if name.startswith("state.")},
    )


def test_the_best_weights_are_kept_and_little_else(train: Train) -> None:
    done = train(spirals(epochs=60, optimizer={"id": "adam", "params": {"lr": 0.3}}))
    folder = Path(done.run) / "checkpoints"
    with RunReader(Path(done.run)) as reader:
        best_step = reader.state().best_step
    losses = {step: value for step, _, value in curves(done.run)["val/loss"]}
    assert losses[best_step] == min(losses.values()) == done.best["val"]["loss"]
    assert best_step < done.steps
    found = sorted(int(path.name) for path in folder.iterdir())
    assert best_step in found
    assert found[-1] == done.steps
    assert len(found) <= checkpoint.KEPT + 1
    setup = build(spirals())
    checkpoint.load_weights(setup.forward.compiled, load_file(folder / str(best_step) / "weights.safetensors"))
    values = setup.forward.evaluate(setup.data.val, setup.validation_size).values
    assert values["loss"] == pytest.approx(losses[best_step], abs=1e-6)


def test_weights_of_another_network_are_refused() -> None:
    weights = checkpoint.weights_of(build(spirals()).forward.compiled)
    with pytest.raises(RunError, match=r'no weights "conv\.weight": it belongs to another network'):
        checkpoint.load_weights(build(digits()).forward.compiled, weights)
    weights["fc2.weight"] = torch.zeros(3, 8)
    with pytest.raises(
        RunError, match=r'"fc2\.weight" are \(3, 8\) in the checkpoint and \(2, 8\) in the network'
    ):
        checkpoint.load_weights(build(spirals()).forward.compiled, weights)


def test_the_newest_that_can_be_read_is_taken(train: Train) -> None:
    done = train(spirals())
    folder = Path(done.run) / "checkpoints"
    older, newest = checkpoint.steps(folder)
    (folder / str(newest) / "weights.safetensors").write_bytes(b"cut")
    found = checkpoint.load_newest(folder)
    assert found is not None
    assert found.state.place.step == older
    (folder / str(older) / "state.json").write_text("{}")
    with pytest.raises(RunError, match="cannot be read"):
        checkpoint.load_newest(folder)
    assert checkpoint.load_newest(folder / "nowhere") is None


def test_a_disk_that_refuses_a_checkpoint_does_not_stop_the_training(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.training.checkpoint.save_file", refuse)
    told: list[str] = []
    done = train(spirals(epochs=8), on_progress=lambda progress: told.append(progress.message))
    assert done.status == "finished"
    assert not list((Path(done.run) / "checkpoints").iterdir())
    assert len(curves(done.run)["train/loss"]) == 40


KILLED = """
import sys
from pathlib import Path
from engine.runs import RunFolder
from engine.training import train_run
run = RunFolder.open(Path(sys.argv[1]))
train_run(run, resume=sys.argv[2] == "resume", thread_count=1, on_progress=lambda p: print(p.step, flush=True))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_killed_again_and_again_it_ends_as_if_never_killed(train: Train, tmp_path: Path) -> None:
    epochs, chance = 150, random.Random(5)
    whole = train(spirals(epochs=epochs))
    run = RunFolder.create(tmp_path, spirals(epochs=epochs))
    mode = "start"
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(run.path), mode], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(chance.randint(1, 3)):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        # One that had no time to write down that it runs is waited for a while before it counts as dead.
        assert info(run).status in ("dead", "finished", "starting")
        mode = "resume"
    rest = train(None, resume=run.path)
    assert rest.steps == whole.steps
    assert same(newest_tensors(whole.run), newest_tensors(rest.run))
    assert curves(whole.run) == curves(rest.run)
