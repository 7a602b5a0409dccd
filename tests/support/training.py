"""Small documents that train in a moment, and readers of what a run left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.graph import Document
from engine.runs import RunReader, with_recipe
from engine.training.checkpoint import steps
from tests.support.drawing import Drawing

SPIRAL = {"id": "playground", "params": {"pattern": "spiral", "samples": 200, "seed": 1}}


def spirals(**recipe: Any) -> Document:
    """A dense net with dropout and batch norm on 200 points of two spirals, so that all state matters."""
    drawing = Drawing("Spiral")
    drawing.add("x", "input", shape=[2])
    last = drawing.chain(
        "x",
        ("fc1", "dense", {"out_features": 8}),
        ("norm", "batch_norm1d", {}),
        ("act", "tanh", {}),
        ("drop", "dropout", {"p": 0.2}),
        ("fc2", "dense", {"out_features": 2}),
    )
    values = {
        "data": SPIRAL,
        "optimizer": {"id": "adam", "params": {"lr": 0.01}},
        "epochs": 4,
        "batch_size": 32,
        "seed": 7,
        "device": "cpu",
        **recipe,
    }
    return with_recipe(drawing.classify(last), values)


def digits(**recipe: Any) -> Document:
    """A small convolutional net on 8×8 digits."""
    drawing = Drawing("Digits")
    drawing.add("image", "input", shape=[1, 8, 8])
    last = drawing.chain(
        "image",
        ("conv", "conv2d", {"out_channels": 6, "kernel_size": 3, "padding": 1}),
        ("act", "relu", {}),
        ("pool", "max_pool2d", {}),
        ("flat", "flatten", {}),
        ("fc", "dense", {"out_features": 10}),
    )
    values = {"epochs": 2, "batch_size": 128, "device": "cpu", **recipe}
    return with_recipe(drawing.classify(last), values)


def line(lr: float = 0.01, **recipe: Any) -> Document:
    """One dense node fits a number to ten features, by plain SGD."""
    drawing = Drawing("Line")
    drawing.add("x", "input", shape=[10])
    drawing.add("fc", "dense", "x", out_features=1)
    drawing.add("y", "target", shape=[1], dtype="float32")
    drawing.add("loss", "mse", to={"in": "fc", "target": "y"})
    drawing.add("mae", "mae", to={"in": "fc", "target": "y"})
    values = {
        "data": {"id": "diabetes"},
        "optimizer": {"id": "sgd", "params": {"lr": lr}},
        "epochs": 20,
        "scaling": "standard",
        "device": "cpu",
        **recipe,
    }
    return with_recipe(drawing.document, values)


def curves(run: str | Path) -> dict[str, list[tuple[float, ...]]]:
    """Every recorded point of a run, by series."""
    with RunReader(Path(run)) as reader:
        found = reader.series(limit=None)
    return {
        name: list(zip(curve.steps.tolist(), curve.epochs.tolist(), curve.values.tolist(), strict=True))
        for name, curve in found.items()
    }


def newest_tensors(run: str | Path) -> dict[str, Tensor]:
    """All tensors of a run's newest checkpoint: weights, optimizer, random state."""
    folder = Path(run) / "checkpoints"
    newest = folder / str(steps(folder)[-1])
    return {**load_file(newest / "weights.safetensors"), **load_file(newest / "optimizer.safetensors")}


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    """Whether all tensors are equal to the last bit."""
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)
