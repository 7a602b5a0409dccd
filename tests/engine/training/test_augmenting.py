"""Augmentation in the loop: what is changed, what is mixed, and going on."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import functional

from engine.errors import BuildError
from engine.graph import Document
from engine.recipe import Recipe, Transform, all_transforms
from engine.runs import with_recipe
from engine.torchside.make import resolve
from engine.training import Summary
from engine.training.augmenting import Augmentation
from engine.training.checkpoint import steps
from engine.training.setup import build
from tests.support.drawing import Drawing
from tests.support.training import curves, digits, line, newest_tensors, same, spirals

Train = Callable[..., Summary]
ROTATE = {"id": "rotate", "params": {"degrees": 30.0}}
MIXUP = {"id": "mixup", "params": {"alpha": 1.0}}


def coder(**recipe: Any) -> Document:
    """Pictures that are to come out as they went in."""
    drawing = Drawing("Coder")
    drawing.add("image", "input", shape=[1, 8, 8])
    drawing.add("conv", "conv2d", "image", out_channels=1, kernel_size=3, padding=1)
    drawing.add("same", "target", shape=[1, 8, 8], dtype="float32", field="x")
    drawing.add("loss", "mse", to={"in": "conv", "target": "same"})
    return with_recipe(drawing.document, {"epochs": 1, "batch_size": 64, "device": "cpu", **recipe})


@pytest.mark.parametrize("kind", all_transforms(), ids=lambda kind: kind.id)
def test_every_transform_is_declared_trains_and_changes_the_run(train: Train, kind: type[Transform]) -> None:
    assert kind.help()
    assert callable(resolve(kind.target))
    plain = train(digits(epochs=1))
    changed = train(digits(epochs=1, transforms=[{"id": kind.id}]))
    assert changed.status == "finished"
    assert curves(plain.run)["train/loss"] != curves(changed.run)["train/loss"]


def test_a_run_with_transforms_goes_on_exactly(train: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.saving.SHARE", math.inf)
    recipe = {"epochs": 3, "transforms": [ROTATE, {"id": "noise"}, MIXUP, {"id": "crop"}]}
    whole, half = train(digits(**recipe)), train(digits(**recipe))
    folder = Path(half.run) / "checkpoints"
    (folder / str(steps(folder)[-1])).rename(folder / ".lost")
    rest = train(None, resume=Path(half.run))
    assert same(newest_tensors(whole.run), newest_tensors(rest.run))
    assert curves(whole.run) == curves(rest.run)


def test_a_picture_that_is_a_target_moves_with_its_input_but_takes_no_noise() -> None:
    setup = build(coder(transforms=[ROTATE]))
    assert setup.augmentation is not None
    batch = setup.data.train.between(0, 8)
    (turned,), (target,) = setup.augmentation(batch, 0)
    assert torch.equal(turned, target)
    assert not torch.equal(turned, batch[0][0])
    noisy = build(coder(transforms=[{"id": "noise"}])).augmentation
    assert noisy is not None
    (inputs,), (clean,) = noisy(batch, 0)
    assert torch.equal(clean, batch[1][0])
    assert not torch.equal(inputs, clean)


def test_each_step_has_its_own_chance_and_the_same_again() -> None:
    setup = build(digits(transforms=[ROTATE]))
    assert setup.augmentation is not None
    batch = setup.data.train.between(0, 8)
    first, second, again = (setup.augmentation(batch, step)[0][0] for step in (0, 1, 0))
    assert torch.equal(first, again)
    assert not torch.equal(first, second)


def test_mixed_labels_cost_what_their_one_hot_shares_cost() -> None:
    setup = build(digits(transforms=[MIXUP]))
    assert setup.augmentation is not None
    batch = setup.data.train.between(0, 16)
    mixed = setup.augmentation(batch, 4)
    loss = setup.augmentation.learn(setup.forward, mixed)[0]
    # Written down once more: the share and the partners come back out of the mixed pictures.
    pictures, hot = batch[0][0], functional.one_hot(batch[1][0], 10).float()
    generator = torch.Generator().manual_seed(0 * 7_368_787 + 4)
    _, others, share = resolve("engine.torchside.transforms.mixing.mixup")([pictures], generator, alpha=1.0)
    scores = setup.forward.compiled.network(mixed[0][0])
    expected = functional.cross_entropy(scores, share * hot + (1 - share) * hot[others])
    assert 0.01 < share < 0.99
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(mixed[0][0], share * pictures + (1 - share) * pictures[others])


def test_numbers_to_predict_are_mixed_themselves() -> None:
    setup = build(line(transforms=[MIXUP]))
    assert setup.augmentation is not None
    batch = setup.data.train.between(0, 16)
    (x,), (y,) = setup.augmentation(batch, 1)
    generator = torch.Generator().manual_seed(0 * 7_368_787 + 1)
    _, others, share = resolve("engine.torchside.transforms.mixing.mixup")([batch[0][0]], generator, alpha=1.0)
    torch.testing.assert_close(y, share * batch[1][0] + (1 - share) * batch[1][0][others])
    assert not torch.equal(y, batch[1][0])
    mixed = ((x,), (y,))
    assert torch.equal(setup.augmentation.learn(setup.forward, mixed)[0], setup.forward(mixed)[0])


@pytest.mark.parametrize(
    ("document", "transform", "words"),
    [
        (spirals, "rotate", r"Rotate changes pictures \(N×C×H×W\), but no input"),
        (spirals, "cutmix", r"CutMix changes pictures"),
    ],
)
def test_what_cannot_be_changed_is_refused(document: Callable[..., Document], transform: str, words: str) -> None:
    with pytest.raises(BuildError, match=words):
        build(document(transforms=[{"id": transform}]))


def test_whole_numbers_cannot_be_mixed() -> None:
    drawing = Drawing("Words")
    drawing.add("x", "input", shape=[3], dtype="int64")
    last = drawing.chain(
        "x",
        ("vectors", "embedding", {"num_embeddings": 5, "embedding_dim": 4}),
        ("flat", "flatten", {}),
        ("fc", "dense", {"out_features": 2}),
    )
    drawing.classify(last)
    from engine.analysis import analyse, plan
    from engine.nodes import standard_catalog

    catalog = standard_catalog()
    found = plan(drawing.document, analyse(drawing.document, catalog), catalog)
    with pytest.raises(BuildError, match=r'Mixup averages numbers, but the input "x" holds whole numbers'):
        Augmentation(Recipe.parse({"transforms": [MIXUP]}), found)
