"""Fixtures of the service's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.service import ServiceProcess, end_runs, service


@pytest.fixture
def engine() -> Iterator[ServiceProcess]:
    """A real engine of the test's own."""
    with service() as process:
        yield process


@pytest.fixture(scope="module")
def shared() -> Iterator[ServiceProcess]:
    """A real engine for all tests of a module: each would wait for torch otherwise."""
    with service() as process:
        yield process


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[str]:
    """A folder for runs; whatever still trains there ends with the test."""
    path = tmp_path / "runs"
    yield str(path)
    end_runs(path)
