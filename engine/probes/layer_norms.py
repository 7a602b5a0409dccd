"""Norms of gradients and updates, by node."""

from __future__ import annotations

import itertools
import math
import time
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.messages.frames import LayerNorms
from engine.probes.probe import Instrument, Probe
from engine.probes.scene import Scene


class LayerNormsProbe(Probe):
    """How strong the gradients of each node are, and how far a step moves its weights."""

    id, title = "layer_norms", "Gradient norms"
    period, share = 0.0, 0.006

    def start(self, scene: Scene) -> Instrument | None:
        """None where nothing is learnt."""
        by_node = scene.parameters()
        return _Norms(scene, by_node) if by_node else None


class _Norms(Instrument):
    def __init__(self, scene: Scene, by_node: dict[str, list[torch.nn.Parameter]]) -> None:
        self._scene, self._nodes = scene, list(by_node)
        self._parameters = list(itertools.chain.from_iterable(by_node.values()))
        self._ends = list(itertools.accumulate(map(len, by_node.values())))
        self._weights = [parameter.detach() for parameter in self._parameters]
        self._old: list[Tensor] = []

    def before(self) -> None:
        """A copy of the weights."""
        self._old = [weight.clone() for weight in self._weights]

    def after(self) -> None:
        """Norms of the gradients that the optimizers got, of the weights as they were, and of the update.

        All of it in one transfer. Where objectives take turns, the gradients of each are known only now.
        """
        places = [i for i, parameter in enumerate(self._parameters) if parameter.grad is not None]
        old, self._old = self._old, []
        if not old or not places:
            return
        gradients = [grad for parameter in self._parameters if (grad := parameter.grad) is not None]
        before = [old[i] for i in places]
        norms = [*torch._foreach_norm(gradients), *torch._foreach_norm(before)]
        torch._foreach_sub_(before, [self._weights[i] for i in places])
        norms += torch._foreach_norm(before)
        step = self._scene.step

        def arrived(numbers: np.ndarray[Any, Any]) -> None:
            self._record(step, places, numbers)

        self._scene.readback.send(torch.stack(norms).float(), arrived)

    def _record(self, step: int, places: list[int], numbers: np.ndarray[Any, Any]) -> None:
        squares = np.zeros((3, len(self._parameters)))
        squares[:, places] = np.square(numbers.reshape(3, -1), dtype=np.float64)
        sums = np.sqrt(np.add.reduceat(squares, [0, *self._ends[:-1]], axis=1))
        gradients, weights, updates = sums.tolist()
        self._scene.record(
            LayerNorms(
                step=step,
                time=time.time(),
                nodes=self._nodes,
                gradients=gradients,
                ratios=[_ratio(update, weight) for update, weight in zip(updates, weights, strict=True)],
            )
        )


def _ratio(update: float, weight: float) -> float:
    return update / weight if weight else (0.0 if update == 0 else math.inf)
