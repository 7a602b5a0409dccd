"""What every field of a form is, and how it looks when its value is unset, mixed or at fault."""

from __future__ import annotations

import itertools
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.spec import Param

MIXED = "mixed"

_gestures = itertools.count(1)


class Field(QWidget):
    """Shows and edits one parameter's value.

    Signals:
        edited(object, str): the user gave a value; edits of one gesture (a drag) share the text, else it is empty.
        refused(str): what was typed is no value; the sentence says why. Empty: what was typed was taken back.
    """

    edited = Signal(object, str)
    refused = Signal(str)

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.param = param

    def show_value(self, value: Any, *, unset: bool) -> None:
        """Show a value; `unset` ones are the default, shown muted."""
        raise NotImplementedError

    def drop_draft(self) -> None:
        """Forget what is typed and not given yet."""

    def show_mixed(self) -> None:
        """Show that several nodes have different values."""
        raise NotImplementedError

    def show_fault(self, at_fault: bool) -> None:
        """Mark the field as the place of an error."""
        raise NotImplementedError


def new_gesture(param: Param) -> str:
    """A key for edits that are one step of the history."""
    return f"{param.name}#{next(_gestures)}"


def mark(widget: QWidget, **states: bool) -> None:
    """Set states that the style sheet knows (`fault`, `unset`), and draw the widget anew."""
    changed = False
    for name, value in states.items():
        if bool(widget.property(name)) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
