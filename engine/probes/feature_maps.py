"""What nodes give for one held-out sample, as pictures."""

from __future__ import annotations

import math
import time
from typing import Any, Final, NamedTuple

import numpy as np
import torch
from torch import Tensor

from engine.analysis import Value
from engine.build import evaluating, tapped
from engine.catalog import BATCH
from engine.messages.frames import FeatureMaps
from engine.probes import pictures
from engine.probes.probe import Instrument, Probe
from engine.probes.scene import Scene

MOST_NODES: Final = 64


class FeatureMapsProbe(Probe):
    """Pictures of what every node gives for the watched sample, large ones of the watched node."""

    id, title = "feature_maps", "Feature maps"
    period, share = 0.1, 0.007

    def start(self, scene: Scene) -> Instrument | None:
        """None where there is no sample or no node to look at."""
        nodes = _nodes(scene)
        return _Maps(scene, nodes) if nodes and scene.samples else None


class _Shown(NamedTuple):
    """A picture on its way to the host: its place in what is sent."""

    node: str
    size: str
    whole: tuple[int, ...]
    shape: tuple[int, ...]
    start: int
    end: int


class _Maps(Instrument):
    def __init__(self, scene: Scene, nodes: list[str]) -> None:
        self._scene, self._small = scene, nodes
        plan = scene.compiled.plan.network
        self._all = {part.node for part in plan.placeholders} | {step.node for step in plan.steps}
        self._all |= scene.compiled.plan.placed.keys()
        self._watched: str | None = None
        self._network = tapped(scene.compiled, nodes)

    def after(self) -> None:
        """One forward pass of one sample; all pictures in one transfer."""
        scene = self._scene
        self._follow(scene.watch.node if scene.watch.node in self._all else "")
        index, step = scene.index(), scene.step
        inputs, _ = scene.sample(index)
        with evaluating(self._network), scene.computing():
            _, values = self._network(*inputs)
        shown, flat = self._pack(values)

        def arrived(numbers: np.ndarray[Any, Any]) -> None:
            self._record(step, index, shown, numbers)

        scene.readback.send(flat, arrived)

    def _follow(self, node: str) -> None:
        if node != self._watched:
            self._watched = node
            if node and node not in self._small:
                self._network = tapped(self._scene.compiled, [*self._small, node])

    def _pack(self, values: dict[str, Tensor]) -> tuple[list[_Shown], Tensor]:
        shown: list[_Shown] = []
        parts: list[Tensor] = []
        wanted = [(node, "small", pictures.FEW, pictures.SMALL) for node in self._small]
        if self._watched:
            wanted.append((self._watched, "large", pictures.MANY, pictures.LARGE))
        place = 0
        for node, size, count, side in wanted:
            value = values[node]
            value = value[0] if value.dim() else value
            found = pictures.maps(value, count, side)
            end = place + found.numel()
            shown.append(_Shown(node, size, tuple(value.shape), tuple(found.shape), place, end))
            parts.append(found.reshape(-1))
            place = end
        return shown, torch.cat(parts)

    def _record(self, step: int, index: int, shown: list[_Shown], numbers: np.ndarray[Any, Any]) -> None:
        now = time.time()
        for node, size, whole, shape, start, end in shown:
            found = pictures.picture(numbers[start:end].reshape(shape))
            self._scene.record(
                FeatureMaps(
                    step=step,
                    time=now,
                    node=node,
                    sample=index,
                    shape=whole,
                    count=found.maps,
                    height=found.height,
                    width=found.width,
                    low=found.low,
                    high=found.high,
                    pixels=found.pixels,
                    size=size,
                )
            )


def _nodes(scene: Scene) -> list[str]:
    """The nodes with a picture: those whose output has axes beside the batch; evenly over the depth if many.

    Blocks that were expanded come with what leaves them.
    """
    plan = scene.compiled.plan
    shapes = {Value(part.node, part.port): part.shape for part in plan.network.placeholders}
    for step in plan.network.steps:
        shapes |= {Value(step.node, port): shape for port, shape in step.kind.shapes(step.inputs).items()}
    firsts = {value.node: value for value in reversed(shapes)}
    pictured = {value for value, shape in shapes.items() if shape.rank > 1 and shape.sizes[0] == BATCH}
    blocks = [node for node, value in plan.placed.items() if value in pictured and "." not in node]
    found = [node for node in reversed(firsts) if firsts[node] in pictured]
    stride = math.ceil(len(found) / MOST_NODES) or 1
    return [*found[::stride], *blocks[:MOST_NODES]]
