"""The kinds that come with Neuroloom, one file a family, and the catalogue of all that is installed."""

from __future__ import annotations

import functools
import sys

from engine.catalog import Catalog

PLUG_INS = "neuroloom.kinds"


@functools.cache
def standard_catalog() -> Catalog:
    """Every kind of this package and of plug-ins (entry-point group `neuroloom.kinds`), basic ones first."""
    catalog = Catalog()
    catalog.discover(sys.modules[__name__])
    catalog.plug_ins(PLUG_INS)
    catalog.arrange(lambda kind: not kind.basic)
    return catalog
