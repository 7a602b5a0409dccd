"""How far a run is."""

from __future__ import annotations

import time

from engine.messages.frames import Progress
from engine.probes.probe import Instrument, Probe
from engine.probes.scene import Scene


class ProgressProbe(Probe):
    """Epoch, step, samples per second and time left."""

    id, title = "progress", "Progress"
    period, share = 0.1, 0.001

    def start(self, scene: Scene) -> Instrument:
        """Always."""
        return _Progress(scene)


class _Progress(Instrument):
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._rate = self._steps = 0.0
        self._last = time.perf_counter(), scene.seen, scene.step

    def after(self) -> None:
        """Rates over about the last seconds."""
        scene = self._scene
        self._measure()
        left = scene.steps - scene.step
        scene.record(
            Progress(
                step=scene.step,
                time=time.time(),
                status=scene.status,
                epoch=scene.epoch,
                epochs=scene.epochs,
                batch=scene.batch,
                batches=scene.batches,
                steps=scene.steps,
                rate=self._rate,
                eta=left / self._steps if self._steps > 0 else 0.0,
                device=scene.device,
                message=scene.message,
            )
        )

    def _measure(self) -> None:
        now, scene = time.perf_counter(), self._scene
        then, seen, step = self._last
        if scene.status != "running" or scene.step < step:
            self._last = now, scene.seen, scene.step
            return
        passed = now - then
        if passed < 0.05 or scene.step == step:
            return
        weight = 1.0 if not self._rate else min(1.0, passed)
        self._rate += weight * ((scene.seen - seen) / passed - self._rate)
        self._steps += weight * ((scene.step - step) / passed - self._steps)
        self._last = now, scene.seen, scene.step
