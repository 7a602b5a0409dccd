"""Shapes that fit axes, sizes and patches already set."""

from __future__ import annotations

import math
from random import Random

from engine.catalog import NodeKind, Shape
from engine.spec import both
from tests.support.forms import Feeds
from tests.support.legal import Drawing


def _patched(kind: NodeKind, rng: Random) -> Feeds:
    high, wide = both(kind.values()["patch_size"])
    return {"in": (Shape.batch(rng.randint(1, 3), high * rng.randint(1, 4), wide * rng.randint(1, 4)),)}


def _patches(kind: NodeKind, rng: Random) -> Feeds:
    height, width = both(kind.values()["output_size"])
    high, wide = both(kind.values()["patch_size"])
    return {"in": (Shape.batch(height // high * (width // wide), rng.randint(1, 3) * high * wide),)}


def _parts(kind: NodeKind, rng: Random) -> Feeds:
    sizes = kind.values()["sizes"]
    total = math.prod(map(abs, sizes)) if kind.id == "unflatten" else sum(sizes)
    whole = [rng.randint(1, 6) for _ in range(rng.randint(1, 3))]
    whole[rng.randrange(len(whole))] = total or rng.choice((6, 12, 24))
    return {"in": (Shape.batch(*whole),)}


def _thin(kind: NodeKind, rng: Random) -> Feeds:
    return {"in": (Shape.batch(*(rng.choice((1, 1, 3)) for _ in range(rng.randint(1, 4)))),)}


def _ranked(param: str) -> Drawing:
    def draw(kind: NodeKind, rng: Random) -> Feeds:
        return {"in": (Shape.batch(*(rng.randint(1, 6) for _ in kind.values()[param])),)}

    return draw


LEGAL = {
    "patchify": _patched,
    "unpatchify": _patches,
    "unflatten": _parts,
    "split": _parts,
    "squeeze": _thin,
    "expand": _thin,
    "repeat": _ranked("repeats"),
    "permute": _ranked("dims"),
}
