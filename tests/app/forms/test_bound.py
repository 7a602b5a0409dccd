"""Values that are arithmetic over the parameters of a block."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.forms.bound import read
from engine.spec import Declaration, Sizes, param
from tests.app.forms.test_form import Make


class Layer(Declaration):
    """A layer to set."""

    id = "layer"
    width: int = param(8, "How wide.", low=1)
    sizes: Sizes = param((4,), "Sizes.", low=1)
    name: str = param("in", "Its name.")


def write(qtbot: QtBot, edit: QLineEdit, text: str) -> None:
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("width", "=a*2", "= a*2"),
        ("width", "12", 12),
        ("sizes", "= a", ["= a"]),
        ("sizes", "=a, 3, = b + 1", ["= a", 3, "= b + 1"]),
        ("name", "= a", "= a"),
    ],
)
def test_what_is_typed_is_a_formula_a_list_or_a_value(name: str, text: str, value: Any) -> None:
    assert read(text, Layer.params[name]) == value


def test_a_form_takes_formulas_where_it_is_told_so(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer)
    edit = form.field("width").findChild(QLineEdit)
    assert edit is not None
    write(qtbot, edit, "= a")
    assert said == []
    assert "inside one only" in form.error("width")
    form.allow_formulas(True)
    write(qtbot, edit, "= a * 2")
    assert said == [("width", "= a * 2", "")]
    assert form.error("width") == ""
    row = form.row("width")
    assert row.bound.isVisible()
    assert not row.field.isVisible()
    form.set_results({"width": 24})
    assert row.bound.result.text() == "→ 24"
    write(qtbot, row.bound.edit, "5")
    assert said[-1] == ("width", 5, "")
    assert row.field.isVisible()


def test_a_wrong_value_typed_for_a_formula_is_refused(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer, width="= a")
    form.allow_formulas(True)
    write(qtbot, form.row("width").bound.edit, "-3")
    assert said == []
    assert "at least 1" in form.error("width")


def test_a_text_with_a_sign_in_it_stays_a_text(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer)
    edit = form.field("name").findChild(QLineEdit)
    assert edit is not None
    write(qtbot, edit, "a = b")
    assert said == [("name", "a = b", "")]
