"""The recipe: everything a training needs beside the graph. It is kept in the document's file."""

from __future__ import annotations

from typing import Literal

from engine.spec import Chosen, Declaration, param


class Recipe(Declaration):
    """Data, optimizer and the course of a training."""

    title = "Recipe"

    data: Chosen = param(Chosen("digits"), "Where the samples come from.", family="data source")
    optimizer: Chosen = param(Chosen("adam"), "How weights follow their gradients.", family="optimizer")
    epochs: int = param(10, "How often each training sample is seen.", low=1, high=1_000_000)
    batch_size: int = param(64, "Samples of one step.", low=1, high=1_000_000, unit="samples")
    shuffle: bool = param(True, "Draw the samples in a new order each epoch.")
    validation_split: float = param(
        0.2, "Share of the samples that is held out to validate on.", low=0.0, high=0.9
    )
    scaling: Literal["none", "standard", "min-max"] = param(
        "none", "How inputs are scaled; fitted on the training split only."
    )
    seed: int = param(0, "Start of every random number: split, weights, order.", low=0, high=2**32 - 1)
    device: Literal["auto", "cpu", "cuda", "mps"] = param(
        "auto", "Where to train. Auto takes CUDA, else MPS, else the CPU."
    )
    precision: Literal["float32", "mixed"] = param(
        "float32", "Mixed computes in bfloat16 where that is safe; on CUDA only."
    )
    checkpoint_every: int = param(1, "Epochs between two checkpoints.", low=1, high=1_000_000, unit="epochs")
