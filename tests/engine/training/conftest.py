"""Training in a temporary folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.graph import Document
from engine.training import Summary, train_document


@pytest.fixture
def train(tmp_path: Path) -> Callable[..., Summary]:
    """Trains on one thread."""

    def run(document: Document | None, **options: Any) -> Summary:
        return train_document(document, **{"folder": tmp_path / "runs", "thread_count": 1, **options})

    return run
