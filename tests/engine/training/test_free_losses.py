"""Losses that need no target train like any other."""

from __future__ import annotations

from collections.abc import Callable

from engine.analysis import analyse
from engine.runs import with_recipe
from engine.training import Summary
from tests.support.drawing import Drawing
from tests.support.training import SPIRAL

Train = Callable[..., Summary]
RECIPE = {
    "data": SPIRAL,
    "optimizer": {"id": "sgd", "params": {"lr": 0.005}},
    "epochs": 3,
    "batch_size": 50,
    "device": "cpu",
}


def test_a_number_alone_is_made_small(train: Train) -> None:
    drawing = Drawing("Free")
    drawing.add("x", "input", shape=[2])
    drawing.add("fc", "dense", "x", out_features=3)
    drawing.add("small", "activity_penalty", "fc", norm="l2", scale=1.0)
    drawing.add("again", "number_loss", "small", scale=2.0)
    document = with_recipe(drawing.document, RECIPE)
    assert not analyse(document).diagnostics
    first = train(with_recipe(document, {"epochs": 1})).val
    last = train(with_recipe(document, {"epochs": 9})).val
    assert last["small"] is not None
    assert first["small"] is not None
    assert last["again"] is not None
    assert last["loss"] is not None
    assert last["small"] < first["small"] / 2
    assert abs(last["again"] - 2 * last["small"]) < 1e-6
    assert abs(last["loss"] - 3 * last["small"]) < 1e-6
