"""How far a run is, how fast, and where."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from app.plots.live import LivePlot
from app.plots.parts import muted_label
from engine.messages.frames import Progress

ROOM_FOR_FACTS: Final = 430
ROOM_FOR_BARS: Final = 40
STATUS: Final = {
    "starting": "Starting",
    "paused": "Paused",
    "finished": "Finished",
    "stopped": "Stopped",
    "failed": "Failed",
    "dead": "Ended unexpectedly",
}


class ProgressView(LivePlot):
    """Epochs and the batches of the present one as bars, with rate, time left and device in words."""

    frames = (Progress,)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.status, self.facts = QLabel(), muted_label()
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.epochs, self.batches = _bar("Epochs", 6), _bar("Batches of this epoch", 3)
        self.status.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        bars = QVBoxLayout()
        bars.setSpacing(2)
        bars.addStretch(1)
        bars.addWidget(self.epochs)
        bars.addWidget(self.batches)
        bars.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 6, 0)
        row.setSpacing(10)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.addWidget(self.status)
        row.addLayout(bars, 1)
        row.addWidget(self.facts)
        self.reset()

    def reset(self) -> None:
        self.status.setText("")
        self.facts.setText("")
        for bar in (self.epochs, self.batches):
            bar.setRange(0, 1)
            bar.setValue(0)

    def refresh(self) -> None:
        progress = self.data.progress if self.data is not None else None
        if progress is None:
            return
        self.status.setText(status_words(progress))
        self.facts.setText(fact_words(progress))
        total = max(1, progress.epochs * progress.batches)
        done = max(0, progress.epoch - 1) * progress.batches + progress.batch
        for bar, value, whole in (
            (self.epochs, done, total),
            (self.batches, progress.batch, max(1, progress.batches)),
        ):
            bar.setRange(0, whole)
            bar.setValue(min(value, whole))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.facts.setVisible(self.width() > ROOM_FOR_FACTS)
        room_for_bars = self.width() > self.status.sizeHint().width() + ROOM_FOR_BARS
        for bar in (self.epochs, self.batches):
            bar.setVisible(room_for_bars)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 26)


def status_words(progress: Progress) -> str:
    """`Epoch 3 of 20`, or `Paused · epoch 3 of 20`."""
    epochs = f"{progress.epoch} of {progress.epochs}"
    if progress.status == "running":
        return f"Epoch {epochs}"
    return f"{STATUS.get(progress.status, progress.status.capitalize())} · epoch {epochs}"


def fact_words(progress: Progress) -> str:
    """`step 1,240 · 8,100 samples/s · 1:12 left · cpu`."""
    live = progress.status in ("running", "paused", "starting")
    parts = [f"step {progress.steps:,}"]
    if progress.rate > 0:
        parts.append(f"{progress.rate:,.0f} samples/s")
    if progress.eta > 0 and live:
        minutes, seconds = divmod(round(progress.eta), 60)
        parts.append(f"{minutes}:{seconds:02} left")
    parts.append(progress.device)
    return " · ".join(part for part in parts if part)


def _bar(name: str, height: int) -> QProgressBar:
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setFixedHeight(height)
    bar.setMinimumWidth(24)
    bar.setAccessibleName(name)
    return bar
