"""Shapes for kinds whose ports do not all take the same, one file a family, each with a table `LEGAL`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from random import Random

from engine.catalog import NodeKind
from tests.support.forms import Feeds

Drawing = Callable[[NodeKind, Random], Feeds]


def drawings() -> dict[str, Drawing]:
    """How shapes are drawn, by the id of the kind; what is not named takes one form at all ports."""
    found: dict[str, Drawing] = {}
    for info in pkgutil.iter_modules(__path__):
        found |= importlib.import_module(f"{__name__}.{info.name}").LEGAL
    return found
