"""Kinds that learn: what all of them offer the user beside their own parameters."""

from __future__ import annotations

from engine.catalog.kind import NodeKind


class Weighted(NodeKind):
    """A kind with weights of its own; base of every kind whose `weights` are not empty."""
