"""On a GPU: nothing waits, mixed precision works, and going on works."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from engine.runs import RunReader
from engine.training import Summary
from engine.training.setup import build
from tests.support.training import curves, digits, line

Train = Callable[..., Summary]
pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


@pytest.mark.parametrize("precision", ["float32", "mixed"])
def test_digits_are_learnt_on_cuda(train: Train, precision: str) -> None:
    done = train(
        digits(device="cuda", precision=precision, epochs=12, optimizer={"id": "adam", "params": {"lr": 0.01}})
    )
    assert done.device.startswith("cuda:0")
    assert done.val["accuracy"] is not None
    assert done.val["accuracy"] >= 0.9
    assert len(curves(done.run)["train/loss"]) == done.steps
    with RunReader(Path(done.run)) as reader:
        assert {type(frame).__name__ for frame in reader.history()} >= {"FeatureMaps", "LayerNorms", "Samples"}


def test_data_lies_on_the_device() -> None:
    setup = build(digits(device="cuda"))
    assert setup.data.train.inputs[0].device.type == "cuda"


def test_a_step_does_not_wait_for_the_device() -> None:
    from engine.probes import DeviceScores, PinnedReadback

    setup = build(digits(device="cuda"))
    readback = PinnedReadback()
    recorded: list[int] = []
    scores = DeviceScores(
        setup.forward.names, 1, lambda step, _epoch, _values: recorded.append(step), readback, setup.device
    )
    batch = setup.data.train.between(0, 64)
    setup.forward(batch)
    torch.cuda.synchronize()
    torch.cuda.set_sync_debug_mode("error")
    try:
        for step in range(1, 6):
            values = setup.forward(batch)
            values[0].backward()  # type: ignore[no-untyped-call]
            setup.optimizer.step()
            scores.add(step, 1.0, values, 64)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    readback.drain()
    assert recorded == [1, 2, 3, 4, 5]


def test_a_loss_that_explodes_is_found_within_a_few_steps(train: Train) -> None:
    done = train(line(lr=10.0, device="cuda"))
    assert done.reason == "not finite"
    losses = curves(done.run)["train/loss"]
    first = next(step for step, _, value in losses if not math.isfinite(value))
    assert f"at step {int(first)}." in done.message
    assert done.steps - first < 200


def test_a_run_goes_on_on_cuda(train: Train) -> None:
    done = train(digits(device="cuda", epochs=2))
    rest = train(None, resume=Path(done.run), overrides={"epochs": 4})
    assert (rest.status, rest.epochs) == ("finished", 4)
