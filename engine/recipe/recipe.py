"""The recipe: everything a training needs beside the graph. It is kept in the document's file."""

from __future__ import annotations

import dataclasses
from typing import Literal

from engine.errors import NeuroloomError
from engine.recipe.objective import Objective, all_objectives
from engine.spec import Chosen, Declaration, param

DATA, BATCHES, OPTIMIZER, SCHEDULE = "Data", "Batches", "Optimizer", "Schedule"
REGULAR, AUGMENT, LENGTH = "Regularization", "Augmentation", "Length"
CHECKPOINTS, MACHINE = "Checkpoints", "Seed and machine"
"""Sections of the form."""


class Recipe(Declaration):
    """Data, optimizer and the course of a training."""

    title = "Recipe"

    data: Chosen = param(Chosen("digits"), "Where the samples come from.", family="data source", group=DATA)
    validation_split: float = param(
        0.2, "Share of the samples that is held out to validate on.", low=0.0, high=0.9, group=DATA
    )
    scaling: Literal["none", "standard", "min-max", "symmetric", "robust"] = param(
        "none",
        "How inputs are scaled: mean 0 and deviation 1, to [0, 1], to [−1, 1], or by median and quartiles; "
        "fitted on the training split only.",
        group=DATA,
    )
    target_scaling: Literal["none", "standard", "min-max", "symmetric", "robust"] = param(
        "none",
        "The same for targets that are numbers; losses and metrics are then those of scaled numbers.",
        group=DATA,
    )

    batching: Literal["mini-batch", "batch", "stochastic"] = param(
        "mini-batch", "Gradients of some samples a step, of all samples, or of a single one.", group=BATCHES
    )
    batch_size: int = param(
        64, "Samples of one step of a mini-batch.", low=1, high=1_000_000, unit="samples", group=BATCHES
    )
    shuffle: bool = param(True, "Draw the samples in a new order each epoch.", group=BATCHES)
    drop_last: bool = param(False, "Leave out a last batch that is smaller than the others.", group=BATCHES)
    accumulate: int = param(
        1,
        "Batches whose gradients are gathered before weights move.",
        low=1,
        high=100_000,
        unit="batches",
        group=BATCHES,
    )

    optimizer: Chosen = param(
        Chosen("adam"), "How weights follow their gradients.", family="optimizer", group=OPTIMIZER
    )
    schedule: Chosen = param(
        Chosen("constant"), "The course of the learning rate.", family="schedule", group=SCHEDULE
    )
    warmup: int = param(
        0,
        "Steps in which the rate rises from near 0 to what the schedule says.",
        low=0,
        high=10**9,
        unit="steps",
        group=SCHEDULE,
    )
    objectives: tuple[Chosen, ...] = param(
        (),
        "Losses with weights and optimizers of their own; none: all losses by the optimizer above.",
        family="objective",
        group=OPTIMIZER,
    )

    class_weights: Literal["none", "balanced"] = param(
        "none", "Balanced: losses count rare classes more, by the labels of the training split.", group=REGULAR
    )
    l1: float = param(
        0.0, "Adds this times the sum of |weight| to the loss, without biases.", low=0.0, high=1e6, group=REGULAR
    )
    l2: float = param(
        0.0, "Adds this times the sum of weight² to the loss, without biases.", low=0.0, high=1e6, group=REGULAR
    )
    max_norm: float = param(
        0.0, "Longest the weights into one unit may get; 0 lets them grow.", low=0.0, high=1e9, group=REGULAR
    )
    clip_norm: float = param(
        0.0, "Longest a gradient may be, all weights together; 0: any.", low=0.0, high=1e9, group=REGULAR
    )
    clip_value: float = param(
        0.0, "Largest a number of a gradient may be; 0: any.", low=0.0, high=1e9, group=REGULAR
    )
    truncate: int = param(
        0,
        "Time steps that gradients go back in a drawn recurrent group; 0: all.",
        low=0,
        high=10**6,
        unit="steps",
        group=REGULAR,
    )
    ema: float = param(
        0.0,
        "Decay of a running average of the weights, which is what is validated and kept as best; 0: none.",
        low=0.0,
        high=0.999999,
        group=REGULAR,
    )

    transforms: tuple[Chosen, ...] = param(
        (), "Changes of training samples, drawn anew each time, in order.", family="transform", group=AUGMENT
    )

    epochs: int = param(10, "How often each training sample is seen.", low=1, high=1_000_000, group=LENGTH)
    monitor: str = param(
        "loss",
        "What is watched on held-out samples: `loss`, or the name of a loss's or metric's node.",
        group=LENGTH,
    )
    monitor_mode: Literal["lower", "higher"] = param(
        "lower", "Whether a lower or a higher value is better.", group=LENGTH
    )
    patience: int = param(
        0,
        "Epochs without a better value after which training stops; 0: it goes on.",
        low=0,
        high=1_000_000,
        group=LENGTH,
    )
    min_delta: float = param(
        0.0, "Difference from which a value is better, for stopping.", low=0.0, high=1e9, group=LENGTH
    )
    restore_best: bool = param(False, "End with the weights of the best epoch.", group=LENGTH)

    checkpoint_every: int = param(
        1, "Epochs between two checkpoints.", low=1, high=1_000_000, unit="epochs", group=CHECKPOINTS
    )
    keep_checkpoints: int = param(
        2, "Newest checkpoints that are kept, beside the best.", low=1, high=100_000, group=CHECKPOINTS
    )

    seed: int = param(
        0, "Start of every random number: split, weights, order.", low=0, high=2**32 - 1, group=MACHINE
    )
    deterministic: bool = param(
        False, "Only methods that give the same each time, on a GPU too; some are slower.", group=MACHINE
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = param(
        "auto", "Where to train. Auto takes CUDA, else MPS, else the CPU.", group=MACHINE
    )
    precision: Literal["float32", "mixed"] = param(
        "float32", "Mixed computes in bfloat16 where that is safe; on CUDA only.", group=MACHINE
    )

    def samples_a_step(self, count: int) -> int:
        """Samples of one batch, of `count` to train on."""
        return {"batch": max(1, count), "stochastic": 1}.get(self.batching, self.batch_size)

    def training_samples(self, count: int) -> int:
        """How many of so many samples are left to train on."""
        return count - max(0, min(round(count * self.validation_split), count - 1))

    def batches(self, count: int) -> int:
        """Steps of an epoch, of `count` samples to train on."""
        size = self.samples_a_step(count)
        whole, rest = divmod(count, size)
        short = rest > 0 and not (whole and (self.drop_last or (rest == 1 and size > 1)))
        return whole + short

    def aims(self) -> list[Objective]:
        """Its objectives, each with a name; the one that optimizer and schedule imply where none is given.

        Raises:
            UnknownIdError, ParamError: one is wrong, or two have one name.
        """
        if not self.objectives:
            plain = {"optimizer": self.optimizer, "schedule": self.schedule, "warmup": self.warmup}
            return [Objective.parse(plain)]
        found = [all_objectives()[chosen.id].parse(chosen.params) for chosen in self.objectives]
        named = [
            one if one.name else dataclasses.replace(one, name=f"objective {place}")
            for place, one in enumerate(found, 1)
        ]
        names = [one.name for one in named]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise NeuroloomError(f'Two objectives are called "{twice}". Give each its own name.')
        return named
