"""Undo and redo: a list of steps, each one gesture."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.state.level import TOP, Level
from engine.graph import Edit


class Step(msgspec.Struct, frozen=True):
    """One gesture: its name in the interface, the edits that take it back and do it again, its level."""

    title: str
    undo: Edit
    redo: Edit
    merge: str = ""
    level: Level = TOP


class History:
    """The steps done, and those undone that can be done again.

    Steps that share a merge key and follow each other become one: a slider dragged is one step. Such
    edits must set the same values, so that the first undo takes all of them back.
    """

    def __init__(self, limit: int = 1000) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._limit = limit
        self._saved: Step | None = None
        self._saved_lost = False

    @property
    def done(self) -> Sequence[Step]:
        """Steps that can be undone, oldest first."""
        return tuple(self._done)

    @property
    def undone(self) -> Sequence[Step]:
        """Steps that can be done again, the next one last."""
        return tuple(self._undone)

    @property
    def modified(self) -> bool:
        """Whether the document differs from what was saved."""
        top = self._done[-1] if self._done else None
        return self._saved_lost or top is not self._saved

    def mark_saved(self) -> None:
        """The present content is on disk."""
        self._saved, self._saved_lost = (self._done[-1] if self._done else None), False

    def mark_unsaved(self) -> None:
        """The present content is nowhere on disk (a new or recovered document)."""
        self._saved_lost = True

    def push(self, step: Step) -> None:
        """Add a step that was just done."""
        self._undone.clear()
        last = self._done[-1] if self._done else None
        follows = last is not None and step.merge and (step.merge, step.level) == (last.merge, last.level)
        if last is not None and follows and last is not self._saved:
            self._done[-1] = msgspec.structs.replace(last, redo=step.redo)
            return
        self._done.append(step)
        if len(self._done) > self._limit:
            dropped = self._done.pop(0)
            self._saved_lost = self._saved_lost or self._saved in (None, dropped)

    def seal(self) -> None:
        """End the present gesture: what follows is a step of its own."""
        if self._done and self._done[-1].merge:
            sealed = msgspec.structs.replace(self._done[-1], merge="")
            if self._saved is self._done[-1]:
                self._saved = sealed
            self._done[-1] = sealed

    def take_undo(self) -> Step | None:
        """The step to undo now; it moves to those that can be done again."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def take_redo(self) -> Step | None:
        """The step to do again now."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]
