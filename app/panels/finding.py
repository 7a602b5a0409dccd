"""Kinds that a search text means."""

from __future__ import annotations

from typing import Any

from engine.catalog import Catalog


def find(catalog: Catalog, text: str) -> list[tuple[str, dict[str, Any]]]:
    """Ids of kinds whose title, id, alias or category holds the text, titles that begin with it first."""
    wanted = text.lower()

    def rank(words: tuple[str, ...]) -> int:
        return next((place for place, word in enumerate(words) if wanted in word.lower()), -1)

    found = []
    for kind in catalog:
        place = rank((kind.title, kind.id, *kind.aliases, kind.category))
        if place >= 0:
            found.append((not kind.title.lower().startswith(wanted), place, kind.id))
    return [(id, {}) for *_, id in sorted(found)]
