"""Gestures of the mouse, one file each, found by walking this folder."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from app.canvas.gestures.gesture import Gesture, Pointer, Press
from app.canvas.stage import Stage

__all__ = ["Gesture", "Pointer", "Press", "all_gestures", "gesture_for"]


@functools.cache
def all_gestures() -> tuple[type[Gesture], ...]:
    """Every gesture, the one that is asked first in front."""
    found: dict[type[Gesture], None] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, Gesture)
                and "order" in vars(value)
                and value is not Gesture
            ):
                found[value] = None
    return tuple(sorted(found, key=lambda gesture: gesture.order))


def gesture_for(stage: Stage, press: Press) -> Gesture | None:
    """The gesture that a press starts, if any."""
    return next((gesture(stage, press) for gesture in all_gestures() if gesture.begins(stage, press)), None)
