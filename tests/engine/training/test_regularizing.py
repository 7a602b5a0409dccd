"""Penalties, clipping, max-norm, gathered gradients, averages, schedules, stopping: against plain loops."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from engine.errors import BuildError
from engine.formats.format import Subject
from engine.runs import RunFolder
from engine.training import Summary
from engine.training.checkpoint import load_newest, load_weights, steps
from engine.training.setup import build
from tests.support.training import curves, line, newest_tensors, same, spirals

Train = Callable[..., Summary]
Extra = Callable[[nn.Linear], Tensor | float]
RECIPE: dict[str, Any] = {
    "optimizer": {"id": "sgd", "params": {"lr": 0.05, "momentum": 0.9}},
    "batch_size": 100,
    "seed": 3,
    "epochs": 5,
}


def weights(done: Summary) -> dict[str, Tensor]:
    """A run's last weights."""
    return load_file(Path(done.run) / "checkpoints" / str(done.steps) / "weights.safetensors")


def by_hand(
    penalty: Extra = lambda _: 0.0,
    clip: Callable[[Any], object] = lambda _: None,
    after: Callable[[nn.Linear], object] = lambda _: None,
    rate: Callable[[int], float] = lambda _: 0.05,
) -> nn.Linear:
    """A plain loop over `line`'s data."""
    torch.set_num_threads(1)
    data = build(line(**RECIPE)).data.train
    torch.manual_seed(3)
    network = nn.Linear(10, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    step = 0
    for epoch in range(5):
        rows = torch.randperm(data.count, generator=torch.Generator().manual_seed(3 * 1_000_003 + epoch))
        for chosen in rows.split(100):
            optimizer.param_groups[0]["lr"] = rate(step)
            optimizer.zero_grad()
            loss = functional.mse_loss(network(data.inputs[0][chosen]), data.targets[0][chosen])
            (loss + penalty(network)).backward()
            clip(network.parameters())
            optimizer.step()
            after(network)
            step += 1
    return network


def assert_equal(done: Summary, network: nn.Linear) -> None:
    """A run ended where a plain loop ended."""
    found = weights(done)
    torch.testing.assert_close(found["fc.weight"], network.weight.detach(), rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(found["fc.bias"], network.bias.detach(), rtol=1e-5, atol=1e-6)


def longest(network: nn.Linear) -> None:
    """Srebro's and Hinton's constraint: rows no longer than 20."""
    with torch.no_grad():
        for row in network.weight:
            if row.norm() > 20:
                row.mul_(20 / row.norm())


CASES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"l1": 3.0}, {"penalty": lambda net: 3.0 * net.weight.abs().sum()}),
    ({"l2": 0.5}, {"penalty": lambda net: 0.5 * net.weight.square().sum()}),
    ({"clip_norm": 8.0}, {"clip": lambda found: nn.utils.clip_grad_norm_(found, 8.0)}),
    ({"clip_value": 2.0}, {"clip": lambda found: nn.utils.clip_grad_value_(found, 2.0)}),
    ({"max_norm": 20.0}, {"after": longest}),
]


@pytest.mark.parametrize(("recipe", "plain"), CASES, ids=[next(iter(recipe)) for recipe, _ in CASES])
def test_a_regularization_equals_a_plain_loop_and_has_an_effect(
    train: Train, recipe: dict[str, Any], plain: dict[str, Any]
) -> None:
    done = train(line(**RECIPE, **recipe))
    assert_equal(done, by_hand(**plain))
    assert not torch.allclose(weights(done)["fc.weight"], by_hand().weight.detach(), rtol=1e-3)


def test_gathered_gradients_equal_those_of_a_large_batch(train: Train) -> None:
    whole = train(line(**RECIPE))
    parts = train(line(**{**RECIPE, "batch_size": 25, "accumulate": 4}))
    assert parts.steps > 3 * whole.steps
    for name, tensor in weights(whole).items():
        torch.testing.assert_close(weights(parts)[name], tensor, rtol=1e-4, atol=1e-4)


