"""A form in front, and what it said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.forms import ParamForm
from app.theme import theme
from engine.spec import Declaration


@pytest.fixture
def shown_form(qtbot: QtBot, qapp: QApplication) -> Callable[..., tuple[ParamForm, list[tuple[Any, ...]]]]:
    """Makes a form of a declaration that takes what the user gives as its new values, and lists it."""
    theme.apply(qapp, "light")

    def make(declaration: type[Declaration], **values: Any) -> tuple[ParamForm, list[tuple[Any, ...]]]:
        form, said = ParamForm(declaration.params, values), []
        form.resize(320, 400)

        def take(name: str, value: Any, gesture: str) -> None:
            said.append((name, value, gesture))
            values[name] = value
            form.set_values(values)

        def reset(name: str) -> None:
            said.append((name, "reset"))
            values.pop(name, None)
            form.set_values(values)

        form.value_changed.connect(take)
        form.reset.connect(reset)
        qtbot.addWidget(form)
        with qtbot.waitActive(form):
            form.show()
            form.activateWindow()
        return form, said

    return make
