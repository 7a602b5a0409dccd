"""Keys that are no actions of the window: walking along wires, Escape, Enter, and keys that are held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.canvas.commands import selecting

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

HELD: Final = (Qt.Key.Key_Space, Qt.Key.Key_Y)
_WALK: Final[dict[Qt.Key, selecting.Direction]] = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}


def press(view: CanvasView, event: QKeyEvent) -> bool:
    """Do what a key means; whether it means anything."""
    key, stage = Qt.Key(event.key()), view.stage
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    if key in HELD:
        stage.held.add(key)
    elif key == Qt.Key.Key_Escape:
        _escape(view)
    elif shift and key == Qt.Key.Key_Up:
        selecting.select_upstream(stage)
    elif shift and key == Qt.Key.Key_Down:
        selecting.select_downstream(stage)
    elif key in _WALK:
        view.show_node(selecting.walk(stage, _WALK[key]))
    elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        view.edit_parameter()
    elif key == Qt.Key.Key_Menu:
        view.open_menu(stage.cursor)
    else:
        return False
    return True


def _escape(view: CanvasView) -> None:
    """Give up a gesture; else what is selected; else go out of the block."""
    stage = view.stage
    if view.hand.cancel():
        return
    if stage.chosen or stage.session.selection:
        stage.choose_wires(())
        stage.session.select(())
    else:
        stage.session.leave()


def release(view: CanvasView, event: QKeyEvent) -> None:
    """A key went up."""
    if not event.isAutoRepeat():
        view.stage.held.discard(Qt.Key(event.key()))
