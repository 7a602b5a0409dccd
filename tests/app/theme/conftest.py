"""Both themes, not applied to the application."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from app.theme.theme import Theme


@pytest.fixture
def themes(qapp: QApplication) -> dict[str, Theme]:
    """A theme in each scheme."""
    made = {"light": Theme(), "dark": Theme()}
    for scheme, theme in made.items():
        theme.apply(qapp, scheme)  # type: ignore[arg-type]
    return made
