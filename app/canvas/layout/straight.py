"""Straightening: nodes in a chain are put on one line as far as their neighbours leave room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.canvas.layout.ranks import Layers, Link

_NEARLY: Final = 10.0  # a wire this near to level is made so
_PASSES: Final = 2


def straighten(
    layers: Layers, order: Sequence[Sequence[int]], apart: Sequence[Sequence[float]], middles: list[float]
) -> None:
    """Shift items up or down, in their columns' order and distances, so that more wires run level."""
    rooms = _rooms(order, apart)
    for _ in range(_PASSES):
        for chain in sorted(_chains(layers, middles), key=len, reverse=True):
            _level(chain, rooms, middles)


def _chains(layers: Layers, middles: Sequence[float]) -> list[list[tuple[int, float]]]:
    """Paths of links that ought to run level: items, and how much lower than the first each must lie."""
    after: dict[int, Link] = {}
    before: dict[int, Link] = {}
    for link in sorted(layers.links, key=lambda link: _order(layers, link, middles)):
        if _ought(layers, link, middles) and link.source not in after and link.target not in before:
            after[link.source] = before[link.target] = link
    chains = []
    for start in range(len(layers.left)):
        if start in before or start not in after:
            continue
        item, lower = start, 0.0
        chain = [(item, lower)]
        while item in after:
            link = after[item]
            item, lower = link.target, lower + link.leaves - link.enters
            chain.append((item, lower))
        chains.append(chain)
    return chains


def _order(layers: Layers, link: Link, middles: Sequence[float]) -> tuple[bool, bool, float]:
    return not layers.is_lane(link.target), not _alone(layers, link), _slope(link, middles)


def _ought(layers: Layers, link: Link, middles: Sequence[float]) -> bool:
    return layers.is_lane(link.target) or _alone(layers, link) or _slope(link, middles) < _NEARLY


def _alone(layers: Layers, link: Link) -> bool:
    """Whether two items feed and are fed by each other alone."""
    return len(layers.right[link.source]) == 1 == len(layers.left[link.target])


def _slope(link: Link, middles: Sequence[float]) -> float:
    return abs(middles[link.target] + link.enters - middles[link.source] - link.leaves)


Room = tuple[int, float, int, float]


def _rooms(order: Sequence[Sequence[int]], apart: Sequence[Sequence[float]]) -> dict[int, Room]:
    """For each item: the one above, its distance, the one below, its distance; -1 for none."""
    rooms: dict[int, Room] = {}
    for column, gaps in zip(order, apart, strict=True):
        for place, item in enumerate(column):
            above = (column[place - 1], gaps[place - 1]) if place else (-1, 0.0)
            below = (column[place + 1], gaps[place]) if place + 1 < len(column) else (-1, 0.0)
            rooms[item] = (*above, *below)
    return rooms


def _level(chain: list[tuple[int, float]], rooms: dict[int, Room], middles: list[float]) -> None:
    """Put a chain on one line, or on several where there is no room for one."""
    piece: list[tuple[int, float]] = []
    low, high = float("-inf"), float("inf")
    for item, lower in chain:
        above, gap_above, below, gap_below = rooms[item]
        least = middles[above] + gap_above - lower if above >= 0 else float("-inf")
        most = middles[below] - gap_below - lower if below >= 0 else float("inf")
        if max(low, least) > min(high, most) + 1e-6:
            _put(piece, low, high, middles)
            piece, low, high = [], float("-inf"), float("inf")
        piece.append((item, lower))
        low, high = max(low, least), min(high, most)
    _put(piece, low, high, middles)


def _put(piece: list[tuple[int, float]], low: float, high: float, middles: list[float]) -> None:
    wanted = sorted(middles[item] - lower for item, lower in piece)
    base = min(high, max(low, wanted[len(wanted) // 2])) if piece else 0.0
    for item, lower in piece:
        middles[item] = base + lower
