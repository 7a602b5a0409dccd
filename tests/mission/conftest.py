"""Training in a temporary folder."""

from __future__ import annotations

from tests.engine.training.conftest import train

__all__ = ["train"]
