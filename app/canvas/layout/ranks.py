"""Ranks: the column of each node, and the layers with a lane for every wire that passes a column."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

Link = tuple[int, int]


class Layers(msgspec.Struct):
    """Items in columns: the nodes 0…n-1, then a lane for each column that a long wire passes.

    `links` join items of neighbouring columns only.
    """

    columns: list[list[int]]
    links: list[Link]
    nodes: int
    left: list[list[int]] = []
    right: list[list[int]] = []

    def __post_init__(self) -> None:
        count = sum(len(column) for column in self.columns)
        self.left, self.right = [[] for _ in range(count)], [[] for _ in range(count)]
        for source, target in self.links:
            self.right[source].append(target)
            self.left[target].append(source)


def acyclic(count: int, links: Iterable[Link]) -> list[Link]:
    """The links without loops, and with those turned round that close a cycle."""
    following: list[list[int]] = [[] for _ in range(count)]
    for source, target in dict.fromkeys(links):
        if source != target:
            following[source].append(target)
    state = [0] * count  # 1 while on the path that is walked, 2 when done
    found: dict[Link, None] = {}
    for start in range(count):
        if state[start]:
            continue
        state[start] = 1
        path = [(start, iter(following[start]))]
        while path:
            node, rest = path[-1]
            target = next(rest, -1)
            if target < 0:
                state[node] = 2
                path.pop()
                continue
            found[(target, node) if state[target] == 1 else (node, target)] = None
            if not state[target]:
                state[target] = 1
                path.append((target, iter(following[target])))
    return list(found)


def rank(count: int, links: Sequence[Link]) -> list[int]:
    """The column of each node: as far left as its feeds allow, sources beside what they feed."""
    following: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for source, target in links:
        following[source].append(target)
        waiting[target] += 1
    ranks = [0] * count
    sources = [node for node in range(count) if not waiting[node]]
    ready = list(sources)
    for node in ready:  # grows while it is walked
        for target in following[node]:
            ranks[target] = max(ranks[target], ranks[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for node in sources:
        if following[node]:
            ranks[node] = min(ranks[target] for target in following[node]) - 1
    lowest = min(ranks, default=0)
    return [each - lowest for each in ranks]


def layered(count: int, links: Sequence[Link], ranks: Sequence[int]) -> Layers:
    """Columns of nodes in their given order, and lanes for wires that run past."""
    columns: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    for node in range(count):
        columns[ranks[node]].append(node)
    short: list[Link] = []
    free = count
    for source, target in links:
        previous = source
        for column in range(ranks[source] + 1, ranks[target]):
            columns[column].append(free)
            short.append((previous, free))
            previous, free = free, free + 1
        short.append((previous, target))
    return Layers(columns, short, count)


def components(count: int, links: Iterable[Link]) -> list[list[int]]:
    """The nodes that hang together, each set in order."""
    root = list(range(count))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for one, other in links:
        root[find(one)] = find(other)
    found: dict[int, list[int]] = {}
    for node in range(count):
        found.setdefault(find(node), []).append(node)
    return list(found.values())


def renumbered(nodes: Collection[int], links: Iterable[Link]) -> tuple[Mapping[int, int], list[Link]]:
    """New numbers from 0 for some nodes, and the links among them."""
    numbers = {node: index for index, node in enumerate(nodes)}
    return numbers, [(numbers[a], numbers[b]) for a, b in links if a in numbers and b in numbers]
