"""Frames of a run that never was."""

from __future__ import annotations

import math

from app.state import RunData
from engine.messages.frames import ConfusionMatrix, FeatureMaps, LayerNorms, Progress, Samples, Scalars

NODES = ["conv1", "conv2", "fc1"]


def scalars(step: int) -> Scalars:
    """Train loss and accuracy of a step."""
    return Scalars(
        step=step,
        epoch=step / 10,
        values={"train/loss": 2 * math.exp(-step / 50), "train/accuracy": 1 - math.exp(-step / 50)},
    )


def norms(step: int) -> LayerNorms:
    """Norms that grow tenfold from layer to layer."""
    return LayerNorms(step=step, nodes=NODES, gradients=[0.01, 0.1, 1.0], ratios=[0.001, 0.002, 0.003])


def maps(step: int = 1, node: str = "conv1", size: str = "small", sample: int = 0) -> FeatureMaps:
    """Two maps of 3×4 pixels that count from 0 to 23, shown from -1 to 1."""
    return FeatureMaps(
        step=step,
        node=node,
        sample=sample,
        shape=(2, 3, 4),
        count=2,
        height=3,
        width=4,
        low=-1.0,
        high=1.0,
        pixels=bytes(range(24)),
        size=size,
    )


def sample(index: int = 3, prediction: str = "9") -> Samples:
    """A grey picture of 2×2 pixels, labelled 9."""
    return Samples(
        step=1,
        index=index,
        total=50,
        height=2,
        width=2,
        channels=1,
        pixels=b"\x00\x40\x80\xff",
        label="9",
        prediction=prediction,
    )


def table(part: str = "val", node: str = "confusion", epoch: int = 2) -> ConfusionMatrix:
    """Of three classes: cats are found, dogs are half taken for cats, no bird is ever shown."""
    counts = [8, 0, 2, 5, 5, 0, 0, 0, 0]
    labels = ["cat", "dog", "bird"]
    return ConfusionMatrix(step=20, node=node, part=part, epoch=epoch, labels=labels, counts=counts)


def progress(status: str = "running", epoch: int = 3) -> Progress:
    """Batch 5 of 10 of the third of 20 epochs."""
    return Progress(
        step=25,
        status=status,
        epoch=epoch,
        epochs=20,
        batch=5,
        batches=10,
        steps=200,
        rate=8100.4,
        eta=72.0,
        device="cpu",
    )


def recorded(steps: int = 100) -> RunData:
    """A run with everything in it."""
    data = RunData("run")
    for step in range(1, steps + 1):
        data.add(scalars(step))
        if step % 10 == 0:
            data.add(Scalars(step=step, epoch=step / 10, values={"val/loss": 1.0, "val/accuracy": 0.5}))
            data.add(norms(step))
    data.add(Scalars(step=1, epoch=0.1, values={"lr": 0.001}))
    for frame in (maps(), maps(node="fc1"), sample(), table(), progress()):
        data.add(frame)
    return data
