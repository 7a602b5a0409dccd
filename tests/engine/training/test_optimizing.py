"""Every optimizer in the loop trains what it trains in a plain loop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from engine.recipe import Optimizer, all_optimizers
from engine.torchside.make import resolve
from engine.training import Summary
from engine.training.setup import build
from tests.support.training import curves, line, newest_tensors, same

Train = Callable[..., Summary]
SMALL = {"data": {"id": "diabetes"}, "batch_size": 100, "seed": 2, "epochs": 4}
PARAMS = {"lbfgs": {"max_iter": 4, "history_size": 3, "lr": 0.5}, "ftrl": {"l1": 0.1}}


@pytest.mark.parametrize("kind", all_optimizers(), ids=lambda kind: kind.id)
def test_an_optimizer_in_the_loop_equals_a_plain_loop(train: Train, kind: type[Optimizer]) -> None:
    torch.set_num_threads(1)
    params = PARAMS.get(kind.id, {})
    document = line(optimizer={"id": kind.id, "params": params}, **SMALL)
    done = train(document)
    data = build(document).data.train
    torch.manual_seed(2)
    network = nn.Linear(10, 1)
    optimizer = resolve(kind.target)(list(network.parameters()), **kind.parse(params).arguments())
    for epoch in range(4):
        rows = torch.randperm(data.count, generator=torch.Generator().manual_seed(2 * 1_000_003 + epoch))
        for chosen in rows.split(100):
            x, y = data.inputs[0][chosen], data.targets[0][chosen]

            def loss(x: torch.Tensor = x, y: torch.Tensor = y) -> torch.Tensor:
                optimizer.zero_grad()
                found = functional.mse_loss(network(x), y)
                found.backward()
                return found

            if kind.searches:
                optimizer.step(loss)
            else:
                loss()
                optimizer.step()
    weights = load_file(Path(done.run) / "checkpoints" / str(done.steps) / "weights.safetensors")
    torch.testing.assert_close(weights["fc.weight"], network.weight.detach(), rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(weights["fc.bias"], network.bias.detach(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", all_optimizers(), ids=lambda kind: kind.id)
def test_any_optimizer_goes_on_exactly(train: Train, kind: type[Optimizer]) -> None:
    recipe = {"optimizer": {"id": kind.id, "params": PARAMS.get(kind.id, {})}, **SMALL}
    whole = train(line(**recipe))
    half = train(line(**{**recipe, "epochs": 2}))
    rest = train(None, resume=Path(half.run), overrides={"epochs": 4})
    assert same(newest_tensors(whole.run), newest_tensors(rest.run))
    assert curves(whole.run) == curves(rest.run)
