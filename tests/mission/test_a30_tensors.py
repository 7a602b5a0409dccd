"""A30: tensors of every rank on the wires, each axis with its name; a video of 240×144×256×3."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.analysis import analyse
from engine.catalog import Shape
from engine.graph import Document
from engine.nodes import standard_catalog
from engine.runs import with_recipe
from engine.training import Summary
from tests.support.drawing import Drawing
from tests.support.training import curves

VIDEO = (240, 144, 256, 3)


def wire(drawing: Drawing, node: str) -> Shape:
    """What the analysis says of a node's output."""
    found = analyse(drawing.document, standard_catalog())
    assert found.nodes[node].state == "ok"
    return found.nodes[node].outputs["out"]


def test_a_video_has_named_axes_and_a_size() -> None:
    drawing = Drawing()
    drawing.add("video", "input", shape=list(VIDEO), axes="THWC")
    shape = wire(drawing, "video")
    assert (shape.rank, shape.axes, shape.sample) == (5, "NTHWC", VIDEO)
    assert shape.count == math.prod(VIDEO) == 26_542_080
    assert shape.words() == "N batch × 240 time × 144 height × 256 width × 3 channels"
    drawing.add("first", "permute", "video", dims=[4, 1, 2, 3])
    assert wire(drawing, "first").words() == "N batch × 3 channels × 240 time × 144 height × 256 width"
    drawing.add("filters", "conv3d", "first", out_channels=8, kernel_size=3, stride=2, padding=1)
    assert wire(drawing, "filters").sample == (8, 120, 72, 128)


@pytest.mark.parametrize(
    ("shape", "axes", "words"),
    [
        ((5,), "F", "N batch × 5 features"),
        ((9, 5), "TF", "N batch × 9 time × 5 features"),
        ((3, 8, 6), "CHW", "N batch × 3 channels × 8 height × 6 width"),
        ((1, 4, 8, 6), "CDHW", "N batch × 1 channels × 4 depth × 8 height × 6 width"),
        ((2, 4, 8, 6, 3), "", "N batch × 2 unnamed × 4 unnamed × 8 unnamed × 6 unnamed × 3 unnamed"),
    ],
)
def test_every_rank_says_its_axes(shape: tuple[int, ...], axes: str, words: str) -> None:
    drawing = Drawing()
    drawing.add("x", "input", shape=list(shape), axes=axes)
    found = wire(drawing, "x")
    assert (found.rank, found.count) == (len(shape) + 1, math.prod(shape))
    assert found.words() == words
    drawing.add("flat", "flatten", "x")
    assert wire(drawing, "flat").sample == (math.prod(shape),)


def test_ranks_0_and_1_are_losses_and_labels() -> None:
    drawing = Drawing()
    drawing.add("x", "input", shape=[4])
    drawing.classify("x")
    assert (wire(drawing, "label").rank, wire(drawing, "loss").rank) == (1, 0)


def clips(path: Path) -> Document:
    """Videos of 6×8×8×1 in which a dot moves right or left."""
    dice = np.random.default_rng(0)
    x, y = np.zeros((200, 6, 8, 8, 1), np.float32), dice.integers(0, 2, 200)
    for clip, right in enumerate(y):
        row, start = dice.integers(8), dice.integers(8)
        for time in range(6):
            x[clip, time, row, (start + time * (1 if right else -1)) % 8] = 1
    np.savez(path, x=x, y=y)
    drawing = Drawing()
    drawing.add("video", "input", shape=[6, 8, 8, 1], axes="THWC")
    last = drawing.chain(
        "video",
        ("first", "permute", {"dims": [4, 1, 2, 3]}),
        ("filters", "conv3d", {"out_channels": 6, "kernel_size": 3, "padding": 1}),
        ("relu", "relu", {}),
        ("pool", "global_max_pool3d", {}),
        ("way", "dense", {"out_features": 2}),
    )
    recipe = {
        "data": {"id": "npz", "params": {"path": str(path)}},
        "optimizer": {"id": "adam", "params": {"lr": 0.02}},
        "epochs": 20,
        "batch_size": 20,
        "device": "cpu",
    }
    return with_recipe(drawing.classify(last), recipe)


def test_a_network_of_video_learns_which_way_things_move(train: Callable[..., Summary], tmp_path: Path) -> None:
    done = train(clips(tmp_path / "clips.npz"))
    assert done.best["val"]["accuracy"] > 0.95
    assert len(curves(done.run)["val/accuracy"]) == 20
