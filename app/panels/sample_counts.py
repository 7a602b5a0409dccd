"""How many samples a recipe trains on, and the steps that its batches give."""

from __future__ import annotations

import os
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from app.panels.parts import column, label
from app.state import EngineClient
from engine.messages import protocol
from engine.recipe import Recipe
from engine.spec import Chosen

MOST_KEPT: Final = 50


class SampleCounts(QWidget):
    """One muted line under the batch's fields; the engine is asked once for each source.

    Signals:
        known(): the engine has counted the samples of a source.
    """

    known = Signal()

    def __init__(self, engine: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._counts: dict[tuple[str, float], int | None] = {}
        self.batches = 0
        self.text: QLabel = label(muted=True, wrap=True)
        column(self, margin=0).addWidget(self.text)

    def show_recipe(self, recipe: Recipe | None) -> None:
        """Show what a recipe gives; nothing while that is not known."""
        count = self._count(recipe.data) if recipe is not None else None
        self.batches = 0
        if recipe is None or not count:
            self.text.setText("")
            self.setVisible(False)
            return
        train = recipe.training_samples(count)
        self.batches = recipe.batches(train)
        held = f" · {count - train:,} held out" if train < count else ""
        steps = f"{self.batches:,} step{'s' if self.batches != 1 else ''} an epoch"
        whole = f"{self.batches * recipe.epochs:,} in all"
        self.text.setText(f"{train:,} samples to train on{held} · {steps} · {whole}")
        self.setVisible(True)

    def _count(self, data: Chosen) -> int | None:
        key = str(hash(data)), _age(data)
        if key not in self._counts and self._engine.state in ("connected", "ready"):
            if len(self._counts) >= MOST_KEPT:
                self._counts.clear()
            self._counts[key] = None
            self._engine.ask(
                protocol.DescribeData,
                lambda reply: self._take(key, reply),
                source=data.id,
                params=data.params,
            )
        return self._counts.get(key)

    def _take(self, key: tuple[str, float], reply: protocol.Reply) -> None:
        if isinstance(reply, protocol.DataDescription):
            self._counts[key] = reply.count
            self.known.emit()


def _age(data: Chosen) -> float:
    """When the file that a source reads was changed, so that another content is counted anew."""
    try:
        return os.stat(os.path.expanduser(str(data.params["path"]))).st_mtime
    except (OSError, KeyError, ValueError):
        return 0.0
