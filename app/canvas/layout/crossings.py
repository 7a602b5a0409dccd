"""Crossings: the order in each column, by sweeps of medians, and how many wires cross in it."""

from __future__ import annotations

import bisect

from app.canvas.layout.ranks import Layers

_SWEEPS = 12


def untangle(layers: Layers, sweeps: int = _SWEEPS) -> list[list[int]]:
    """The columns in the order with the fewest crossings that some sweeps find."""
    order = [list(column) for column in layers.columns]
    best, fewest = [list(column) for column in order], count(layers, order)
    for sweep in range(sweeps):
        if not fewest:
            break
        _sweep(layers, order, forward=sweep % 2 == 0)
        _swap(layers, order)
        crossed = count(layers, order)
        if crossed < fewest:
            best, fewest = [list(column) for column in order], crossed
    return best


def count(layers: Layers, order: list[list[int]]) -> int:
    """How many links cross."""
    total = 0
    for index in range(len(order) - 1):
        places = {item: place for place, item in enumerate(order[index + 1])}
        ends = [
            place for item in order[index] for place in sorted(places[link.target] for link in layers.right[item])
        ]
        seen: list[int] = []
        for place in ends:
            total += len(seen) - bisect.bisect_right(seen, place)
            bisect.insort(seen, place)
    return total


def _sweep(layers: Layers, order: list[list[int]], *, forward: bool) -> None:
    beside = layers.left if forward else layers.right
    indices = range(1, len(order)) if forward else range(len(order) - 2, -1, -1)
    for index in indices:
        before = order[index - 1 if forward else index + 1]
        places = {item: place for place, item in enumerate(before)}
        column = order[index]
        keys = {
            item: _median(
                [places[link.source if forward else link.target] for link in beside[item]],
                place / max(1, len(column)) * len(before),
            )
            for place, item in enumerate(column)
        }
        column.sort(key=keys.__getitem__)


def _median(places: list[int], alone: float) -> float:
    if not places:
        return alone
    places.sort()
    middle = len(places) // 2
    return float(places[middle]) if len(places) % 2 else (places[middle - 1] + places[middle]) / 2


def _swap(layers: Layers, order: list[list[int]]) -> None:
    """Swap neighbours that cross less the other way round."""
    for index, column in enumerate(order):
        before = {item: place for place, item in enumerate(order[index - 1])} if index else {}
        after = {item: place for place, item in enumerate(order[index + 1])} if index + 1 < len(order) else {}
        for place in range(len(column) - 1):
            one, other = column[place], column[place + 1]
            gain = _gain(
                [before[link.source] for link in layers.left[one]],
                [before[link.source] for link in layers.left[other]],
            ) + _gain(
                [after[link.target] for link in layers.right[one]],
                [after[link.target] for link in layers.right[other]],
            )
            if gain > 0:
                column[place], column[place + 1] = other, one


def _gain(ones: list[int], others: list[int]) -> int:
    """How many crossings fewer there are with the others first."""
    return sum(a > b for a in ones for b in others) - sum(a < b for a in ones for b in others)
