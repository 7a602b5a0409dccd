"""Double click: search at an empty place, insert into a wire, go into a block, edit a node."""

from __future__ import annotations

from app.canvas.gestures.gesture import Gesture, Pointer, Press
from app.canvas.stage import SearchRequest, Stage


class DoubleClick(Gesture):
    """Open what is under the mouse."""

    order = 20

    @classmethod
    def begins(cls, _stage: Stage, press: Press) -> bool:
        return press.left and press.double and press.hit.port is None

    def clicked(self, pointer: Pointer) -> None:
        hit = self.press.hit
        if hit.node and self.stage.session.enter(hit.node):
            return
        if hit.node:
            self.stage.parameter_wanted.emit(hit.node)
        else:
            self.stage.search_wanted.emit(SearchRequest((pointer.x, pointer.y), wire=hit.wire))
