"""Guides: where dragged nodes would line up with those that stay, and how straight their wires would be."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from app.canvas.boxes import Box, grown, overlaps
from app.canvas.scene import Scene

_MOST: Final = 300


class Guide(NamedTuple):
    """A line to show: two scene points."""

    x0: float
    y0: float
    x1: float
    y1: float


class _Line(NamedTuple):
    """A coordinate to line up with: how far the dragged box must start from it, and where its owner lies."""

    value: float
    offset: float
    owner: Box


class Guides:
    """The lines that a dragged box can snap to."""

    def __init__(self, scene: Scene, moving: Collection[str], box: Box, visible: Box) -> None:
        self._xs: list[_Line] = []
        self._ys: list[_Line] = []
        width, height = box[2] - box[0], box[3] - box[1]
        near = grown(visible, 50)
        still = [scene.nodes[id] for id in scene.node_grid.near(near) if id not in moving]
        for view in still[:_MOST]:
            left, top, right, bottom = owner = view.box
            self._xs += [
                _Line(left, 0, owner),
                _Line(right, width, owner),
                _Line((left + right) / 2, width / 2, owner),
            ]
            self._ys += [
                _Line(top, 0, owner), _Line(bottom, height, owner), _Line((top + bottom) / 2, height / 2, owner)
            ]  # fmt: skip
        for id in moving:
            for wire in scene.wires_at(id):
                ends_here = wire.edge.target == id
                other = wire.edge.source if ends_here else wire.edge.target
                if other not in moving and overlaps(scene.nodes[other].box, near):
                    mine, theirs = (wire.y1, wire.y0) if ends_here else (wire.y0, wire.y1)
                    self._ys.append(_Line(theirs, mine - box[1], scene.nodes[other].box))

    def snap(self, box: Box, reach: float) -> tuple[float, float, list[Guide]]:
        """How far to shift a box (dx, dy) so that it lines up, and the lines to show."""
        dx, by_x = _nearest(self._xs, box[0], reach)
        dy, by_y = _nearest(self._ys, box[1], reach)
        moved = box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy
        shown = []
        if by_x is not None:
            shown.append(Guide(by_x.value, min(moved[1], by_x.owner[1]), by_x.value, max(moved[3], by_x.owner[3])))
        if by_y is not None:
            shown.append(Guide(min(moved[0], by_y.owner[0]), by_y.value, max(moved[2], by_y.owner[2]), by_y.value))
        return dx, dy, shown


def _nearest(lines: list[_Line], start: float, reach: float) -> tuple[float, _Line | None]:
    best, found = reach, None
    shift = 0.0
    for line in lines:
        away = line.value - line.offset - start
        if abs(away) < best:
            best, found, shift = abs(away), line, away
    return shift, found
