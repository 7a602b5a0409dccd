"""Shots: what a layer is given to paint, and how much detail each scale shows."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from PySide6.QtGui import QPainter

from app.canvas.boxes import Box
from app.canvas.camera import Camera
from app.canvas.look import Look
from app.canvas.scene import Scene


class Detail(enum.IntEnum):
    """How much is shown, from afar to near."""

    BLOCKS = 0
    SHELLS = 1
    NAMES = 2
    COMPACT = 3
    NORMAL = 4
    NEAR = 5

    @classmethod
    def at(cls, scale: float) -> Detail:
        """The detail of a scale."""
        if scale < 0.26:
            return cls.BLOCKS
        if scale < 0.36:
            return cls.SHELLS
        if scale < 0.42:
            return cls.NAMES
        if scale < 0.66:
            return cls.COMPACT
        return cls.NORMAL if scale < 1.5 else cls.NEAR


@dataclass(frozen=True)
class Shot:
    """What a layer paints: a scene box, as a camera sees it, in a look. The painter is in widget units."""

    painter: QPainter
    scene: Scene
    camera: Camera
    look: Look
    box: Box
    hovered: str = ""

    @property
    def detail(self) -> Detail:
        """How much is shown."""
        return Detail.at(self.camera.scale)
