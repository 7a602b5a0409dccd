"""Hits: what lies under a point, with more room around what is small."""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias

import msgspec
from PySide6.QtCore import QPointF

from app.canvas.boxes import Box, grown, inside
from app.canvas.camera import Camera
from app.canvas.card import PORT_RADIUS, NodeView, PortView
from app.canvas.scene import Scene
from engine.graph import Edge

PORT_REACH: Final = 10.0  # widget units around a port's middle
WIRE_REACH: Final = 8.0
END_REACH: Final = 26.0
_PORTS_FROM: Final = 0.36  # smaller than this, ports cannot be told apart

End: TypeAlias = Literal["", "source", "target"]


class PortRef(msgspec.Struct, frozen=True):
    """A port of a node in the graph."""

    node: str
    port: str
    is_input: bool


class Hit(msgspec.Struct, frozen=True):
    """What a point meets: a port, else a node, else a wire (`end` where near one of its ends), else nothing."""

    node: str = ""
    port: PortRef | None = None
    wire: Edge | None = None
    end: End = ""

    @property
    def empty(self) -> bool:
        """Whether the point meets nothing."""
        return not self.node and self.wire is None


def find(scene: Scene, camera: Camera, point: QPointF) -> Hit:
    """What lies under a widget point, the topmost first."""
    x, y = camera.to_scene(point)
    nodes = _nodes_near(scene, camera, x, y)
    if camera.scale >= _PORTS_FROM:
        ref = _port_at(nodes, camera, x, y)
        if ref is not None:
            return Hit(ref.node, ref)
    for view in nodes:
        if inside(view.extent, x, y):
            return Hit(view.id)
    wire = nearest_wire(scene, (x, y), WIRE_REACH / camera.scale)
    if wire is None:
        return Hit()
    return Hit(wire=wire, end=_end_near(scene, wire, x, y, END_REACH / camera.scale))


def nearest_wire(scene: Scene, point: tuple[float, float], reach: float) -> Edge | None:
    """The wire nearest to a scene point, at most `reach` away."""
    x, y = point
    best, found = reach, None
    for edge in scene.wire_grid.near((x - reach, y - reach, x + reach, y + reach)):
        distance = scene.wires[edge].distance(x, y)
        if distance <= best:
            best, found = distance, edge
    return found


def nodes_in(scene: Scene, box: Box) -> list[str]:
    """The nodes whose card a scene box touches, in the order of the file."""
    views = [scene.nodes[id] for id in scene.node_grid.near(box)]
    touched = [
        view
        for view in views
        if view.x <= box[2]
        and box[0] <= view.x + view.width
        and view.y <= box[3]
        and box[1] <= view.y + view.height
    ]
    return [view.id for view in sorted(touched, key=lambda view: view.serial)]


def _nodes_near(scene: Scene, camera: Camera, x: float, y: float) -> list[NodeView]:
    reach = PORT_REACH / camera.scale
    views, _ = scene.near(grown((x, y, x, y), reach))
    return views[::-1]


def _port_at(nodes: list[NodeView], camera: Camera, x: float, y: float) -> PortRef | None:
    reach = max(PORT_REACH / camera.scale, PORT_RADIUS + 2)
    best, found = reach, None
    for view in nodes:
        for port in view.ports:
            distance = port_distance(view, port, x, y)
            if distance < best:
                best, found = distance, PortRef(view.id, port.name, port.is_input)
        if found is not None or inside(view.box, x, y):
            break
    return found


def port_near(scene: Scene, camera: Camera, point: QPointF, reach: float) -> PortRef | None:
    """The port nearest to a widget point, at most `reach` widget units away."""
    x, y = camera.to_scene(point)
    views, _ = scene.near(grown((x, y, x, y), reach / camera.scale))
    near = [
        (port_distance(view, port, x, y), PortRef(view.id, port.name, port.is_input))
        for view in views
        for port in view.ports
    ]
    best = min(near, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] * camera.scale <= reach else None


def port_distance(view: NodeView, port: PortView, x: float, y: float) -> float:
    """How far a scene point is from a port, which may be a line of some length."""
    off = abs(y - view.y - port.y)
    return math.hypot(x - view.x - port.x, max(0.0, off - port.reach))


def _end_near(scene: Scene, edge: Edge, x: float, y: float, reach: float) -> End:
    wire = scene.wires[edge]
    to_source = math.hypot(x - wire.x0, y - wire.y0)
    to_target = math.hypot(x - wire.x1, y - wire.y1)
    if min(to_source, to_target) > reach:
        return ""
    return "source" if to_source < to_target else "target"
