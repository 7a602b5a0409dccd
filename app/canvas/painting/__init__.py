"""Painting the canvas: a frame that keeps what was painted, and one file a layer."""

from app.canvas.painting.frame import Frame
from app.canvas.painting.layers import paint_scene
from app.canvas.painting.shot import Detail, Shot

__all__ = ["Detail", "Frame", "Shot", "paint_scene"]
