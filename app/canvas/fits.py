"""Fits: which ports would take a wire that is being drawn, asked once for each and remembered."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

import msgspec

from app.canvas.card import NodeView
from app.canvas.hits import PortRef
from app.canvas.stage import Stage
from app.state import edits
from engine.analysis import try_edge
from engine.graph import Edge

_BUDGET: Final = 0.004  # seconds a movement of the mouse may spend on ports nobody points at


class Fits:
    """Whether a wire from a fixed port fits others; `moving` is the wire whose other end is in the hand."""

    def __init__(self, stage: Stage, fixed: PortRef, moving: Edge | None = None) -> None:
        self._stage, self._fixed, self._moving = stage, fixed, moving
        self._known: dict[PortRef, str | None] = {}

    def edge_to(self, other: PortRef) -> Edge:
        """The wire between the fixed port and another."""
        if self._fixed.is_input:
            return Edge(other.node, other.port, self._fixed.node, self._fixed.port, self._slot(self._fixed))
        return Edge(self._fixed.node, self._fixed.port, other.node, other.port, self._slot(other))

    def known(self, other: PortRef) -> bool:
        """Whether the answer for a port is there already."""
        return other in self._known

    def why_not(self, other: PortRef) -> str | None:
        """Why a wire does not fit a port, as a sentence; None where it does."""
        if other not in self._known:
            self._known[other] = self._ask(other)
        return self._known[other]

    def best(self, view: NodeView) -> PortRef | None:
        """The port of a node that a wire dropped on it goes to: the first free one that fits, else the first."""
        ports = view.outputs if self._fixed.is_input else view.inputs
        refs = [PortRef(view.id, port.name, port.is_input) for port in ports]
        fitting = [ref for ref in refs if self.why_not(ref) is None]
        free = {
            port.name
            for port in edits.free_inputs(self._stage.session.graph, self._stage.session.catalog, view.id)
        }
        open_ones = [ref for ref in fitting if not ref.is_input or ref.port in free]
        return next(iter([*open_ones, *fitting, *refs]), None)

    def look_around(self, views: Iterable[NodeView]) -> bool:
        """Ask for the ports of nodes in view for a few milliseconds; whether any are left."""
        until = time.perf_counter() + _BUDGET
        for view in views:
            for port in view.outputs if self._fixed.is_input else view.inputs:
                ref = PortRef(view.id, port.name, port.is_input)
                if ref not in self._known:
                    if time.perf_counter() > until:
                        return True
                    self.why_not(ref)
        return False

    def _ask(self, other: PortRef) -> str | None:
        if other.is_input == self._fixed.is_input:
            side = "input" if other.is_input else "output"
            return f"A wire runs from an output to an input. Received: two {side}s."
        session, edge = self._stage.session, self.edge_to(other)
        if other.node == self._fixed.node and session.graph.flows(edge):
            return "A wire cannot lead back into its own node. Loops need a recurrent group."
        return try_edge(session.document, session.shown, edge, session.catalog, session.graph_name)

    def _slot(self, port: PortRef) -> int:
        if self._moving is not None and (self._moving.target, self._moving.input) == (port.node, port.port):
            return self._moving.slot
        view = self._stage.scene.nodes.get(port.node)
        shown = view.port(port.port, True) if view is not None else None
        if shown is None or not shown.many:
            return 0
        there = self._stage.session.graph.at(port.node, port.port)
        return max((edge.slot for edge in there), default=-1) + 1


def other_side(edge: Edge, ref: PortRef) -> PortRef:
    """The port at the other end of a wire that meets a port."""
    if ref.is_input:
        return msgspec.structs.replace(ref, node=edge.source, port=edge.output, is_input=False)
    return msgspec.structs.replace(ref, node=edge.target, port=edge.input, is_input=True)
