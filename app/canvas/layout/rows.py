"""Rows: the y of each item, so that wires run straight and nothing overlaps."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

from app.canvas.layout.ranks import Layers, Link
from app.canvas.layout.straight import straighten

_ROUNDS = 36
_MANY = 1500
_LEVEL = 12.0  # pull of a wire along its lane: it must run straight there
_ONLY = 3.0  # pull between two nodes that feed and are fed by each other alone


def rows(
    layers: Layers, order: Sequence[Sequence[int]], heights: Sequence[float], gap: Callable[[int, int], float]
) -> list[float]:
    """The middle of each item. `gap` is the free space wanted between two neighbours in a column."""
    apart = [
        [heights[a] / 2 + gap(a, b) + heights[b] / 2 for a, b in itertools.pairwise(column)] for column in order
    ]
    middles = [0.0] * len(heights)
    for column, gaps in zip(order, apart, strict=True):
        _pack(column, gaps, [0.0] * len(column), [1.0] * len(column), middles)
    pulls = {link: _pull(layers, link) for link in layers.links}
    rounds = _ROUNDS if len(heights) <= _MANY else _ROUNDS // 3
    for turn in range(rounds):
        forward = turn % 2 == 0
        both = turn >= rounds // 3
        for index in range(len(order)) if forward else range(len(order) - 1, -1, -1):
            column = order[index]
            wanted, weights = [], []
            for item in column:
                place, weight = _pulled(layers, item, (both or forward, both or not forward), middles, pulls)
                wanted.append(place)
                weights.append(weight)
            _pack(column, apart[index], wanted, weights, middles)
    straighten(layers, order, apart, middles)
    return middles


def _pull(layers: Layers, link: Link) -> float:
    if layers.is_lane(link.target):
        return _LEVEL
    if layers.is_lane(link.source):
        return 0.5
    return _ONLY if len(layers.right[link.source]) == 1 == len(layers.left[link.target]) else 1.0


def _pulled(
    layers: Layers, item: int, sides: tuple[bool, bool], middles: Sequence[float], pulls: Mapping[Link, float]
) -> tuple[float, float]:
    """Where the wires at the sides looked at (left, right) want an item, and how much."""
    total = weight = 0.0
    if sides[0]:
        for link in layers.left[item]:
            pull = pulls[link]
            total += pull * (middles[link.source] + link.leaves - link.enters)
            weight += pull
    if sides[1]:
        for link in layers.right[item]:
            pull = pulls[link]
            total += pull * (middles[link.target] + link.enters - link.leaves)
            weight += pull
    return (total / weight, weight) if weight else (middles[item], 0.05)


def _pack(
    column: Sequence[int], apart: Sequence[float], wanted: Sequence[float], weights: Sequence[float],
    middles: list[float],
) -> None:  # fmt: skip
    """Places nearest to those wanted (least squares) that keep order and distance: pools of items that touch."""
    pools: list[tuple[float, float, int]] = []  # weighted sum, weight, items
    offset = 0.0
    offsets = []
    for index, (place, weight) in enumerate(zip(wanted, weights, strict=True)):
        offset += apart[index - 1] if index else 0.0
        offsets.append(offset)
        pools.append(((place - offset) * weight, weight, 1))
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, heavy, items = pools.pop()
            pools[-1] = pools[-1][0] + total, pools[-1][1] + heavy, pools[-1][2] + items
    index = 0
    for total, heavy, items in pools:
        for _ in range(items):
            middles[column[index]] = total / heavy + offsets[index]
            index += 1
