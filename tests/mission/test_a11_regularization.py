"""A11: what each regularization is for happens."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from engine.formats.format import Subject
from engine.graph import Document
from engine.runs import RunFolder, with_recipe
from engine.training import Summary
from engine.training.checkpoint import load_weights
from engine.training.setup import build
from tests.support.drawing import Drawing
from tests.support.drawn import given
from tests.support.judged import judged
from tests.support.training import curves, line, newest_tensors

Train = Callable[..., Summary]
ONES = torch.ones(4000, 8)


@pytest.fixture
def one_matters(tmp_path: Path) -> Callable[..., Document]:
    """Eight features of which the first alone says anything; one neuron."""
    dice = np.random.default_rng(0)
    x = dice.normal(size=(300, 8)).astype(np.float32)
    path = tmp_path / "features.npz"
    np.savez(path, x=x, y=(2 * x[:, :1] + 0.3 * dice.normal(size=(300, 1))).astype(np.float32))

    def make(**recipe: Any) -> Document:
        drawing = Drawing()
        drawing.add("x", "input", shape=[8])
        drawing.add("fc", "dense", "x", out_features=1)
        drawing.add("y", "target", shape=[1], dtype="float32")
        drawing.add("loss", "mse", to={"in": "fc", "target": "y"})
        values = {
            "data": {"id": "npz", "params": {"path": str(path)}},
            "optimizer": {"id": "sgd", "params": {"lr": 0.01}},
            "epochs": 60,
            "batch_size": 30,
            "device": "cpu",
            **recipe,
        }
        return with_recipe(drawing.document, values)

    return make


def weights(done: Summary) -> Tensor:
    """What the neuron learnt."""
    return newest_tensors(done.run)["fc.weight"][0]


def test_l1_puts_weights_that_say_nothing_to_zero(train: Train, one_matters: Callable[..., Document]) -> None:
    plain, pulled = weights(train(one_matters())), weights(train(one_matters(l1=0.2)))
    assert plain[1:].abs().max() > 0.01
    assert pulled[1:].abs().max() < 0.003  # one step of 0.01·0.2 around 0
    assert pulled[0].item() == pytest.approx(plain[0].item() - 0.2 / 2, abs=0.03)  # the lasso's shift, λ / 2σ²


def test_l2_shrinks_weights_as_ridge_regression_does(train: Train, one_matters: Callable[..., Document]) -> None:
    plain, pulled = weights(train(one_matters())), weights(train(one_matters(l2=1.0)))
    assert pulled[0].item() == pytest.approx(plain[0].item() / 2, rel=0.05)  # 1 / (1 + λ) for a variance of 1


@pytest.mark.parametrize("p", [0.1, 0.5])
def test_dropout_drops_its_share_and_keeps_the_mean(p: float) -> None:
    found = given("dropout", {"p": p}, training=True, in_=ONES)
    assert (found == 0).float().mean().item() == pytest.approx(p, abs=0.01)
    assert found.mean().item() == pytest.approx(1, abs=0.02)
    assert torch.equal(given("dropout", {"p": p}, in_=ONES), ONES)


def test_spatial_dropout_drops_channels() -> None:
    found = given("spatial_dropout", {"p": 0.3}, training=True, in_=torch.ones(500, 8, 4, 4))
    alive = (found != 0).flatten(2)
    assert torch.equal(alive.any(-1), alive.all(-1))
    assert alive.float().mean().item() == pytest.approx(0.7, abs=0.03)


def test_alpha_dropout_keeps_mean_and_deviation() -> None:
    dice = torch.Generator().manual_seed(0)
    x = torch.randn(4000, 8, generator=dice)
    found = given("alpha_dropout", {"p": 0.2}, training=True, in_=x)
    assert not torch.equal(found, x)
    assert found.mean().item() == pytest.approx(0, abs=0.03)
    assert found.std().item() == pytest.approx(1, abs=0.03)


def test_stopping_early_restores_the_best_weights(train: Train) -> None:
    recipe: dict[str, Any] = {"optimizer": {"id": "sgd", "params": {"lr": 0.1}}, "epochs": 400}
    done = train(line(**recipe, patience=3, restore_best=True))
    losses = [value for _, _, value in curves(done.run)["val/loss"]]
    assert done.reason == "early"
    assert len(losses) == int(np.argmin(losses)) + 1 + 3 < 400
    saved = Subject.of_run(RunFolder(Path(done.run))).weights
    assert saved is not None
    setup = build(line(**recipe))
    load_weights(setup.forward.compiled, load_file(saved))
    again = setup.forward.evaluate(setup.data.val, 64).values["loss"]
    assert again == pytest.approx(min(losses), rel=1e-5)


def test_the_bound_of_max_norm_holds(train: Train, one_matters: Callable[..., Document]) -> None:
    assert weights(train(one_matters())).norm() > 1.5
    assert weights(train(one_matters(max_norm=0.8))).norm().item() == pytest.approx(0.8, rel=1e-5)


def test_label_smoothing_equals_its_formula() -> None:
    scores, labels = torch.randn(9, 5, generator=torch.Generator().manual_seed(1)), torch.arange(9) % 5
    truth = 0.9 * functional.one_hot(labels, 5) + 0.1 / 5
    expected = -(truth * scores.log_softmax(-1)).sum(-1).mean().item()
    found = judged("cross_entropy", {"label_smoothing": 0.1}, scores, target=labels)
    assert found == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("recipe", [{"clip_norm": 0.5}, {"clip_value": 0.1}], ids=str)
def test_clipping_bounds_what_a_step_moves(
    train: Train, one_matters: Callable[..., Document], recipe: dict[str, float]
) -> None:
    once = {"epochs": 1, "batching": "batch", "optimizer": {"id": "sgd", "params": {"lr": 1.0}}}

    def moved(**more: float) -> Tensor:
        before = build(one_matters(**once)).forward.compiled.network.state_dict()
        after = newest_tensors(train(one_matters(**once, **more)).run)
        return torch.cat([(after[name] - before[name]).flatten() for name in ("fc.weight", "fc.bias")])

    free, bounded = moved(), moved(**recipe)
    assert free.norm() > 1
    if "clip_norm" in recipe:
        torch.testing.assert_close(bounded, free * 0.5 / free.norm(), rtol=1e-4, atol=1e-5)
    else:
        torch.testing.assert_close(bounded, free.clamp(-0.1, 0.1), rtol=1e-4, atol=1e-5)
    assert math.isfinite(bounded.norm().item())
