"""Levels: which graph of a document is shown, and through which blocks one came to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from engine.analysis import Analyser, Analysis
from engine.errors import EditError
from engine.graph import MAIN, Changes, Document, Node, graph_of

UNKNOWN = Analysis({}, ())


class Level(msgspec.Struct, frozen=True):
    """The nodes that stand for blocks from `root` inward.

    The root is the main graph, or a block's that was opened where it is placed nowhere.
    """

    way: tuple[str, ...] = ()
    root: str = MAIN

    def into(self, id: str) -> Level:
        """The level behind a node of this one."""
        return Level((*self.way, id), self.root)

    @property
    def outer(self) -> Level | None:
        """The level around this one; None at the outermost."""
        if self.way:
            return Level(self.way[:-1], self.root)
        return None if self.root == MAIN else TOP

    def chain(self) -> tuple[Level, ...]:
        """All levels from the main graph to this one."""
        outer = self.outer
        return (*(outer.chain() if outer is not None else ()), self)


TOP = Level()


def names(document: Document, level: Level) -> list[str]:
    """The graph of each node of the way, the root first; it ends where the way leads no further."""
    found = [level.root] if _is_there(document, level.root) else []
    for id in level.way if found else ():
        graph = document.graph(found[-1])
        name = graph_of(graph[id]) if id in graph else None
        if name is None or not _is_there(document, name):
            break
        found.append(name)
    return found


def settled(document: Document, level: Level) -> Level:
    """The level, or the innermost one around it that is there."""
    found = names(document, level)
    return Level(level.way[: len(found) - 1], level.root) if found else TOP


def followed(document: Document, level: Level, before: Sequence[str], changes: Changes) -> Level:
    """Where a level is after changes: its nodes and graphs may have other names, or be gone.

    `before` are the names of its graphs before.
    """
    root, way, graphs = level.root, list(level.way), list(before)
    for step in changes.flat():
        for old, new in step.blocks.items():
            if new is not None and new != old:
                graphs = [new if name == old else name for name in graphs]
                root = new if root == old else root
        for place, id in enumerate(way):
            part = step.by_graph.get(graphs[place])
            if part is not None:
                way[place] = part.renamed.get(id, id)
    return settled(document, Level(tuple(way), root))


def level_of(document: Document, graph: str) -> Level:
    """The level that shows a graph: inside the first node that stands for it, else the graph by itself."""
    if graph == MAIN:
        return TOP
    seen: set[str] = set()
    waiting = [(TOP, MAIN)]
    for level, name in waiting:  # grows while it is walked: what is near the main graph comes first
        for node, inner in placed(document, name):
            if inner == graph:
                return level.into(node.id)
            if inner not in seen:
                seen.add(inner)
                waiting.append((level.into(node.id), inner))
    return Level((), graph)


def placed(document: Document, graph: str) -> Iterator[tuple[Node, str]]:
    """The nodes of a graph that stand for blocks of the document, each with the block's graph."""
    for node in document.graph(graph).nodes():
        inner = graph_of(node)
        if inner is not None and _is_there(document, inner):
            yield node, inner


def analysed(analyser: Analyser, document: Document, level: Level, whole: Analysis) -> Analysis:
    """What is known of the graph at a level, in its context; nothing where the block is unsound."""
    if level == TOP:
        return whole
    if level.root == MAIN:
        found = analyser.within(document, level.way)
    else:
        found = analyser.alone(document, level.root)
        for id in level.way:
            report = found.nodes.get(id) if found is not None else None
            found = report.inside.passes[0].analysis if report is not None and report.inside is not None else None
    if found is None:
        found = analyser.alone(document, names(document, level)[-1])
    return found if found is not None else UNKNOWN


def local(path: str, level: Level) -> str:
    """The id at a level of what a run calls by its path from the main graph; empty where it is elsewhere.

    A path may number repetitions (`stage.0.conv1`): the first one is shown.
    """
    if level.root != MAIN:
        return ""
    parts = path.split(".")
    for id in level.way:
        if parts[:1] != [id]:
            return ""
        parts = parts[2:] if parts[1:2] == ["0"] else parts[1:]
    return parts[0] if len(parts) == 1 else ""


def _is_there(document: Document, graph: str) -> bool:
    try:
        document.graph(graph)
    except EditError:
        return False
    return True
