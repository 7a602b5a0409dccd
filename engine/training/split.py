"""Which samples train and which are held out."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Rows = np.ndarray[Any, np.dtype[np.int64]]


class Split(NamedTuple):
    """Row numbers, rising: those to train on and those held out."""

    train: Rows
    val: Rows


def split(count: int, share: float, seed: int, labels: np.ndarray[Any, Any] | None = None) -> Split:
    """Hold out `share` of `count` rows, drawn under a seed; at least one row is left to train on.

    With `labels` each class gives its part: as many as its share of the rows says, remainders to the
    classes with the largest ones.
    """
    chance = np.random.default_rng(seed)
    wanted = min(round(count * share), count - 1)
    if wanted <= 0:
        return Split(np.arange(count), np.arange(0))
    if labels is None:
        held = chance.permutation(count)[:wanted]
    else:
        classes, members = np.unique(labels, return_inverse=True)
        taken = _apportion(np.bincount(members, minlength=len(classes)), wanted)
        groups = (chance.permutation(np.flatnonzero(members == place))[:n] for place, n in enumerate(taken))
        held = np.concatenate(list(groups))
    mask = np.zeros(count, dtype=bool)
    mask[held] = True
    return Split(np.flatnonzero(~mask), np.flatnonzero(mask))


def _apportion(sizes: Rows, wanted: int) -> Rows:
    exact = sizes * (wanted / sizes.sum())
    taken: Rows = np.floor(exact).astype(np.int64)
    largest = np.argsort(taken - exact, kind="stable")[: wanted - int(taken.sum())]
    taken[largest] += 1
    return taken
