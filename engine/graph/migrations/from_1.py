"""Format 1 held one graph, and values only where format 2 knows arithmetic over a block's parameters too."""

from __future__ import annotations

from typing import Any


def migrate(raw: dict[str, Any]) -> dict[str, Any]:
    """What format 1 could say, format 2 says alike."""
    return raw
