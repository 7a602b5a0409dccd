"""Arranging: align, distribute, straighten, lay out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from app.canvas.boxes import union
from app.canvas.card import NodeView
from app.canvas.layout import layout
from app.canvas.stage import Stage
from engine.graph import Edge, MoveNodes

EdgeName = Literal["left", "right", "top", "bottom"]
Axis = Literal["horizontal", "vertical"]
Places = dict[str, tuple[float, float]]


def align(stage: Stage, edge: EdgeName) -> None:
    """Put one edge of the selected cards on a line."""
    views = stage.scene.selected
    box = union(view.box for view in views)
    if box is None or len(views) < 2:
        return
    places: Places = {}
    for view in views:
        x, y = view.x, view.y
        match edge:
            case "left":
                x = box[0]
            case "right":
                x = box[2] - view.width
            case "top":
                y = box[1]
            case "bottom":
                y = box[3] - view.height
        places[view.id] = (x, y)
    move(stage, places, f"Align {edge} edges")


def distribute(stage: Stage, axis: Axis) -> None:
    """Make the gaps between the selected cards equal."""
    across = axis == "horizontal"
    views = sorted(stage.scene.selected, key=lambda view: view.x if across else view.y)
    if len(views) < 3:
        return
    lengths = [view.width if across else view.height for view in views]
    start = views[0].x if across else views[0].y
    end = (views[-1].x if across else views[-1].y) + lengths[-1]
    gap = (end - start - sum(lengths)) / (len(views) - 1)
    places: Places = {}
    for view, length in zip(views, lengths, strict=True):
        places[view.id] = (start, view.y) if across else (view.x, start)
        start += length + gap
    move(stage, places, f"Distribute {axis}ly")


def straighten(stage: Stage) -> None:
    """Shift the selected nodes up or down so that their first wire from the left runs straight."""
    graph, views = stage.session.graph, stage.scene.nodes
    places: Places = {}
    for view in sorted(stage.scene.selected, key=lambda view: view.x):
        feeds = graph.incoming(view.id)
        if not feeds:
            continue
        source, port = views[feeds[0].source], view.port(feeds[0].input, True)
        out = source.port(feeds[0].output, False)
        if port is not None and out is not None:
            top = places.get(source.id, (source.x, source.y))[1]
            places[view.id] = (view.x, top + out.y - port.anchor(0))
    move(stage, places, "Straighten wires")


def auto_layout(stage: Stage) -> Mapping[str, tuple[float, float]]:
    """Lay the selection out, or all where nothing or one node is selected; returns where the nodes were."""
    chosen = stage.session.selection if len(stage.session.selection) > 1 else None
    sizes = {view.id: _size(view) for view in stage.scene.nodes.values()}
    places = layout(stage.session.graph, sizes, chosen, lambda edge: _ports(stage, edge))
    before = {id: (stage.scene.nodes[id].x, stage.scene.nodes[id].y) for id in places}
    return before if move(stage, places, "Arrange automatically") else {}


def move(stage: Stage, places: Places, title: str) -> bool:
    """Move nodes as one step; those that stay are left out."""
    graph = stage.session.graph
    moved = {id: place for id, place in places.items() if (graph[id].x, graph[id].y) != place}
    return bool(moved) and stage.apply(MoveNodes(moved), title)


def _size(view: NodeView) -> tuple[float, float]:
    return view.width, view.height + view.picture_height


def _ports(stage: Stage, edge: Edge) -> tuple[float, float]:
    """How far below the middle of each card, picture included, a wire leaves and enters."""
    wire, views = stage.scene.wires[edge], stage.scene.nodes
    source, target = views[edge.source], views[edge.target]
    return (
        wire.y0 - source.y - _size(source)[1] / 2,
        wire.y1 - target.y - _size(target)[1] / 2,
    )
