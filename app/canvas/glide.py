"""Gliding: nodes move to new places in 150 ms, so that the eye can follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation

from app.canvas.scene import Scene

DURATION: Final = 150
_MOST: Final = 600  # nodes beyond which the jump is kinder than a slow glide


class Glide(QVariantAnimation):
    """Shows nodes on their way to where the document already has them."""

    def __init__(self, scene: Scene, parent: QObject) -> None:
        super().__init__(parent)
        self._scene = scene
        self._from: dict[str, tuple[float, float]] = {}
        self.setDuration(DURATION)
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(self._step)
        self.finished.connect(self.arrive)

    def run(self, before: Mapping[str, tuple[float, float]]) -> None:
        """Glide from where nodes were."""
        if len(before) > _MOST or not before:
            return
        self._from = dict(before)
        self._step(0.0)
        self.start()

    def arrive(self) -> None:
        """Be there at once."""
        self.stop()
        ids, self._from = list(self._from), {}
        self._scene.settle(ids)

    def _step(self, part: float) -> None:
        graph = self._scene.graph
        places = {}
        for id, (x, y) in self._from.items():
            if id in graph:
                end = graph[id]
                places[id] = x + (end.x - x) * part, y + (end.y - y) * part
        self._scene.place(places)
