"""What an edit changed: the news that views and analysis follow."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from engine.graph.node import Edge


class GraphChanges(msgspec.Struct, frozen=True):
    """What changed in one graph.

    `changed` are nodes with other params, kind, title or notes; `moved` nodes at another place;
    `renamed` maps old ids to new ones (their edges are not listed again).
    """

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    renamed: dict[str, str] = {}
    edges_added: frozenset[Edge] = frozenset()
    edges_removed: frozenset[Edge] = frozenset()

    @property
    def structural(self) -> bool:
        """Whether anything but places changed, so that analysis must run."""
        return bool(
            self.added or self.removed or self.changed or self.renamed or self.edges_added or self.edges_removed
        )


class Changes(msgspec.Struct, frozen=True):
    """What one applied edit changed, by graph; `recipe` and `meta` (title, notes) for the rest.

    `blocks` are graphs that came, went (`None`), got another name, or say something else of themselves:
    by the name before, the name after.

    A batch gives one `Changes` for each of its edits, in order, in `steps`: a view that must follow
    exactly replays them.
    """

    by_graph: dict[str, GraphChanges] = {}
    blocks: dict[str, str | None] = {}
    recipe: bool = False
    meta: bool = False
    steps: tuple[Changes, ...] = ()

    @classmethod
    def in_graph(cls, graph: str, changes: GraphChanges) -> Changes:
        """Changes of one graph alone."""
        return cls({graph: changes})

    @classmethod
    def batch(cls, parts: Iterable[Changes]) -> Changes:
        """Several changes as one; `by_graph` is left to the steps."""
        steps = tuple(step for part in parts for step in part.flat())
        return cls(recipe=any(s.recipe for s in steps), meta=any(s.meta for s in steps), steps=steps)

    def flat(self) -> tuple[Changes, ...]:
        """The single changes, in order."""
        return self.steps or (self,)

    def of(self, graph: str) -> list[GraphChanges]:
        """The changes of one graph, in order."""
        return [step.by_graph[graph] for step in self.flat() if graph in step.by_graph]

    @property
    def structural(self) -> bool:
        """Whether shapes or diagnostics may have changed."""
        return self.recipe or any(
            step.blocks or any(changes.structural for changes in step.by_graph.values()) for step in self.flat()
        )