def test_the_average_is_torchs_and_is_what_is_validated(train: Train) -> None:
    done = train(line(**RECIPE, ema=0.9))
    data = build(line(**RECIPE)).data
    averaged: list[AveragedModel] = []

    def follow(network: nn.Linear) -> None:
        if not averaged:
            averaged.append(AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(0.9)))
        averaged[0].update_parameters(network)

    assert_equal(done, by_hand(after=follow))  # training itself goes on with its own weights
    loss = functional.mse_loss(averaged[0](data.val.inputs[0]), data.val.targets[0]).item()
    assert done.val["loss"] == pytest.approx(loss, rel=1e-5)


def test_a_schedule_and_a_warm_up_set_each_steps_rate(train: Train) -> None:
    schedule = {"id": "cosine", "params": {"every": "step"}}
    done = train(line(**RECIPE, schedule=schedule, warmup=3))

    def rate(step: int) -> float:
        return 0.05 * min(1.0, (step + 1) / 4) * (1 + math.cos(math.pi * step / done.steps)) / 2

    assert_equal(done, by_hand(rate=rate))
    found = curves(done.run)["lr"]
    assert [step for step, _, _ in found] == list(range(1, done.steps + 1))
    assert [value for _, _, value in found] == pytest.approx([rate(step) for step in range(done.steps)])


