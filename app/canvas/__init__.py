"""The canvas: a graph drawn and edited with the mouse and the keyboard."""

from app.canvas.camera import ViewState
from app.canvas.drops import KIND_MIME
from app.canvas.hits import PortRef
from app.canvas.view import CanvasView

__all__ = ["KIND_MIME", "CanvasView", "PortRef", "ViewState"]
