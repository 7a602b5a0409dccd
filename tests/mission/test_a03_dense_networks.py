"""A3: dense networks of any depth and any number of outputs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.analysis import analyse
from engine.build import compile
from engine.graph import Document
from engine.nodes import standard_catalog
from engine.runs import with_recipe
from engine.training import Summary
from tests.support.drawing import Drawing
from tests.support.training import curves

DEEP = (10, 6, 100, 500, 200, 50, 2)


def dense(*sizes: int) -> Drawing:
    """Dense layers with ReLU in between; the last is `fc<n>`."""
    drawing = Drawing()
    last = drawing.add("x", "input", shape=[sizes[0]])
    for number, size in enumerate(sizes[1:], 1):
        last = drawing.add(f"fc{number}", "dense", last, out_features=size)
        if number < len(sizes) - 1:
            last = drawing.add(f"relu{number}", "relu", last)
    return drawing


@pytest.mark.parametrize(
    ("sizes", "count"), [((3, 4, 4, 3), 51), ((2, 1), 3), (DEEP, sum((a + 1) * b for a, b in pairwise(DEEP)))]
)
def test_parameters_are_counted_before_anything_is_built(sizes: tuple[int, ...], count: int) -> None:
    document = dense(*sizes).document
    assert analyse(document, standard_catalog()).parameters == count
    network = compile(document).network
    assert sum(weight.numel() for weight in network.parameters()) == count
    assert network(torch.zeros(5, sizes[0])).shape == (5, sizes[-1])


def two_outputs(path: Path) -> Document:
    """10-6-100-500-200-50-2 on two numbers that depend on ten."""
    dice = np.random.default_rng(0)
    x = dice.normal(size=(400, 10)).astype(np.float32)
    y = np.stack([np.tanh(x[:, 0] - x[:, 1]), x[:, 2] * x[:, 3]], 1).astype(np.float32)
    np.savez(path, x=x, y=y)
    drawing = dense(*DEEP)
    drawing.add("y", "target", shape=[2], dtype="float32")
    drawing.add("loss", "mse", to={"in": f"fc{len(DEEP) - 1}", "target": "y"})
    recipe = {
        "data": {"id": "npz", "params": {"path": str(path)}},
        "optimizer": {"id": "adam", "params": {"lr": 0.002}},
        "epochs": 30,
        "batch_size": 32,
        "device": "cpu",
    }
    return with_recipe(drawing.document, recipe)


def test_a_deep_one_with_two_outputs_trains(train: Callable[..., Summary], tmp_path: Path) -> None:
    done = train(two_outputs(tmp_path / "numbers.npz"))
    losses = [value for _, _, value in curves(done.run)["train/loss"]]
    assert np.mean(losses[-10:]) < 0.25 * np.mean(losses[:5])
