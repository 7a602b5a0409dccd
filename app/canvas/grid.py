"""A grid of cells that answers which things lie near a place."""

from __future__ import annotations

from typing import Generic, TypeVar

from app.canvas.boxes import Box, overlaps

T = TypeVar("T")
_MOST_CELLS = 64


class Grid(Generic[T]):
    """Boxes of things, found by place without looking at all of them.

    A thing that covers very many cells is kept in a list of its own, which every question reads.
    """

    def __init__(self, cell: float = 400.0) -> None:
        self._cell = cell
        self._boxes: dict[T, Box] = {}
        self._cells: dict[tuple[int, int], dict[T, None]] = {}
        self._large: dict[T, None] = {}

    def __len__(self) -> int:
        return len(self._boxes)

    def __contains__(self, thing: object) -> bool:
        return thing in self._boxes

    def box(self, thing: T) -> Box | None:
        """Where a thing lies, if it is here."""
        return self._boxes.get(thing)

    def put(self, thing: T, box: Box) -> None:
        """Add a thing, or move it."""
        old = self._boxes.get(thing)
        if old is not None:
            if self._span(old) == self._span(box):
                self._boxes[thing] = box
                return
            self.drop(thing)
        self._boxes[thing] = box
        cells = self._covered(box)
        if cells is None:
            self._large[thing] = None
            return
        for cell in cells:
            self._cells.setdefault(cell, {})[thing] = None

    def drop(self, thing: T) -> None:
        """Remove a thing; one that is not here is no matter."""
        box = self._boxes.pop(thing, None)
        if box is None:
            return
        cells = self._covered(box)
        if cells is None:
            del self._large[thing]
            return
        for cell in cells:
            del self._cells[cell][thing]
            if not self._cells[cell]:
                del self._cells[cell]

    def near(self, box: Box) -> list[T]:
        """The things whose box touches a box, each once, in no special order."""
        left, top, right, bottom = self._span(box)
        if (right - left + 1) * (bottom - top + 1) >= len(self._cells):
            return [thing for thing, at in self._boxes.items() if overlaps(at, box)]
        found = dict(self._large)
        for column in range(left, right + 1):
            for row in range(top, bottom + 1):
                cell = self._cells.get((column, row))
                if cell:
                    found.update(cell)
        boxes = self._boxes
        return [thing for thing in found if overlaps(boxes[thing], box)]

    def _span(self, box: Box) -> tuple[int, int, int, int]:
        cell = self._cell
        return int(box[0] // cell), int(box[1] // cell), int(box[2] // cell), int(box[3] // cell)

    def _covered(self, box: Box) -> list[tuple[int, int]] | None:
        left, top, right, bottom = self._span(box)
        if (right - left + 1) * (bottom - top + 1) > _MOST_CELLS:
            return None
        return [(column, row) for column in range(left, right + 1) for row in range(top, bottom + 1)]
