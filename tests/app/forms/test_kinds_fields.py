"""Fields of kinds that compute with tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.forms import ParamForm
from app.theme import theme
from engine.nodes import standard_catalog

Make = Callable[..., tuple[ParamForm, list[tuple[Any, ...]]]]


def give(qtbot: QtBot, form: ParamForm, name: str, text: str) -> QLineEdit:
    """Type a text into a line and leave it with Enter."""
    line = form.field(name).focusProxy()
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    return line


def test_a_formula_is_typed_in_the_font_of_source_code(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(standard_catalog()["expression"])
    line = give(qtbot, form, "expression", "exp(-x ** 2)")
    assert said == [("expression", "exp(-x ** 2)", "")]
    assert line.font().family() == theme.mono().family()
    assert line.text() == "exp(-x ** 2)"


@pytest.mark.parametrize(("typed", "value"), [("2", 2), ("-1", -1), ("1, 2", (1, 2)), ("2×3", (2, 3))])
def test_one_axis_or_several_are_typed(qtbot: QtBot, shown_form: Make, typed: str, value: object) -> None:
    form, said = shown_form(standard_catalog()["sum"])
    give(qtbot, form, "dim", typed)
    assert said == [("dim", value, "")]


def test_a_limit_can_be_none(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(standard_catalog()["clamp"])
    give(qtbot, form, "max", "none")
    give(qtbot, form, "min", "-0.5")
    assert said == [("max", None, ""), ("min", -0.5, "")]
