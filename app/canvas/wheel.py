"""The wheel: a mouse's zooms at the cursor, two fingers on a touchpad pan."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QInputDevice, QWheelEvent

from app.canvas.stage import Stage

PointerKind: TypeAlias = Literal["auto", "mouse", "touchpad"]
_NOTCH: Final = 120.0
_FACTOR: Final = 1.18


def steer(stage: Stage, event: QWheelEvent, pointing: PointerKind) -> None:
    """Zoom or pan. Ctrl always zooms, Shift always pans sideways."""
    ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    if not ctrl and (shift or _by_fingers(event, pointing)):
        way = _way(event, sideways=shift)
        stage.pan(way.x(), way.y())
    else:
        stage.zoom(_FACTOR ** (event.angleDelta().y() / _NOTCH), event.position())
    event.accept()


def _by_fingers(event: QWheelEvent, pointing: PointerKind) -> bool:
    if pointing != "auto":
        return pointing == "touchpad"
    if event.device() is not None and event.device().type() == QInputDevice.DeviceType.TouchPad:
        return True
    return event.phase() != Qt.ScrollPhase.NoScrollPhase or event.angleDelta().x() != 0


def _way(event: QWheelEvent, *, sideways: bool) -> QPointF:
    exact = event.pixelDelta()
    way = QPointF(exact) if not exact.isNull() else QPointF(event.angleDelta()) * 0.5
    return QPointF(way.x() or way.y(), 0.0) if sideways else way
