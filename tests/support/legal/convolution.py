"""Patches that fill an image."""

from __future__ import annotations

import math
from random import Random

from engine.catalog import NodeKind, Shape
from engine.nodes.convolution.patches import Fold
from engine.nodes.windows import each
from tests.support.forms import Feeds


def _patches(kind: NodeKind, rng: Random) -> Feeds:
    assert isinstance(kind, Fold)
    pixels = math.prod(each(kind.kernel_size, 2))
    return {"in": (Shape.batch(pixels * rng.randint(1, 3), max(1, math.prod(kind.places()))),)}


def _two_rows(kind: NodeKind, rng: Random) -> Feeds:
    more = rng.choice(((), (3,), (2, 5)))
    return {port: (Shape.batch(*more, rng.randint(1, 6)),) for port in ("a", "b")}


LEGAL = {"fold": _patches, "bilinear": _two_rows}
