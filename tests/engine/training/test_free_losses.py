"""Losses that need no target train like any other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.analysis import analyse
from engine.build import compile
from engine.messages.frames import FeatureMaps, Samples
from engine.runs import RunReader, with_recipe
from engine.training import Summary
from tests.support.drawing import Drawing
from tests.support.executed import assert_source_agrees
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


def test_a_variational_autoencoder_needs_no_target(train: Train) -> None:
    drawing = Drawing("Variational")
    drawing.add("x", "input", shape=[2])
    drawing.add("mean", "dense", "x", out_features=2)
    drawing.add("log_var", "dense", "x", out_features=2)
    drawing.add("z", "gaussian_sample", to={"mean": "mean", "log_var": "log_var"})
    drawing.add("decoded", "dense", "z", out_features=2)
    drawing.add("kl", "kl_unit_gaussian", to={"mean": "mean", "log_var": "log_var"})
    drawing.add("prior", "number_loss", "kl", scale=0.1)
    drawing.add("again", "mse", to={"in": "decoded", "target": "x"})
    document = with_recipe(drawing.document, {**RECIPE, "epochs": 30})
    assert not analyse(document).diagnostics
    assert [value.node for value in compile(document).predictions] == ["decoded"]
    done = train(document)
    first = train(with_recipe(document, {"epochs": 1}))
    assert done.val["loss"] is not None
    assert first.val["loss"] is not None
    assert done.val["prior"] is not None
    assert done.val["again"] is not None
    assert done.val["loss"] < first.val["loss"]
    assert abs(done.val["loss"] - done.val["prior"] - done.val["again"]) < 1e-5
    with RunReader(Path(done.run)) as reader:
        frames = list(reader.history())
    assert {"z", "decoded"} <= {frame.node for frame in frames if isinstance(frame, FeatureMaps)}
    assert any(isinstance(frame, Samples) for frame in frames)
    assert_source_agrees(document)
