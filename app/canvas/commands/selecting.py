"""Selecting: all, along wires, up and down stream."""

from __future__ import annotations

from typing import Literal

from app.canvas.card import NodeView
from app.canvas.stage import Stage

Direction = Literal["left", "right", "up", "down"]


def select_all(stage: Stage) -> None:
    """Select every node."""
    stage.session.select(stage.session.graph)


def select_upstream(stage: Stage) -> None:
    """Select all that the selection is computed from."""
    graph, chosen = stage.session.graph, stage.session.selection
    before = {id for one in chosen for id in graph.upstream(one)}
    stage.session.select([*chosen, *sorted(before - set(chosen), key=graph.serial)])


def select_downstream(stage: Stage) -> None:
    """Select all that is computed from the selection."""
    graph, chosen = stage.session.graph, stage.session.selection
    after = {id for one in chosen for id in graph.downstream(one)}
    stage.session.select([*chosen, *sorted(after - set(chosen), key=graph.serial)])


def walk(stage: Stage, direction: Direction) -> str:
    """Select the next node along a wire (left, right) or among those fed alike (up, down); returns it."""
    views, graph = stage.scene.nodes, stage.session.graph
    if not views:
        return ""
    if not stage.session.selection:
        first = min(views.values(), key=lambda view: (view.x, view.y))
        stage.session.select([first.id])
        return first.id
    here = views[stage.session.selection[-1]]
    if direction == "right":
        others = [edge.target for edge in graph.outgoing(here.id)]
    elif direction == "left":
        others = [edge.source for edge in graph.incoming(here.id)]
    else:
        others = _beside(stage, here, direction)
    found = _nearest(here, [views[id] for id in dict.fromkeys(others) if id != here.id])
    if found is not None:
        stage.session.select([found.id])
    return found.id if found is not None else ""


def _beside(stage: Stage, here: NodeView, direction: Direction) -> list[str]:
    """Nodes above or below: brothers on a wire first, else any in about the same column."""
    graph, views = stage.session.graph, stage.scene.nodes
    brothers = {edge.target for feed in graph.incoming(here.id) for edge in graph.outgoing(feed.source)}
    brothers |= {edge.source for fed in graph.outgoing(here.id) for edge in graph.incoming(fed.target)}
    up = direction == "up"

    def lies_so(view: NodeView) -> bool:
        return (view.y < here.y) if up else (view.y > here.y)

    found = [id for id in brothers if id != here.id and lies_so(views[id])]
    if found:
        return found
    column = [view.id for view in views.values() if abs(view.x - here.x) < here.width and lies_so(view)]
    return [id for id in column if id != here.id]


def _nearest(here: NodeView, others: list[NodeView]) -> NodeView | None:
    x, y = here.centre()

    def away(view: NodeView) -> float:
        cx, cy = view.centre()
        return (cx - x) ** 2 + (cy - y) ** 2

    return min(others, key=away, default=None)
