"""The loop trains exactly what a hand-written loop trains."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.training import Summary
from engine.training.data import load, prepare
from engine.training.setup import build
from tests.support.training import curves, digits, spirals

Train = Callable[..., Summary]
OPTIMIZERS: list[tuple[dict[str, Any], Callable[[Any], torch.optim.Optimizer]]] = [
    ({"id": "adam", "params": {"lr": 0.01}}, lambda p: torch.optim.Adam(p, lr=0.01, fused=True)),
    ({"id": "adamw"}, lambda p: torch.optim.AdamW(p, lr=0.001, fused=True)),
    (
        {"id": "sgd", "params": {"lr": 0.1, "momentum": 0.9, "nesterov": True}},
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, fused=True),
    ),
]


class ByHand(nn.Module):
    """The net of `spirals`."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(2, 8)
        self.norm = nn.BatchNorm1d(8)
        self.drop = nn.Dropout(0.2)
        self.fc2 = nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.fc1(x)
        return self.fc2(self.drop(torch.tanh(self.norm(x))))


def by_hand(make: Callable[[Any], torch.optim.Optimizer], epochs: int) -> tuple[nn.Module, list[float]]:
    """Train as one writes it: seed, shuffle, step."""
    data = build(spirals()).data
    x, y = data.train.inputs[0], data.train.targets[0]
    torch.manual_seed(7)
    network = ByHand()
    optimizer = make(network.parameters())
    torch.manual_seed(7)
    losses = []
    for epoch in range(epochs):
        rows = torch.randperm(len(x), generator=torch.Generator().manual_seed(7 * 1_000_003 + epoch))
        for chosen in rows.split(32):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(network(x[chosen]), y[chosen])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return network, losses


@pytest.mark.parametrize(("optimizer", "make"), OPTIMIZERS, ids=["adam", "adamw", "sgd"])
def test_weights_and_losses_equal_a_plain_loop_bit_for_bit(
    train: Train, optimizer: dict[str, Any], make: Callable[[Any], torch.optim.Optimizer]
) -> None:
    torch.set_num_threads(1)
    done = train(spirals(optimizer=optimizer, epochs=6))
    network, losses = by_hand(make, 6)
    weights = load_file(Path(done.run) / "checkpoints" / str(done.steps) / "weights.safetensors")
    for name, tensor in network.state_dict().items():
        assert torch.equal(weights[name], tensor), name
    assert [value for _, _, value in curves(done.run)["train/loss"]] == losses


def test_the_same_seed_gives_the_same_run_and_another_does_not(train: Train) -> None:
    first, second, other = (train(spirals(seed=seed)) for seed in (3, 3, 4))
    assert curves(first.run) == curves(second.run)
    assert curves(first.run) != curves(other.run)


def test_watching_changes_nothing_that_is_learnt(train: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = train(spirals())
    monkeypatch.setattr("engine.training.run.all_probes", list)
    alone = train(spirals())
    assert curves(watched.run) == curves(alone.run)


def test_values_are_means_over_samples_not_over_batches(train: Train) -> None:
    document = spirals(epochs=1, batch_size=100, validation_split=0.2)
    done = train(document)
    setup = build(document)
    weights = load_file(Path(done.run) / "checkpoints" / str(done.steps) / "weights.safetensors")
    network = setup.forward.compiled.network
    network.load_state_dict(weights)
    network.eval()
    scores, truth = network(setup.data.val.inputs[0]), setup.data.val.targets[0]
    assert done.val["accuracy"] == pytest.approx((scores.argmax(1) == truth).float().mean().item(), abs=1e-6)
    assert done.val["loss"] == pytest.approx(nn.functional.cross_entropy(scores, truth).item(), abs=1e-6)
    losses = [value for _, _, value in curves(done.run)["train/loss"]]
    assert len(losses) == 2
    assert done.train["loss"] == pytest.approx((100 * losses[0] + 60 * losses[1]) / 160)


@pytest.mark.parametrize("size", [1, 7, 40])
def test_validation_does_not_depend_on_its_batches(size: int) -> None:
    setup = build(spirals())
    whole = setup.forward.evaluate(setup.data.val, setup.data.val.count).values
    parts = setup.forward.evaluate(setup.data.val, size).values
    assert parts == pytest.approx(whole, abs=1e-6)
    assert all(module.training for module in setup.forward.compiled.network.modules())


def test_digits_are_learnt(train: Train) -> None:
    done = train(digits(epochs=12, optimizer={"id": "adam", "params": {"lr": 0.01}}))
    assert done.val["accuracy"] is not None
    assert done.val["accuracy"] >= 0.92
    assert done.best["epoch"] >= 1


def test_several_losses_are_summed(train: Train) -> None:
    from engine.graph import AddNode, Connect, Edge, Node

    document = digits(epochs=1)
    document.apply(AddNode(Node("aux", "cross_entropy", {"scale": 0.5})))
    document.apply(Connect(Edge("fc", "out", "aux", "in")))
    document.apply(Connect(Edge("label", "out", "aux", "target")))
    done = train(document)
    found = curves(done.run)
    for (_, _, total), (_, _, one), (_, _, other) in zip(
        found["train/loss"], found["train/loss_"], found["train/aux"], strict=True
    ):
        assert total == pytest.approx(one + other)
        assert other == pytest.approx(one / 2)


def test_prepared_data_holds_every_sample_once() -> None:
    document = spirals()
    setup = build(document)
    samples = load(setup.recipe)
    data = prepare(samples, setup.recipe, setup.forward.compiled.plan)
    rows = torch.cat([data.train.inputs[0], data.val.inputs[0]])
    assert len(rows) == len(samples) == 200
    assert {tuple(row) for row in rows.tolist()} == {tuple(row) for row in samples.arrays["x"].tolist()}
