"""Ports: where edges leave and enter a node."""

from __future__ import annotations

import msgspec


class Port(msgspec.Struct, frozen=True):
    """A named input or output of a node.

    `many`: an input that takes any number of edges, in a kept order (at least two unless `optional`).
    `optional`: an input that may stay unwired.
    """

    name: str
    help: str = ""
    many: bool = False
    optional: bool = False
