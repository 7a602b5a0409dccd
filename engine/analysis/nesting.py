"""Which blocks hold which: those that hold themselves, and those that nest too deep."""

from __future__ import annotations

from typing import Final

import networkx as nx

DEEPEST: Final = 32
"""How deep blocks may nest; analysis goes down with them."""


def endless(held: nx.DiGraph) -> dict[str, str]:
    """Why graphs cannot be placed, of those that hold one another as the edges say."""
    found = _circles(held)
    return found | _too_deep(held.subgraph(held.nodes - found.keys()))


def _circles(held: nx.DiGraph) -> dict[str, str]:
    """Why graphs that hold themselves cannot be placed."""
    found: dict[str, str] = {}
    for knot in nx.strongly_connected_components(held):
        if len(knot) > 1 or held.has_edge(*([*knot] * 2)):
            names = ", ".join(f'"{name}"' for name in sorted(knot)[:6])
            message = f"A block cannot hold itself: {names} would go on without end. Take this node out."
            found |= dict.fromkeys(knot, message)
    return found


def _too_deep(held: nx.DiGraph) -> dict[str, str]:
    """Why graphs with blocks within blocks without end in sight cannot be placed."""
    depth: dict[str, int] = {}
    for name in reversed(list(nx.topological_sort(held))):
        depth[name] = 1 + max((depth[inner] for inner in held.successors(name)), default=0)
    message = f"Blocks nest at most {DEEPEST} deep. Received: {{}} levels. Ungroup some of them."
    return {name: message.format(levels) for name, levels in depth.items() if levels > DEEPEST}
