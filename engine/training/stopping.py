"""Stopping early: no better value for too long."""

from __future__ import annotations

import math

from engine.recipe import Recipe
from engine.training.checkpoint import Patience
from engine.training.hooks import Hook
from engine.training.loop import Loop
from engine.training.stop import StopReason


class PatienceHook(Hook):
    """Ends a training whose watched value has not become better by `min_delta` for `patience` epochs."""

    def __init__(self, recipe: Recipe) -> None:
        self._patience, self._delta = recipe.patience, recipe.min_delta
        self._sign = 1.0 if recipe.monitor_mode == "lower" else -1.0

    def on_start(self, loop: Loop) -> None:
        """A run that goes on may be over already."""
        self._judge(loop)

    def on_epoch(self, loop: Loop) -> None:
        """Count."""
        value = self._sign * loop.watched
        best, bad = loop.patience.best, loop.patience.bad
        better = math.isfinite(value) and (best is None or value < best - self._delta)
        loop.patience = Patience(value, 0) if better else Patience(best, bad + 1)
        self._judge(loop)

    def _judge(self, loop: Loop) -> None:
        if loop.patience.bad >= self._patience:
            loop.stop(StopReason.EARLY)
