"""Connect: drag from a port to a port, onto a node, or to an empty place to add a node there."""

from __future__ import annotations

from app.canvas.fits import Fits
from app.canvas.gestures.gesture import Pointer, Press
from app.canvas.gestures.wiring import Wiring
from app.canvas.hits import PortRef
from app.canvas.stage import SearchRequest, Stage
from app.state import edits


class Connect(Wiring):
    """Draw a new wire."""

    order = 45
    hint = "Drop on a port or a node to connect, on an empty place to add a node."

    def __init__(self, stage: Stage, press: Press) -> None:
        port = _held_port(press)
        super().__init__(stage, press, [port], [Fits(stage, port)])

    @classmethod
    def begins(cls, _stage: Stage, press: Press) -> bool:
        return press.left and press.hit.port is not None

    def dropped(self, pointer: Pointer) -> None:
        stage, session = self.stage, self.stage.session
        if self.target is not None:
            edge = self.fits[0].edge_to(self.target)
            stage.apply(edits.connect(session.graph, session.catalog, edge), "Connect")
        elif self.refused is not None:
            stage.bridge_wanted.emit(self.fits[0].edge_to(self.refused), pointer.view)
        elif not self.refusal and stage.hit(pointer.view).empty:
            stage.search_wanted.emit(SearchRequest((pointer.x, pointer.y), port=self.fixed[0]))
        stage.repaint_wanted.emit()

    def clicked(self, _pointer: Pointer) -> None:
        self.stage.session.select([self.press.hit.node])


def _held_port(press: Press) -> PortRef:
    assert press.hit.port is not None, "begins made sure of a port"
    return press.hit.port
