"""Orders from fast-sugiyama, a layered layout in Rust: quick on large graphs, a second opinion on small ones."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

from app.canvas.layout.ranks import Layers

_WAYS: Final = tuple(itertools.product(("barycenter", "median"), (True, False)))


def orders(layers: Layers, ways: int) -> Iterator[list[list[int]]]:
    """The columns in orders that several ways of untangling give.

    The links must be without loops: on one, the library ends the process. Every link joins neighbouring
    columns, so its ranks are ours.
    """
    links = [link[:2] for link in layers.links]
    if not links:
        return
    from fast_sugiyama import from_edges  # 20 ms that opening a document need not wait for

    for crossing, transpose in _WAYS[:ways]:
        found = from_edges(
            links,
            ranking_type="minimize",
            crossing_minimization=crossing,
            transpose=transpose,
            dummy_vertices=False,
            check_layout=False,
        )
        places = {item: x for part in found for item, (x, _) in part[0]}
        yield [sorted(column, key=lambda item: places.get(item, 0.0)) for column in layers.columns]
