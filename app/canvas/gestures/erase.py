"""Erase: Alt-click a wire or a port to remove wires."""

from __future__ import annotations

from app.canvas.gestures.gesture import Gesture, Pointer, Press
from app.canvas.stage import Stage
from app.state import edits


class Erase(Gesture):
    """Remove a wire, or all wires at a port."""

    order = 30

    @classmethod
    def begins(cls, _stage: Stage, press: Press) -> bool:
        return press.left and press.alt and (press.hit.port is not None or press.hit.wire is not None)

    def clicked(self, _pointer: Pointer) -> None:
        hit, scene = self.press.hit, self.stage.scene
        if hit.port is not None:
            gone = scene.at_port(hit.port.node, hit.port.port, hit.port.is_input)
        else:
            gone = [hit.wire] if hit.wire is not None else []
        if gone:
            self.stage.apply(edits.delete((), gone), "Remove wire" if len(gone) == 1 else "Remove wires")
