"""Channels that can be dealt into groups."""

from __future__ import annotations

from random import Random
from typing import Any

from engine.catalog import Shape
from tests.support.forms import Feeds


def _grouped(kind: Any, rng: Random) -> Feeds:
    rest = rng.choice(((), (5,), (3, 4), (2, 3, 2)))
    return {"in": (Shape.batch(kind.num_groups * rng.randint(1, 3), *rest),)}


LEGAL = {"group_norm": _grouped}
