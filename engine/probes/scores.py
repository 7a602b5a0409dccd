"""Losses and metrics of each step: recorded, averaged over samples, and watched for NaN."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.probes.readback import Readback

Record = Callable[[int, float, dict[str, float]], None]
"""Called with a step, its epoch, and values of series."""


class Scores:
    """What the criterion gives at each step.

    `names` are those of the single numbers that `add` gets, the total loss first; the first `recorded` are
    recorded at each step as `train/<name>`, all are averaged over the epoch's samples. What `add` gets behind
    them are vectors that add up. `bad_step` is the first step at which the total loss was not finite, once
    that is known.
    """

    def __init__(self, names: Sequence[str], recorded: int, record: Record) -> None:
        self.names = list(names)
        self.bad_step: int | None = None
        self.count = 0
        self.last: dict[str, float] = {}
        self._totals: list[Tensor] = []
        self._recorded = [f"train/{name}" for name in self.names[:recorded]]
        self._record = record

    def add(self, step: int, epoch: float, values: Sequence[Tensor], count: int) -> None:
        """Take the values of a step on `count` samples: single numbers, then vectors."""
        raise NotImplementedError

    def sums(self) -> list[float]:
        """The values' sums over samples since `reset`."""
        raise NotImplementedError

    def totals(self) -> list[list[float]]:
        """What the vectors added up to since `reset`; empty before the first step."""
        return [total.tolist() for total in self._totals]

    def reset(self, sums: Sequence[float] = (), count: int = 0, totals: Sequence[Sequence[float]] = ()) -> None:
        """Start an epoch, or go on in the middle of one."""
        raise NotImplementedError

    def averages(self) -> dict[str, float]:
        """The values' means over all samples since `reset`, by name."""
        return {
            name: total / self.count for name, total in zip(self.names, self.sums(), strict=True) if self.count
        }

    def _gather(self, vectors: Sequence[Tensor]) -> None:
        if not self._totals:
            self._totals = [vector.detach().clone() for vector in vectors]
            return
        for total, vector in zip(self._totals, vectors, strict=True):
            total.add_(vector.detach())

    def _note(self, step: int, epoch: float, numbers: Sequence[float]) -> None:
        self._record(step, epoch, dict(zip(self._recorded, numbers, strict=False)))
        if self.bad_step is None and not math.isfinite(numbers[0]):
            self.bad_step = step


class HostScores(Scores):
    """On the CPU: read at each step."""

    def __init__(self, names: Sequence[str], recorded: int, record: Record) -> None:
        super().__init__(names, recorded, record)
        self._sums = [0.0] * len(self.names)

    def add(self, step: int, epoch: float, values: Sequence[Tensor], count: int) -> None:
        numbers = [value.item() for value in values[: len(self.names)]]
        self._note(step, epoch, numbers)
        self.count += count
        self._sums = [total + number * count for total, number in zip(self._sums, numbers, strict=True)]
        self._gather(values[len(self.names) :])

    def sums(self) -> list[float]:
        return list(self._sums)

    def reset(self, sums: Sequence[float] = (), count: int = 0, totals: Sequence[Sequence[float]] = ()) -> None:
        self._sums, self.count = list(sums) or [0.0] * len(self.names), count
        self._totals = [torch.tensor(list(vector), dtype=torch.float64) for vector in totals]


class DeviceScores(Scores):
    """On a GPU: sums stay there, values come back when the copy has passed; a step never waits for them."""

    def __init__(
        self, names: Sequence[str], recorded: int, record: Record, readback: Readback, device: torch.device
    ) -> None:
        super().__init__(names, recorded, record)
        self._readback, self._device = readback, device
        self._dtype = torch.float32 if device.type == "mps" else torch.float64
        self._sums = torch.zeros(len(self.names), dtype=self._dtype, device=device)

    def add(self, step: int, epoch: float, values: Sequence[Tensor], count: int) -> None:
        stacked = torch.stack([value.detach().to(self._dtype) for value in values[: len(self.names)]])
        self._sums.add_(stacked, alpha=count)
        self._gather(values[len(self.names) :])
        self.count += count

        def arrived(numbers: np.ndarray[Any, Any]) -> None:
            self._note(step, epoch, numbers.tolist())

        self._readback.send(stacked, arrived)
        self._readback.poll()

    def sums(self) -> list[float]:
        return [float(total) for total in self._sums.tolist()]

    def reset(self, sums: Sequence[float] = (), count: int = 0, totals: Sequence[Sequence[float]] = ()) -> None:
        self._totals = [torch.tensor(list(t), dtype=self._dtype, device=self._device) for t in totals]
        self._sums = torch.tensor(list(sums) or [0.0] * len(self.names), dtype=self._dtype, device=self._device)
        self.count = count
