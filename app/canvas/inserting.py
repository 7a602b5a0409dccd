"""Inserting: which wire a node would be put into, and the edit that does it and makes room."""

from __future__ import annotations

from typing import Final

from app.canvas.boxes import Box
from app.canvas.card import NodeView
from app.canvas.stage import SearchRequest, Stage
from app.state import edits
from engine.catalog import Catalog, Shape
from engine.graph import Batch, Edge, Edit, MoveNodes, Node

GAP: Final = 60.0  # between cards that a wire joins


def wire_under(stage: Stage, id: str) -> Edge | None:
    """The wire that a node dropped where it is shown would be put into."""
    view = stage.scene.nodes[id]
    graph = stage.session.graph
    if graph.incoming(id) or graph.outgoing(id) or not (view.inputs and view.outputs):
        return None
    return wire_at(stage, view.box)


def wire_at(stage: Stage, box: Box) -> Edge | None:
    """The wire nearest to the middle of a scene box, if it runs through its inner part."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    best, found = (box[3] - box[1]) / 2, None
    for edge in stage.scene.wire_grid.near(box):
        distance = stage.scene.wires[edge].distance(x, y)
        if distance < best:
            best, found = distance, edge
    return found


def insert(
    stage: Stage, node: Node | str, edge: Edge, at: tuple[float, float], catalog: Catalog | None = None
) -> Edit | None:
    """Put a node into a wire at a place, neighbours to the right moving on where it is too narrow."""
    session = stage.session
    edit = edits.insert_on_wire(session.graph, catalog or session.catalog, node, edge)
    if edit is None:
        return None
    id = node if isinstance(node, str) else node.id
    width = stage.scene.nodes[id].width if id in stage.scene.nodes else 170.0
    places = {id: at, **_room(stage, id, edge, at[0] + width + GAP)}
    return Batch((edit, MoveNodes(places)), "Insert on wire")


def arriving(stage: Stage, request: SearchRequest) -> Shape | None:
    """The shape that would reach the new node."""
    analysis = stage.session.shown
    if request.wire is not None:
        return analysis.shape(request.wire)
    if request.port is not None and not request.port.is_input:
        return analysis.shape(Edge(request.port.node, request.port.port, "", ""))
    return None


def _room(stage: Stage, id: str, edge: Edge, needed: float) -> dict[str, tuple[float, float]]:
    """New places for what follows a wire, so that it starts at `needed` at least."""
    views = stage.scene.nodes
    target = views[edge.target]
    short = needed - target.x
    if short <= 0 or target.x < views[edge.source].x:
        return {}
    followers = stage.session.graph.downstream(edge.target) | {edge.target}
    pushed = [views[each] for each in followers if each != id and _is_right_of(views[each], target)]
    return {view.id: (view.x + short, view.y) for view in pushed}


def _is_right_of(view: NodeView, other: NodeView) -> bool:
    return view.x >= other.x
