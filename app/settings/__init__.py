"""What the editor remembers between starts, and where things lie on this machine."""

from app.settings.places import examples, home, resource
from app.settings.remembered import Remembered
from app.settings.settings import Preferences, Settings

__all__ = ["Preferences", "Remembered", "Settings", "examples", "home", "resource"]
