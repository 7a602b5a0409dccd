"""The camera: which part of the scene the widget shows, and how large."""

from __future__ import annotations

from typing import Final

import msgspec
from PySide6.QtCore import QPointF, QSizeF

from app.canvas.boxes import Box

SMALLEST: Final = 0.02
LARGEST: Final = 4.0


class ViewState(msgspec.Struct, frozen=True):
    """A view to come back to: the scale, and the scene point in the middle of the widget."""

    scale: float
    x: float
    y: float


class Camera:
    """Maps scene to widget: `view = scene * scale + (dx, dy)`.

    (dx, dy) always lies on whole device pixels, so that panning shifts the picture by whole pixels.
    """

    def __init__(self) -> None:
        self.scale = 1.0
        self.dx = self.dy = 0.0
        self.size = QSizeF(1, 1)
        self.ratio = 1.0

    def to_view(self, x: float, y: float) -> QPointF:
        """A scene point in the widget."""
        return QPointF(x * self.scale + self.dx, y * self.scale + self.dy)

    def to_scene(self, point: QPointF) -> tuple[float, float]:
        """A widget point in the scene."""
        return (point.x() - self.dx) / self.scale, (point.y() - self.dy) / self.scale

    def box_to_scene(self, box: Box) -> Box:
        """A widget box in the scene."""
        scale, dx, dy = self.scale, self.dx, self.dy
        return (box[0] - dx) / scale, (box[1] - dy) / scale, (box[2] - dx) / scale, (box[3] - dy) / scale

    def box_to_view(self, box: Box) -> Box:
        """A scene box in the widget."""
        scale, dx, dy = self.scale, self.dx, self.dy
        return box[0] * scale + dx, box[1] * scale + dy, box[2] * scale + dx, box[3] * scale + dy

    @property
    def visible(self) -> Box:
        """The part of the scene that the widget shows."""
        return self.box_to_scene((0.0, 0.0, self.size.width(), self.size.height()))

    def pan(self, x: float, y: float) -> None:
        """Shift the picture by widget units."""
        self._move_to(self.dx + x, self.dy + y)

    def zoom(self, factor: float, at: QPointF) -> None:
        """Scale by a factor; the scene point under `at` stays there."""
        self.zoom_to(self.scale * factor, at)

    def zoom_to(self, scale: float, at: QPointF) -> None:
        """Scale to a value; the scene point under `at` stays there."""
        x, y = self.to_scene(at)
        self.scale = min(LARGEST, max(SMALLEST, scale))
        self._move_to(at.x() - x * self.scale, at.y() - y * self.scale)

    def fit(self, box: Box, *, margin: float = 40.0, largest: float = 1.25) -> None:
        """Show a scene box as large as possible, at most `largest`, in the middle."""
        width, height = max(1.0, box[2] - box[0]), max(1.0, box[3] - box[1])
        room_x = max(1.0, self.size.width() - 2 * margin)
        room_y = max(1.0, self.size.height() - 2 * margin)
        self.scale = min(largest, max(SMALLEST, min(room_x / width, room_y / height)))
        self.centre((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)

    def centre(self, x: float, y: float) -> None:
        """Bring a scene point to the middle of the widget."""
        self._move_to(self.size.width() / 2 - x * self.scale, self.size.height() / 2 - y * self.scale)

    def resize(self, size: QSizeF, ratio: float) -> None:
        """The widget has another size or pixel ratio; what was at its top left stays there."""
        self.size, self.ratio = size, ratio
        self._move_to(self.dx, self.dy)

    def state(self) -> ViewState:
        """What is shown, to come back to."""
        x, y = self.to_scene(QPointF(self.size.width() / 2, self.size.height() / 2))
        return ViewState(self.scale, x, y)

    def restore(self, state: ViewState) -> None:
        """Show what was shown."""
        self.scale = min(LARGEST, max(SMALLEST, state.scale))
        self.centre(state.x, state.y)

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """A scene point in the widget, on the nearest device pixel; panning leaves the rounding as it is."""
        factor, ratio = self.scale * self.ratio, self.ratio
        return round(x * factor) / ratio + self.dx, round(y * factor) / ratio + self.dy

    def snap(self, value: float) -> float:
        """A widget length in whole device pixels."""
        return round(value * self.ratio) / self.ratio

    def _move_to(self, dx: float, dy: float) -> None:
        self.dx, self.dy = self.snap(dx), self.snap(dy)
