"""Everything the user can do, declared once: menus, shortcuts, toolbar and command palette derive from it."""

from app.actions.action import Action, Child
from app.actions.bound import BoundActions
from app.actions.host import Alignment, Arrangement, Axis, Canvas, Dock, Host
from app.actions.palette import CommandPalette
from app.actions.registry import MENUS, all_actions

__all__ = [
    "MENUS",
    "Action",
    "Alignment",
    "Arrangement",
    "Axis",
    "BoundActions",
    "Canvas",
    "Child",
    "CommandPalette",
    "Dock",
    "Host",
    "all_actions",
]
