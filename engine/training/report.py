"""What a run says of itself while it trains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.messages.frames import Frame, Progress
from engine.runs import RunWriter
from engine.training.hooks import Hook
from engine.training.loop import Loop
from engine.training.saving import SavingHook
from engine.training.stop import StopReason

OnProgress = Callable[[Progress], None]


class ReportHook(Hook):
    """Keeps the run's state up to date, and tells whoever started the training."""

    def __init__(
        self, writer: RunWriter, saving: SavingHook, message: str, on_progress: OnProgress | None
    ) -> None:
        self._writer, self._saving, self._message = writer, saving, message
        self._on_progress = on_progress
        self._loop: Loop | None = None

    def record(self, frame: Frame) -> None:
        """Write a frame; progress is news for the run's state too."""
        self._writer.frame(frame)
        if isinstance(frame, Progress) and self._loop is not None:
            self._tell(self._loop, status=frame.status)
            if self._on_progress is not None:
                self._on_progress(frame)

    def on_start(self, loop: Loop) -> None:
        """Show at once that the run is there."""
        self._loop = loop
        loop.scene.message = self._message
        loop.observer.now("samples", "feature_maps", "progress")

    def on_epoch(self, loop: Loop) -> None:
        """New values."""
        loop.scene.message = self._writer.trouble or self._saving.trouble or self._message
        self._tell(loop)

    def on_end(self, loop: Loop, reason: StopReason) -> None:
        """The last word is the caller's; the counters are ours."""
        loop.scene.status = reason.status
        loop.scene.readback.drain()
        loop.tell()
        if reason in (StopReason.FINISHED, StopReason.USER, StopReason.SIGNAL):
            loop.observer.now("samples", "feature_maps")
        self._tell(loop)

    def _tell(self, loop: Loop, **changes: Any) -> None:
        best = loop.best
        self._writer.tell(
            step=loop.step,
            steps=loop.scene.steps,
            epoch=loop.epoch,
            epochs=loop.scene.epochs,
            seconds=loop.seconds,
            device=loop.setup.device_name,
            message=loop.scene.message,
            last=loop.last,
            best={name: value for name, value in best.values.items() if value is not None} if best else {},
            best_epoch=best.epoch if best else 0,
            best_step=best.step if best else 0,
            watched=_watched(loop),
            **changes,
        )


def _watched(loop: Loop) -> str:
    """What a run is judged by: a total loss only where there is nothing that says more."""
    monitor, metrics = loop.setup.recipe.monitor, loop.setup.forward.compiled.plan.metrics
    return metrics[0] if monitor == "loss" and metrics else monitor
