"""Tiles: the scene in large squares, each with its cards and wires gathered for painting from afar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

from app.canvas.boxes import Box, overlaps, union
from app.canvas.card import NodeView
from app.canvas.wire import WireView

SIDE: Final = 1200.0
Key = tuple[int, int]


class Tile:
    """The cards whose corner lies in a square, by look, and the wires that leave them, as one path."""

    __slots__ = ("box", "nodes", "path", "rects")

    def __init__(self) -> None:
        self.nodes: dict[str, None] = {}
        self.box: Box | None = None
        self.rects: dict[tuple[str, str], list[QRectF]] = {}
        self.path = QPainterPath()


class Tiles:
    """Keeps tiles; one that was touched is gathered anew when it is next asked for."""

    def __init__(self, node: Callable[[str], NodeView], wires: Callable[[str], Iterable[WireView]]) -> None:
        self._node, self._wires = node, wires
        self._tiles: dict[Key, Tile] = {}
        self._stale: set[Key] = set()

    def put(self, view: NodeView) -> None:
        """A card is new, moved, or looks different."""
        key = int(view.x // SIDE), int(view.y // SIDE)
        if key != view.tile or key not in self._tiles or view.id not in self._tiles[key].nodes:
            self.drop(view)
            self._tiles.setdefault(key, Tile()).nodes[view.id] = None
            view.tile = key
        self._stale.add(key)

    def drop(self, view: NodeView) -> None:
        """A card is gone."""
        tile = self._tiles.get(view.tile)
        if tile is not None and view.id in tile.nodes:
            del tile.nodes[view.id]
            self._stale.add(view.tile)
            if not tile.nodes:
                del self._tiles[view.tile]

    def touch(self, view: NodeView) -> None:
        """Wires that leave a card changed."""
        self._stale.add(view.tile)

    def near(self, box: Box) -> Iterator[Tile]:
        """The tiles of which something shows in a box."""
        for key in self._stale:
            tile = self._tiles.get(key)
            if tile is not None:
                self._gather(tile)
        self._stale.clear()
        for tile in self._tiles.values():
            if tile.box is not None and overlaps(tile.box, box):
                yield tile

    def _gather(self, tile: Tile) -> None:
        tile.rects, tile.path = {}, QPainterPath()
        boxes: list[Box] = []
        for id in tile.nodes:
            view = self._node(id)
            rect = QRectF(view.x, view.y, view.width, view.height)
            tile.rects.setdefault((view.category, view.state), []).append(rect)
            boxes.append(view.box)
            for wire in self._wires(id):
                tile.path.addPath(wire.path)
                boxes.append(wire.box)
        tile.box = union(boxes)
