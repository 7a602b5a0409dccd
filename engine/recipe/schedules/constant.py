"""No schedule."""

from __future__ import annotations

from engine.recipe.schedule import Memory, Schedule


class Constant(Schedule):
    """The learning rate stays as it is."""

    id, title, equation = "constant", "Constant", "lr"

    moves = False

    def factor(self, count: int, total: int, memory: Memory = ()) -> float:  # noqa: ARG002
        """1."""
        return 1.0
