"""The whole layout: columns, order, rows; parts that do not hang together below each other."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from app.canvas.layout import crossings, ranks
from app.canvas.layout.rows import rows
from engine.graph import Graph

COLUMN_GAP: Final = 84.0
ROW_GAP: Final = 34.0
LANE: Final = 10.0
_BEST_OF: Final = 500  # items up to which every way of ordering is tried
Places = dict[str, tuple[float, float]]


def layout(
    graph: Graph, sizes: Mapping[str, tuple[float, float]], selection: Collection[str] | None = None
) -> Places:
    """Top left corners from left to right, for the selection or all nodes.

    The whole starts where its top left was before. `sizes` are widths and heights of cards.
    """
    ids = [node.id for node in graph.nodes() if selection is None or node.id in selection]
    if not ids:
        return {}
    numbers = {id: index for index, id in enumerate(ids)}
    wires = [
        (numbers[edge.source], numbers[edge.target])
        for id in ids
        for edge in graph.incoming(id)
        if edge.source in numbers
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


def _arrange(sizes: Sequence[tuple[float, float]], links: Sequence[ranks.Link]) -> list[tuple[float, float]]:
    count = len(sizes)
    columns = ranks.rank(count, links)
    layers = ranks.layered(count, links, columns)
    items = len(layers.left)
    order = crossings.untangle(layers, 12 if items <= _BEST_OF else 4)
    heights = [height for _, height in sizes] + [LANE] * (items - count)

    def gap(one: int, other: int) -> float:
        lanes = (one >= count) + (other >= count)
        return (ROW_GAP, ROW_GAP * 0.7, LANE)[lanes]

    middles = rows(layers, order, heights, gap)
    lefts = _lefts(order, sizes)
    return [(lefts[columns[node]], middles[node] - sizes[node][1] / 2) for node in range(count)]


def _lefts(order: Sequence[Sequence[int]], sizes: Sequence[tuple[float, float]]) -> list[float]:
    lefts, x = [], 0.0
    for column in order:
        lefts.append(x)
        widths = [sizes[item][0] for item in column if item < len(sizes)]
        x += math.ceil(max(widths, default=0.0)) + COLUMN_GAP
    return lefts
