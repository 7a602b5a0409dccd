"""A run folder in a temporary place."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.graph import Document
from engine.runs import RunFolder


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """A run that nobody trains yet."""
    return RunFolder.create(tmp_path / "runs", Document(title="A small net"), overrides={"epochs": 3})
