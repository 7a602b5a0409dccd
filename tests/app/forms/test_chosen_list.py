"""A list of one family in a form: add, set, move, remove."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.forms import ParamForm
from app.forms.chosen import ChosenField
from app.forms.chosen_list import ChosenListField
from engine.recipe import all_transforms
from engine.spec import Chosen, Declaration, param

Make = Callable[..., tuple[ParamForm, list[tuple[Any, ...]]]]
ROTATE, NOISE = {"id": "rotate", "params": {"degrees": 5.0}}, {"id": "noise", "params": {}}


class Course(Declaration):
    """Two lists, of a large family and of a family of one."""

    changes: tuple[Chosen, ...] = param((), "What is changed.", family="transform")
    aims: tuple[Chosen, ...] = param((), "What is aimed at.", family="objective")


def listed(form: ParamForm, name: str = "changes") -> ChosenListField:
    field = form.field(name)
    assert isinstance(field, ChosenListField)
    return field


def test_one_is_added_from_the_menu_of_its_family(shown_form: Make) -> None:
    form, said = shown_form(Course)
    menu = listed(form).add.menu()
    assert menu is not None
    assert [action.text() for action in menu.actions()] == [kind.title for kind in all_transforms()]
    next(action for action in menu.actions() if action.text() == "Noise").trigger()
    assert said == [("changes", [NOISE], "")]
    assert [row.id for row in listed(form).rows] == ["noise"]
    assert listed(form).rows[0].form.names == ("std",)


def test_a_family_of_one_needs_no_menu_and_nests_its_own_choices(shown_form: Make) -> None:
    form, said = shown_form(Course)
    listed(form, "aims").add.click()
    assert said == [("aims", [{"id": "objective", "params": {}}], "")]
    row = listed(form, "aims").rows[0]
    optimizer = row.form.field("optimizer")
    assert isinstance(optimizer, ChosenField)
    optimizer.combo.activated.emit(optimizer.combo.findData("lion"))
    assert said[-1][1] == [{"id": "objective", "params": {"optimizer": {"id": "lion", "params": {}}}}]


def test_parameters_are_set_and_reset_where_they_stand(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Course, changes=[NOISE, ROTATE])
    row = listed(form).rows[1]
    line = row.form.field("degrees").focusProxy()
    assert isinstance(line, QLineEdit)
    assert line.text() == "5"
    line.selectAll()
    qtbot.keyClicks(line, "45")
    line.editingFinished.emit()
    assert said[-1] == ("changes", [NOISE, {"id": "rotate", "params": {"degrees": 45.0}}], "")
    assert listed(form).rows[1] is row  # what is typed into stays
    row.form.row("degrees").reset.click()
    assert said[-1][1] == [NOISE, {"id": "rotate", "params": {}}]


def test_rows_move_and_go(shown_form: Make) -> None:
    form, said = shown_form(Course, changes=[NOISE, ROTATE])
    field = listed(form)
    assert [row.up.isEnabled() for row in field.rows] == [False, True]
    assert [row.down.isEnabled() for row in field.rows] == [True, False]
    field.rows[1].up.click()
    assert said[-1][1] == [ROTATE, NOISE]
    field.rows[0].down.click()
    assert said[-1][1] == [NOISE, ROTATE]
    field.rows[0].out.click()
    assert said[-1][1] == [ROTATE]
    assert [row.id for row in field.rows] == ["rotate"]


def test_what_is_not_installed_is_shown_and_can_go(shown_form: Make) -> None:
    form, said = shown_form(Course, changes=[{"id": "warp", "params": {"x": 1}}, 7])
    (row,) = listed(form).rows
    assert row.form.names == ()
    row.out.click()
    assert said[-1][1] == []
