"""Rewire: drag a wire's end, or with Ctrl all wires of a port, to another port or off."""

from __future__ import annotations

from app.canvas.fits import Fits, other_side
from app.canvas.gestures.box_select import choose_wire
from app.canvas.gestures.gesture import Pointer, Press
from app.canvas.gestures.wiring import Wiring
from app.canvas.hits import PortRef
from app.canvas.stage import Stage
from app.state import edits
from engine.graph import Edge


class Rewire(Wiring):
    """Move wires from one port to another."""

    order = 40
    hint = "Drop on another port to move the wire, on an empty place to remove it."

    def __init__(self, stage: Stage, press: Press) -> None:
        self._from, self._edges = _picked(stage, press)
        fixed = [other_side(edge, self._from) for edge in self._edges]
        fits = [Fits(stage, port, edge) for port, edge in zip(fixed, self._edges, strict=True)]
        super().__init__(stage, press, fixed, fits)

    @classmethod
    def begins(cls, stage: Stage, press: Press) -> bool:
        return press.left and not press.alt and bool(_picked(stage, press)[1])

    def started(self, _pointer: Pointer) -> None:
        self.stage.scene.hide(self._edges, True)

    def cancelled(self) -> None:
        self.stage.scene.hide(self._edges, False)
        super().cancelled()

    def dropped(self, pointer: Pointer) -> None:
        self.stage.scene.hide(self._edges, False)
        stage, session = self.stage, self.stage.session
        if self.target is not None:
            target = self.target
            moves = {edge: fits.edge_to(target) for edge, fits in zip(self._edges, self.fits, strict=True)}
            edit = edits.rewire(session.graph, session.catalog, moves)
            stage.apply(edit, "Move wire" if len(moves) == 1 else "Move wires")
        elif not self.refusal and stage.hit(pointer.view).port != self._from:
            stage.apply(edits.delete((), self._edges), "Remove wire" if len(self._edges) == 1 else "Remove wires")
        stage.repaint_wanted.emit()

    def clicked(self, _pointer: Pointer) -> None:
        if self.press.hit.node:
            self.stage.session.select([self.press.hit.node])
        elif self.press.hit.wire is not None:
            choose_wire(self.stage, self.press, self.press.hit.wire)


def _picked(stage: Stage, press: Press) -> tuple[PortRef, list[Edge]]:
    """The port whose wires are in the hand, and those wires; none where the press means something else."""
    hit = press.hit
    if hit.port is not None:
        there = stage.scene.at_port(hit.port.node, hit.port.port, hit.port.is_input)
        if press.ctrl:
            return hit.port, there
        view = stage.scene.nodes[hit.port.node].port(hit.port.port, hit.port.is_input)
        single = hit.port.is_input and view is not None and not view.many
        return hit.port, there if single else []
    if hit.wire is not None and hit.end:
        edge = hit.wire
        if hit.end == "source":
            return PortRef(edge.source, edge.output, False), [edge]
        return PortRef(edge.target, edge.input, True), [edge]
    return PortRef("", "", False), []
