"""Automatic layout: places for nodes from left to right, pure and without Qt."""

from app.canvas.layout.arrange import layout

__all__ = ["layout"]
