"""One of a family, chosen and set in a form; groups of parameters that fold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.forms import ParamForm, explain
from app.forms.chosen import ChosenField
from app.forms.section import Section
from engine.recipe import all_optimizers
from engine.spec import Chosen, Declaration, param

Make = Callable[..., tuple[ParamForm, list[tuple[Any, ...]]]]
ADAM = Chosen("adam")


class Course(Declaration):
    """One of a family, alone and in a group."""

    extra: int = param(1, "Rarely set.", low=0, group="More")
    main: Chosen = param(ADAM, "How weights follow.", family="optimizer")
    rest: Chosen = param(ADAM, "How the rest follows.", family="optimizer", group="More")


def chosen(form: ParamForm, name: str) -> ChosenField:
    field = form.field(name)
    assert isinstance(field, ChosenField)
    return field


def section(form: ParamForm) -> Section:
    (found,) = form.findChildren(Section)
    return found


def test_a_choice_is_given_as_a_file_keeps_it(shown_form: Make) -> None:
    form, said = shown_form(Course)
    field = chosen(form, "main")
    assert (field.combo.count(), field.combo.currentData()) == (len(all_optimizers()), "adam")
    field.combo.activated.emit(field.combo.findData("sgd"))
    assert said == [("main", {"id": "sgd", "params": {}}, "")]
    assert field.form.names == tuple(all_optimizers()["sgd"].params)
    field.combo.activated.emit(field.combo.findData("sgd"))
    assert len(said) == 1


def test_what_both_have_is_kept_and_the_rest_dropped(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Course, main={"id": "adam", "params": {"beta1": 0.5, "lr": 0.3}})
    field = chosen(form, "main")
    line = field.form.field("lr").focusProxy()
    assert isinstance(line, QLineEdit)
    assert line.text() == "0.3"
    line.selectAll()
    qtbot.keyClicks(line, "0.25")
    line.editingFinished.emit()
    assert said[-1] == ("main", {"id": "adam", "params": {"beta1": 0.5, "lr": 0.25}}, "")
    field.form.row("beta1").reset.click()
    assert said[-1] == ("main", {"id": "adam", "params": {"lr": 0.25}}, "")
    field.combo.activated.emit(field.combo.findData("sgd"))
    assert said[-1] == ("main", {"id": "sgd", "params": {"lr": 0.25}}, "")
    form.row("main").reset.click()
    assert said[-1] == ("main", "reset")


def test_an_unknown_choice_and_a_value_that_is_none_are_shown(shown_form: Make) -> None:
    form, _ = shown_form(Course, main={"id": "magic", "params": {"x": 1}})
    field = chosen(form, "main")
    assert field.combo.currentIndex() == -1
    assert field.combo.placeholderText() == "magic"
    assert field.about.text() == '"magic" is not installed.'
    form.set_values({"main": 7})
    assert field.combo.currentData() == "adam"
    form.set_values({}, mixed=["main"])
    assert field.combo.placeholderText() == "mixed"


def test_groups_come_last_and_unfold_where_something_is_set(shown_form: Make) -> None:
    form, _ = shown_form(Course)
    assert form.names == ("main", "extra", "rest")
    group = section(form)
    assert group.heading.text() == "More"
    assert not group.heading.isChecked()
    form.set_values({"main": {"id": "sgd"}})
    assert not group.heading.isChecked()
    form.set_values({"extra": 3})
    assert group.heading.isChecked()
    form.start_over()
    form.set_values({})
    assert not group.heading.isChecked()
    form.set_errors({"rest": "It is wrong."})
    assert group.heading.isChecked()
    assert chosen(form, "rest").isVisible()


def test_the_default_is_said_in_words() -> None:
    assert "Default: adam" in explain(Course.params["main"])
