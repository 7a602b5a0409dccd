"""Rows: the y of each item, so that wires run straight and nothing overlaps."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from app.canvas.layout.ranks import Layers

_ROUNDS = 24
_STRAIGHT = {0: 1.0, 1: 3.0, 2: 10.0}  # pull of a link by how many of its ends are lanes


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
    for turn in range(_ROUNDS):
        sides = ((layers.left,), (layers.right,), (layers.left, layers.right))[
            turn % 3 if turn < _ROUNDS - 3 else 2
        ]
        indices = range(len(order)) if turn % 2 == 0 else range(len(order) - 1, -1, -1)
        for index in indices:
            column = order[index]
            wanted, weights = [], []
            for item in column:
                place, weight = _pulled(layers, item, sides, middles)
                wanted.append(place)
                weights.append(weight)
            _pack(column, apart[index], wanted, weights, middles)
    return middles


def _pulled(
    layers: Layers, item: int, sides: Sequence[list[list[int]]], middles: Sequence[float]
) -> tuple[float, float]:
    total = weight = 0.0
    for beside in sides:
        for other in beside[item]:
            pull = _STRAIGHT[(item >= layers.nodes) + (other >= layers.nodes)]
            total += pull * middles[other]
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
