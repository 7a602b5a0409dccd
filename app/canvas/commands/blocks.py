"""Blocks: going in and out, making them of nodes, dissolving them, giving them ports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.canvas.hits import PortRef
from app.canvas.stage import Stage
from app.state import exposing
from app.state.copying import duplicated
from app.state.grouping import group
from app.state.ungrouping import ungroup
from engine.errors import EditError
from engine.graph import Batch, Edge, graph_of
from engine.graph.block import Form

T = TypeVar("T")


class Blocks:
    """What actions and menus do with the blocks of a canvas."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def enter(self) -> None:
        """Go into the selected block."""
        session = self._stage.session
        if session.selection:
            session.enter(session.selection[-1])

    def leave(self) -> None:
        """Go out of the block that is shown."""
        self._stage.session.leave()

    def group(self, form: Form = "block") -> None:
        """Make the selected nodes a block."""
        stage, session = self._stage, self._stage.session
        done = self._made(lambda: group(session, session.selection, form))
        title = "Group into recurrent group" if form == "recurrent" else "Group into block"
        if done is None or not stage.change(done.edit, title):
            return
        session.select([done.id])
        if done.left_out:
            why = "; ".join(f"{id} ({reason})" for id, reason in done.left_out.items())
            stage.editor.notify("info", f"Left outside of the block: {why}.")

    def dissolve(self) -> None:
        """Put what is inside the selected block in its place."""
        stage, session = self._stage, self._stage.session
        id = session.selection[-1] if session.selection else ""
        done = self._made(lambda: ungroup(session, id))
        if done is not None and stage.change(done[0], f"Dissolve {id}"):
            session.select(done[1])

    def duplicate_as_new(self) -> None:
        """Give the selected node a block of its own, which is edited apart from the others."""
        stage, session = self._stage, self._stage.session
        id = session.selection[-1] if session.selection else ""
        name = graph_of(session.graph[id]) if id else None
        if name is not None and name in session.document.blocks():
            edits, new = duplicated(session.document, name, id, session.graph_name)
            if stage.change(Batch(tuple(edits)), f"Make {id} a block of its own"):
                stage.editor.notify("info", f"{id} has a block of its own now, {new}.")

    def expose(self, ref: PortRef | None = None) -> None:
        """Give the block a port for each open port of the selected nodes, or for the one named."""
        stage, session = self._stage, self._stage.session
        if ref is not None:
            done = self._made(lambda: exposing.expose(session, [ref.node], ref.port, is_input=ref.is_input))
        else:
            done = self._made(lambda: exposing.expose(session, session.selection))
        if done is not None and stage.apply(done[0], "Expose ports"):
            session.select(done[1])

    def remember(self, edge: Edge | None = None) -> None:
        """Let a wire bring what was there a time step before: the one named, chosen, or between selected nodes."""
        stage, session = self._stage, self._stage.session
        wire = edge or next(iter(stage.chosen), None) or self._between()
        if wire is None:
            stage.editor.notify("info", "Select a wire, or two nodes with a wire between them.")
            return
        done = self._made(lambda: exposing.remember(session, wire))
        if done is not None and stage.apply(done[0], "Carry to the next time step"):
            session.select([done[1]])

    def _between(self) -> Edge | None:
        """The only wire among the selected nodes."""
        graph, chosen = self._stage.session.graph, self._stage.session.selection
        edges = [edge for id in chosen for edge in graph.incoming(id) if edge.source in chosen]
        return edges[0] if len(edges) == 1 else None

    def _made(self, make: Callable[[], T]) -> T | None:
        """What is made; a refusal is told."""
        try:
            return make()
        except EditError as error:
            self._stage.editor.notify("info", str(error))
            return None
