"""The whole layout: columns, order, rows; parts that do not hang together below each other."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from app.canvas.layout import crossings, ranks, sugiyama
from app.canvas.layout.bands import breaks
from app.canvas.layout.ranks import Layers, Link
from app.canvas.layout.rows import rows
from engine.graph import Edge, Graph

COLUMN_GAP: Final = 84.0
ROW_GAP: Final = 34.0
LANE: Final = 10.0
LINE_GAP: Final = 96.0
_BEST_OF: Final = 1000  # items up to which every way of ordering is tried
Places = dict[str, tuple[float, float]]


def layout(
    graph: Graph,
    sizes: Mapping[str, tuple[float, float]],
    selection: Collection[str] | None = None,
    ports: Callable[[Edge], tuple[float, float]] = lambda _edge: (0.0, 0.0),
) -> Places:
    """Top left corners from left to right, for the selection or all nodes.

    The whole starts where its top left was before. `sizes` are widths and heights of cards; `ports` says how
    far below the middle of each card a wire leaves and enters.
    """
    ids = [node.id for node in graph.nodes() if selection is None or node.id in selection]
    if not ids:
        return {}
    numbers = {id: index for index, id in enumerate(ids)}
    wires = [
        Link(numbers[edge.source], numbers[edge.target], *ports(edge))
        for id in ids
        for edge in graph.incoming(id)
        if edge.source in numbers and graph.flows(edge)  # what is read a step later may run back
    ]
    links = ranks.acyclic(len(ids), wires)
    found: dict[int, tuple[float, float]] = {}
    top = 0.0
    for part in sorted(ranks.components(len(ids), links), key=len, reverse=True):
        part_of, inner = ranks.renumbered(part, links)
        corners = _arrange([sizes[ids[node]] for node in part], inner)
        low = min(y for _, y in corners)
        for node, number in part_of.items():
            found[node] = corners[number][0], corners[number][1] - low + top
        top = max(found[node][1] + sizes[ids[node]][1] for node in part) + 2 * ROW_GAP
    left = min(graph[id].x for id in ids)
    upper = min(graph[id].y for id in ids)
    return {ids[node]: (round(x + left), round(y + upper)) for node, (x, y) in found.items()}


def _arrange(sizes: Sequence[tuple[float, float]], links: Sequence[Link]) -> list[tuple[float, float]]:
    count = len(sizes)
    columns = ranks.rank(count, links)
    layers = ranks.layered(count, links, columns)
    items = len(layers.left)
    order = _order(layers)
    heights = [height for _, height in sizes] + [LANE] * (items - count)

    def gap(one: int, other: int) -> float:
        lanes = (one >= count) + (other >= count)
        return (ROW_GAP, ROW_GAP * 0.7, LANE)[lanes]

    middles = rows(layers, order, heights, gap)
    return _corners(columns, layers, order, middles, sizes)


def _order(layers: Layers) -> list[list[int]]:
    """The order in each column: the one with the fewest crossings of several ways, of one where there is much."""
    if len(layers.left) > _BEST_OF:
        tried = list(sugiyama.orders(layers, ways=1))
        return tried[0] if tried else layers.columns
    own = crossings.untangle(layers)
    return min([own, *sugiyama.orders(layers, ways=4)], key=lambda order: crossings.count(layers, order))


def _corners(
    columns: Sequence[int],
    layers: Layers,
    order: Sequence[Sequence[int]],
    middles: Sequence[float],
    sizes: Sequence[tuple[float, float]],
) -> list[tuple[float, float]]:
    """Top left corners, a very long row broken into lines."""
    count = len(sizes)
    lefts = _lefts(order, sizes)
    tops = [middles[node] - sizes[node][1] / 2 for node in range(count)]
    low, high = min(tops), max(top + size[1] for top, size in zip(tops, sizes, strict=True))
    widths = [right - left for left, right in itertools.pairwise(lefts)]
    crossing = [_crossing(layers, column) for column in order[:-1]]
    starts = [0, *breaks(widths, crossing, high - low + LINE_GAP)]
    line_of = [bisect.bisect_right(starts, columns[node]) - 1 for node in range(count)]
    drops = _drops(line_of, len(starts), layers, middles, sizes)
    return [
        (lefts[columns[node]] - lefts[starts[line_of[node]]], tops[node] + drops[line_of[node]])
        for node in range(count)
    ]


def _crossing(layers: Layers, column: Sequence[int]) -> int:
    """How many wires leave a column; those that run on in lanes count as many."""
    leaving = [link for item in column for link in layers.right[item]]
    in_lanes = any(layers.is_lane(link.source) or layers.is_lane(link.target) for link in leaving)
    return 99 if in_lanes else len(leaving)


def _drops(
    line_of: Sequence[int],
    lines: int,
    layers: Layers,
    middles: Sequence[float],
    sizes: Sequence[tuple[float, float]],
) -> list[float]:
    """How far down each line goes: below the one before, and so that the wire between them finds a free way.

    Such a wire runs back half way between its ends (see `app.canvas.wire`).
    """
    drops = [0.0]
    half = LINE_GAP / 2
    for line in range(1, lines):
        above = [node for node in range(len(sizes)) if line_of[node] == line - 1]
        below = [node for node in range(len(sizes)) if line_of[node] == line]
        bottom = max(middles[node] + sizes[node][1] / 2 for node in above) + drops[-1]
        top = min(middles[node] - sizes[node][1] / 2 for node in below)
        drop = bottom + LINE_GAP - top
        for link in (link for node in above for link in layers.right[node] if link.target in below):
            start = middles[link.source] + link.leaves + drops[-1]
            end = middles[link.target] + link.enters
            drop = max(drop, 2 * (bottom + half) - start - end, start + end - 2 * (top - half))
        drops.append(drop)
    return drops


def _lefts(order: Sequence[Sequence[int]], sizes: Sequence[tuple[float, float]]) -> list[float]:
    lefts, x = [], 0.0
    for column in order:
        lefts.append(x)
        widths = [sizes[item][0] for item in column if item < len(sizes)]
        x += math.ceil(max(widths, default=0.0)) + COLUMN_GAP
    return [*lefts, x]
