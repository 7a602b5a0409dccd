"""Pages that stand in for a document: the welcome page."""

from app.dialogs.welcome import WelcomePage

__all__ = ["WelcomePage"]
