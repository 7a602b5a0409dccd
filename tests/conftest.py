"""Fixtures of all tests; the rest lies in `tests/support`."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs, journals and settings of a test stay in a folder of its own."""
    monkeypatch.setenv("NEUROLOOM_HOME", str(tmp_path_factory.mktemp("home")))
