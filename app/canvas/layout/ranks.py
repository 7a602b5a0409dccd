"""Ranks: the column of each node, and the layers with a lane for every wire that passes a column."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec


class Link(NamedTuple):
    """A wire between two nodes; where it meets them, from the middle of each card downwards."""

    source: int
    target: int
    leaves: float = 0.0
    enters: float = 0.0


class Layers(msgspec.Struct):
    """Items in columns: the nodes 0…n-1, then lanes, one in each column that long wires of one output pass.

    `links` join items of neighbouring columns only; `left` and `right` are those at each item.
    """

    columns: list[list[int]]
    links: list[Link]
    nodes: int
    left: list[list[Link]] = []
    right: list[list[Link]] = []

    def __post_init__(self) -> None:
        count = sum(len(column) for column in self.columns)
        self.left, self.right = [[] for _ in range(count)], [[] for _ in range(count)]
        for link in self.links:
            self.right[link.source].append(link)
            self.left[link.target].append(link)

    def is_lane(self, item: int) -> bool:
        """Whether an item is a place that wires run through."""
        return item >= self.nodes


def acyclic(count: int, links: Iterable[Link]) -> list[Link]:
    """The links without loops and doubles, those turned round that close a cycle."""
    following: list[list[Link]] = [[] for _ in range(count)]
    for first in {link[:2]: link for link in links}.values():
        if first.source != first.target:
            following[first.source].append(first)
    state = [0] * count  # 1 while on the path that is walked, 2 when done
    found: dict[tuple[int, int], Link] = {}
    for start in range(count):
        if state[start]:
            continue
        state[start] = 1
        path = [(start, iter(following[start]))]
        while path:
            node, rest = path[-1]
            link = next(rest, None)
            if link is None:
                state[node] = 2
                path.pop()
                continue
            back = state[link.target] == 1
            kept = Link(link.target, node, link.enters, link.leaves) if back else link
            found.setdefault(kept[:2], kept)
            if not state[link.target]:
                state[link.target] = 1
                path.append((link.target, iter(following[link.target])))
    return list(found.values())


def rank(count: int, links: Sequence[Link]) -> list[int]:
    """The column of each node: as far left as its feeds allow, sources beside what they feed."""
    following: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for link in links:
        following[link.source].append(link.target)
        waiting[link.target] += 1
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
    """Columns of nodes in their given order, and lanes for wires that run past (one output, one lane)."""
    columns: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    for node in range(count):
        columns[ranks[node]].append(node)
    short: list[Link] = []
    lanes: dict[tuple[int, float, int], int] = {}
    for link in links:
        previous, leaves = link.source, link.leaves
        for column in range(ranks[link.source] + 1, ranks[link.target]):
            key = link.source, link.leaves, column
            if key not in lanes:
                lanes[key] = count + len(lanes)
                columns[column].append(lanes[key])
                short.append(Link(previous, lanes[key], leaves))
            previous, leaves = lanes[key], 0.0
        short.append(Link(previous, link.target, leaves, link.enters))
    return Layers(columns, short, count)


def components(count: int, links: Iterable[Link]) -> list[list[int]]:
    """The nodes that hang together, each set in order."""
    root = list(range(count))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for link in links:
        root[find(link.source)] = find(link.target)
    found: dict[int, list[int]] = {}
    for node in range(count):
        found.setdefault(find(node), []).append(node)
    return list(found.values())


def renumbered(nodes: Collection[int], links: Iterable[Link]) -> tuple[Mapping[int, int], list[Link]]:
    """New numbers from 0 for some nodes, and the links among them."""
    numbers = {node: index for index, node in enumerate(nodes)}
    inner = [
        link._replace(source=numbers[link.source], target=numbers[link.target])
        for link in links
        if link.source in numbers and link.target in numbers
    ]
    return numbers, inner
