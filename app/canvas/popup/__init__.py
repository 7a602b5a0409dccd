"""The popup over the canvas: type, choose, Enter; for kinds to add and for nodes to find."""

from app.canvas.popup.choice import Choice
from app.canvas.popup.popup import Popup

__all__ = ["Choice", "Popup"]
