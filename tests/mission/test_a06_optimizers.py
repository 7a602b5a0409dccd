"""A6: each optimizer of the course is there, is torch's own or its paper's, and trains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from engine.recipe import all_optimizers
from engine.torchside.make import resolve
from engine.training import Summary
from tests.support.training import curves, line

Params = dict[str, Any]

TORCHS: dict[str, tuple[str, Params, Callable[..., torch.optim.Optimizer], Params]] = {
    "SGD": ("sgd", {"lr": 0.1}, torch.optim.SGD, {"lr": 0.1}),
    "momentum": ("sgd", {"lr": 0.1, "momentum": 0.8}, torch.optim.SGD, {"lr": 0.1, "momentum": 0.8}),
    "Nesterov": (
        "sgd",
        {"lr": 0.1, "momentum": 0.8, "nesterov": True},
        torch.optim.SGD,
        {"lr": 0.1, "momentum": 0.8, "nesterov": True},
    ),
    "Adagrad": ("adagrad", {"lr": 0.2}, torch.optim.Adagrad, {"lr": 0.2}),
    "Adadelta": ("adadelta", {"lr": 0.9}, torch.optim.Adadelta, {"lr": 0.9}),
    "RMSprop": ("rmsprop", {"lr": 0.05}, torch.optim.RMSprop, {"lr": 0.05}),
    "Adam": ("adam", {"lr": 0.05}, torch.optim.Adam, {"lr": 0.05}),
    "AdamW": ("adamw", {"lr": 0.05, "weight_decay": 0.1}, torch.optim.AdamW, {"lr": 0.05, "weight_decay": 0.1}),
    "Adamax": ("adamax", {"lr": 0.05}, torch.optim.Adamax, {"lr": 0.05}),
    "NAdam": ("nadam", {"lr": 0.05}, torch.optim.NAdam, {"lr": 0.05}),
    "RAdam": ("radam", {"lr": 0.05}, torch.optim.RAdam, {"lr": 0.05}),
    "Adafactor": ("adafactor", {"lr": 0.05}, torch.optim.Adafactor, {"lr": 0.05}),
    "LBFGS": ("lbfgs", {"lr": 0.5}, torch.optim.LBFGS, {"lr": 0.5}),
}
PAPERS = {"FTRL": "ftrl", "Muon": "muon", "Lion": "lion"}
"""Their equations: tests/engine/torchside/test_optimizers.py."""


def walked(make: Callable[..., torch.optim.Optimizer], params: Params) -> np.ndarray:
    """Where a matrix is after each of 6 steps down a bowl."""
    weight = torch.linspace(-2, 3, 12).reshape(4, 3).requires_grad_()
    optimizer = make([weight], **params)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        found = (torch.arange(1.0, 13).reshape(4, 3) * (weight - 0.5).square()).sum()
        found.backward()
        return found

    path = []
    for _ in range(6):
        optimizer.step(loss)
        path.append(weight.detach().numpy().copy())
    return np.stack(path)


@pytest.mark.parametrize("name", TORCHS)
def test_it_walks_as_torchs_own(name: str) -> None:
    id, params, torchs, theirs = TORCHS[name]
    kind = all_optimizers()[id]
    ours = walked(resolve(kind.target), kind.parse(params).arguments())
    np.testing.assert_allclose(ours, walked(torchs, theirs), rtol=1e-6)


@pytest.mark.parametrize("id", dict.fromkeys([*(id for id, *_ in TORCHS.values()), *PAPERS.values()]))
def test_it_trains(train: Callable[..., Summary], id: str) -> None:
    rates = {"adadelta": 1.0, "adagrad": 0.5, "ftrl": 0.5, "lbfgs": 0.5}
    chosen = {"id": id, "params": {"lr": rates.get(id, 0.05)}}
    done = train(line(optimizer=chosen, target_scaling="standard", epochs=3 if id == "lbfgs" else 30))
    losses = [value for _, _, value in curves(done.run)["train/loss"]]
    assert np.mean(losses[-5:]) < 0.75 * losses[0]
