"""The watched sample: what it looks like, what it is and what the network takes it for."""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import Tensor

from engine.build import as_tuple, evaluating
from engine.messages.frames import Samples
from engine.probes import pictures
from engine.probes.probe import Instrument, Probe
from engine.probes.scene import Scene


class SamplesProbe(Probe):
    """The watched sample with its label and the network's answer."""

    id, title = "samples", "Sample"
    period, share = 1.0, 0.001

    def start(self, scene: Scene) -> Instrument | None:
        """None where there is no sample."""
        return _Samples(scene) if scene.samples and scene.compiled.inputs else None


class _Samples(Instrument):
    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def after(self) -> None:
        """One forward pass of one sample."""
        scene, compiled = self._scene, self._scene.compiled
        index, step = scene.index(), scene.step
        inputs, targets = scene.sample(index)
        with evaluating(compiled.network), scene.computing():
            outputs = dict(zip(compiled.outputs, as_tuple(compiled.network(*inputs)), strict=True))
        answer = outputs.get(compiled.predictions[0]) if compiled.predictions else None
        answers = answer.detach()[0].float().cpu() if answer is not None else None
        truth = targets[0][0].cpu() if targets else None
        pixels = _pixels(inputs[0][0].cpu())
        scene.record(
            Samples(
                step=step,
                time=time.time(),
                index=index,
                total=scene.samples,
                height=pixels.shape[0],
                width=pixels.shape[1],
                channels=pixels.shape[2],
                pixels=pixels.tobytes(),
                label=_label(truth, scene.classes) if truth is not None else "",
                prediction=_prediction(answers, truth, scene.classes) if answers is not None else "",
            )
        )


def _pixels(sample: Tensor) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """A sample as (height, width, channels) bytes; three channels stay colours, else the first is shown."""
    colours = 3 if sample.dim() >= 3 and sample.shape[0] == 3 else 1
    found = pictures.picture(pictures.maps(sample, colours, 256).numpy())
    bytes_ = np.frombuffer(found.pixels, np.uint8).reshape(found.maps, found.height, found.width)
    return np.ascontiguousarray(bytes_.transpose(1, 2, 0))


def _label(truth: Tensor, classes: tuple[str, ...]) -> str:
    if truth.numel() != 1:
        return ""
    number = truth.item()
    if classes and not truth.is_floating_point() and 0 <= number < len(classes):
        return classes[int(number)]
    return f"{number:.4g}"


def _prediction(answer: Tensor, truth: Tensor | None, classes: tuple[str, ...]) -> str:
    """The most probable class where the truth is one of several, else the number."""
    if answer.numel() == 1:
        return f"{answer.item():.4g}"
    labelled = truth is not None and not truth.is_floating_point() and truth.dim() == 0
    if not labelled or answer.dim() != 1:
        return ""
    best = torch.argmax(answer)
    return _label(best, classes)
