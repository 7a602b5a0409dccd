"""The main window."""

from app.window.window import MainWindow

__all__ = ["MainWindow"]
