"""Class weights from the labels of the training split; methods that are deterministic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional

from engine.graph import Document, Node, SetParams
from engine.runs import with_recipe
from engine.training import Summary
from engine.training.setup import UNWEIGHED, build
from tests.support.drawing import Drawing
from tests.support.training import line

Train = Callable[..., Summary]


def rare(tmp_path: Path, *, loss: str = "cross_entropy", classes: int = 3, **recipe: object) -> Document:
    """Points of classes of very different numbers."""
    chance = np.random.default_rng(0)
    labels = chance.choice(classes, size=300, p=[0.8, 0.15, 0.05][-classes:] if classes == 3 else [0.9, 0.1])
    np.savez(tmp_path / "rare.npz", x=chance.normal(size=(300, 2)).astype(np.float32), y=labels)
    drawing = Drawing("Rare")
    drawing.add("x", "input", shape=[2])
    drawing.add("fc", "dense", "x", out_features=classes if loss == "cross_entropy" else 1)
    drawing.add("label", "target")
    drawing.add("loss", loss, to={"in": "fc", "target": "label"})
    values = {"data": {"id": "npz", "params": {"path": str(tmp_path / "rare.npz")}}, "device": "cpu", "epochs": 1}
    return with_recipe(drawing.document, {**values, **recipe})


def test_balanced_weights_are_scikit_learns_of_the_training_split(tmp_path: Path) -> None:
    setup = build(rare(tmp_path, class_weights="balanced"))
    (x,), (y,) = setup.data.train.between(0, setup.data.train.count)
    weight = compute_class_weight("balanced", classes=np.arange(3), y=y.numpy())
    scores = setup.forward.compiled.network(x)
    expected = functional.cross_entropy(scores, y, torch.tensor(weight, dtype=torch.float32))
    torch.testing.assert_close(setup.forward(((x,), (y,)))[0], expected)
    plain = build(rare(tmp_path)).forward(((x,), (y,)))[0]
    assert abs(plain.item() - expected.item()) > 1e-3


def test_the_ones_of_a_yes_or_no_loss_weigh_as_they_are_rare(tmp_path: Path) -> None:
    setup = build(rare(tmp_path, loss="bce_with_logits", classes=2, class_weights="balanced"))
    (x,), (y,) = setup.data.train.between(0, setup.data.train.count)
    weight = (y == 0).sum() / (y == 1).sum()
    scores = setup.forward.compiled.network(x).squeeze(-1)
    expected = functional.binary_cross_entropy_with_logits(scores, y.float(), pos_weight=weight)
    torch.testing.assert_close(setup.forward(((x,), (y,)))[0], expected)


def test_weights_of_ones_own_stay(tmp_path: Path) -> None:
    document = rare(tmp_path, class_weights="balanced")
    document.apply(SetParams("loss", {"weight": [1.0, 2.0, 3.0]}))
    own = build(document)
    batch = own.data.train.between(0, 50)
    plain = rare(tmp_path)
    plain.apply(SetParams("loss", {"weight": [1.0, 2.0, 3.0]}))
    assert torch.equal(own.forward(batch)[0], build(plain).forward(batch)[0])
    assert isinstance(document.graph()["loss"], Node)


def test_a_loss_that_takes_no_weights_is_said_so() -> None:
    assert UNWEIGHED in build(line(class_weights="balanced")).notes
    assert UNWEIGHED not in build(line()).notes


def test_deterministic_methods_are_on_while_training_and_as_before_after(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(
        "engine.training.run.Loop.tell", lambda self: seen.append(torch.are_deterministic_algorithms_enabled())
    )
    train(line(deterministic=True, epochs=1))
    assert any(seen)
    assert not torch.are_deterministic_algorithms_enabled()
    seen.clear()
    train(line(epochs=1))
    assert not any(seen)