@pytest.mark.parametrize(
    "recipe",
    [
        {"schedule": {"id": "step", "params": {"step_size": 2, "gamma": 0.5}}},
        {"schedule": {"id": "one_cycle"}, "warmup": 2},
        {"schedule": {"id": "plateau", "params": {"patience": 0, "threshold": 0.5}}},
        {"ema": 0.8, "accumulate": 3, "clip_norm": 1.0, "max_norm": 2.0, "l1": 0.01},
        {"drop_last": True, "patience": 9, "monitor": "accuracy", "monitor_mode": "higher"},
    ],
    ids=str,
)
def test_going_on_is_exact(train: Train, recipe: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.saving.SHARE", math.inf)  # each epoch is saved
    whole = train(spirals(epochs=6, **recipe))
    half = train(spirals(epochs=6, **recipe))
    folder = Path(half.run) / "checkpoints"
    (folder / str(steps(folder)[-1])).rename(folder / ".lost")
    rest = train(None, resume=Path(half.run))
    assert rest.steps == whole.steps
    assert same(newest_tensors(whole.run), newest_tensors(rest.run))
    assert curves(whole.run) == curves(rest.run)
    assert whole.best == rest.best


def test_a_plateau_lowers_the_rate(train: Train) -> None:
    plateau = {"id": "plateau", "params": {"patience": 0, "threshold": 0.9, "gamma": 0.5}}
    done = train(line(**RECIPE, schedule=plateau))
    assert [value for _, _, value in curves(done.run)["lr"]][:3] == [0.05, 0.025, 0.0125]


def test_training_stops_early_and_ends_with_the_best_weights(train: Train) -> None:
    recipe = {**RECIPE, "optimizer": {"id": "sgd", "params": {"lr": 0.1}}, "epochs": 500}
    done = train(line(**recipe, patience=4, restore_best=True, min_delta=1.0))
    assert done.reason == "early"
    assert done.status == "finished"
    assert done.epochs < 500
    losses = [value for _, _, value in curves(done.run)["val/loss"]]
    assert len(losses) == done.epochs
    # The rule, written down once more: four epochs in a row not lower than the best by 1.
    best, bad, stop = math.inf, 0, None
    for epoch, loss in enumerate(losses, 1):
        best, bad = (loss, 0) if loss < best - 1.0 else (best, bad + 1)
        if bad == 4 and stop is None:
            stop = epoch
    assert stop == done.epochs
    assert done.best["epoch"] == int(np.argmin(losses)) + 1
    subject = Subject.of_run(RunFolder(Path(done.run)))
    assert subject.weights is not None
    setup = build(line(**recipe))
    load_weights(setup.forward.compiled, load_file(subject.weights))
    best = setup.forward.evaluate(setup.data.val, 64).values["loss"]
    assert best == pytest.approx(min(losses), rel=1e-5)
    assert losses[-1] != pytest.approx(min(losses), rel=1e-5)
    again = train(None, resume=Path(done.run))
    assert (again.reason, again.epochs) == ("early", done.epochs)
    more = train(None, resume=Path(done.run), overrides={"patience": 0, "epochs": done.epochs + 2})
    assert more.epochs == done.epochs + 2


def test_as_many_checkpoints_are_kept_as_asked(train: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.saving.SHARE", math.inf)
    done = train(spirals(epochs=30, keep_checkpoints=4))
    kept = steps(RunFolder(Path(done.run)).checkpoints)
    assert len(kept) == 4
    assert kept[-1] == done.steps
    rare = train(spirals(epochs=8, checkpoint_every=3, keep_checkpoints=9))
    found = steps(RunFolder(Path(rare.run)).checkpoints)
    assert len(found) > 1
    assert all(later - earlier >= 15 for earlier, later in itertools.pairwise(found[:-1]))


def test_the_best_can_be_the_highest_of_a_metric(train: Train) -> None:
    done = train(spirals(epochs=8, monitor="accuracy", monitor_mode="higher"))
    values = [value for _, _, value in curves(done.run)["val/accuracy"]]
    assert done.best["epoch"] == int(np.argmax(values)) + 1
    with pytest.raises(BuildError, match=r'Monitor names "acuracy".*loss, accuracy.*Did you mean "accuracy"'):
        build(spirals(monitor="acuracy"))


@pytest.mark.parametrize(
    ("recipe", "sizes"),
    [
        ({"batching": "batch"}, [160]),
        ({"batching": "stochastic"}, [1] * 160),
        ({"batch_size": 50}, [50, 50, 50, 10]),
        ({"batch_size": 50, "drop_last": True}, [50, 50, 50]),
        ({"batch_size": 500, "drop_last": True}, [160]),
    ],
    ids=str,
)
def test_batches_steps_and_epochs_count(train: Train, recipe: dict[str, Any], sizes: list[int]) -> None:
    document = spirals(**{"epochs": 2, **recipe})
    assert [end - start for start, end in build(document).bounds] == sizes
    if recipe.get("batching") != "stochastic":  # batch norm cannot train on one sample
        done = train(document)
        assert (done.epochs, done.steps) == (2, 2 * len(sizes))


def test_stochastic_descent_takes_a_step_a_sample(train: Train) -> None:
    done = train(line(batching="stochastic", epochs=2, optimizer={"id": "sgd", "params": {"lr": 0.001}}))
    assert done.steps == 2 * build(line()).data.train.count


def test_a_turned_rate_stays_in_proportion_to_the_schedule() -> None:
    setup = build(spirals(schedule={"id": "linear"}))
    (learner,) = setup.learners
    learner.follow(0, 2, 20, 4)
    assert learner.rate == 0.005
    learner.turn(0.05)
    assert learner.rate == pytest.approx(0.05)
    learner.follow(15, 3, 20, 4)
    assert learner.rate == pytest.approx(0.025)


def test_an_old_checkpoint_without_rates_of_its_schedule_still_opens(train: Train) -> None:
    done = train(spirals(epochs=2))
    held = load_newest(Path(done.run) / "checkpoints")
    assert held is not None
    for group in held.state.groups:
        del group["initial_lr"]
    from engine.training.capture import restore

    setup = build(spirals(epochs=2))
    restore(held, setup)
    assert setup.learners[0].base == setup.learners[0].rate == 0.01
