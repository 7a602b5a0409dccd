"""Forms made of parameters, used as a user does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.forms import ParamForm, explain
from app.forms.axes import AxesField
from app.forms.number import NumberEdit
from app.forms.plain import PathField
from engine.spec import (
    Border,
    Declaration,
    Numbers,
    Padding,
    Padding3,
    Pair,
    Param,
    Sizes,
    Triple,
    param,
)

Make = Callable[..., tuple[ParamForm, list[tuple[Any, ...]]]]


class Layer(Declaration):
    """Every type of parameter."""

    channels: int = param(16, "Number of <b>filters</b>.", low=1, high=256)
    rate: float = param(0.001, "Rate.", low=0.0)
    kernel: Pair = param(3, "Window.", low=1, unit="px")
    padding: Padding = param(0, "Border.", low=0)
    block: Triple = param(3, "Block.", low=1)
    rim: Padding3 = param(0, "Rim.", low=0)
    ends: Border = param(0, "Ends.", low=0)
    taps: Numbers = param((0.0, 1.0), "Taps.", low=-9.0, high=9.0)
    bias: bool = param(True, "Add a number.")
    mode: Literal["zeros", "reflect"] = param("zeros", "How the border is filled.")
    shape: Sizes = param((1, 28, 28), "Shape.", low=1)
    limit: int | None = param(None, "Most.", low=1)
    dim: str | int = param("all", "Axis.")
    name: str = param("", "Name.")
    notes: str = param("", "Notes.", editor="multiline")
    path: str = param("", "File.", editor="path")


def line(form: ParamForm, name: str) -> QLineEdit:
    """The line of a parameter's field."""
    found = form.field(name).focusProxy()
    assert isinstance(found, QLineEdit)
    return found


def type_into(qtbot: QtBot, widget: QWidget, text: str) -> None:
    """Click, type, Enter."""
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)
    if isinstance(widget, QLineEdit):
        widget.selectAll()
    qtbot.keyClicks(widget, text)
    qtbot.keyClick(widget, Qt.Key.Key_Return)


def test_each_type_has_its_field(shown_form: Make) -> None:
    form, _ = shown_form(Layer)
    fields = {name: type(form.field(name).focusProxy()) for name in form.names}
    assert fields["channels"] is fields["limit"] is fields["rate"] is NumberEdit
    counts = {name: len(field.edits) for name in form.names if isinstance(field := form.field(name), AxesField)}
    assert counts == {"kernel": 2, "padding": 2, "block": 3, "rim": 3, "ends": 1}
    assert isinstance(form.field("path"), PathField)
    assert issubclass(fields["bias"], QCheckBox)
    assert issubclass(fields["mode"], QComboBox)
    assert issubclass(fields["notes"], QPlainTextEdit)
    assert {fields["shape"], fields["taps"], fields["dim"], fields["name"]} == {QLineEdit}


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("channels", "64*2", 128),
        ("rate", "1e-2", 0.01),
        ("kernel", "5", 5),
        ("padding", "2", 2),
        ("shape", "3x32x32", (3, 32, 32)),
        ("block", "5", 5),
        ("ends", "4", 4),
        ("taps", "-1, 0.5 1/4", (-1.0, 0.5, 0.25)),
        ("taps", "[2]", (2.0,)),
        ("limit", "7", 7),
        ("dim", "1", 1),
        ("dim", "rows", "rows"),
        ("name", "<b>x</b>", "<b>x</b>"),
        ("path", "a.csv", "a.csv"),
    ],
)
def test_typed_values_come_out_parsed(qtbot: QtBot, shown_form: Make, name: str, typed: str, value: Any) -> None:
    form, said = shown_form(Layer)
    type_into(qtbot, line(form, name), typed)
    assert said == [(name, value, "")]
    assert form.error(name) == ""


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("channels", "0", "Channels must be at least 1. Received: 0"),
        ("channels", "1.5", "Channels must be a whole number. Received: 1.5"),
        ("channels", "many", "Only numbers and + - * / // % ^ go here. Received: many"),
        ("kernel", "0", "Kernel must be at least 1 px. Received: 0"),
        ("shape", "1×0", "Shape must be at least 1. Received: 1×0"),
        ("shape", "wide", "Sizes are whole numbers such as 1×28×28. Received: wide"),
        ("block", "0", "Block must be at least 1. Received: 0"),
        ("taps", "1, 9.5", "Taps must be at most 9. Received: 1, 9.5"),
        ("taps", "1, wide", "Numbers such as -1, 0.5, 1/9 go here. Received: 1, wide"),
    ],
)
def test_errors_stand_at_the_field_and_nothing_comes_out(
    qtbot: QtBot, shown_form: Make, name: str, typed: str, sentence: str
) -> None:
    form, said = shown_form(Layer)
    type_into(qtbot, line(form, name), typed)
    assert said == []
    assert form.error(name) == sentence
    assert form.row(name).error.isVisible()
    assert line(form, name).property("fault") is True
    type_into(qtbot, line(form, name), "2")
    assert form.error(name) == ""
    assert line(form, name).property("fault") is False


def test_escape_takes_back_what_was_typed(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer, channels=8)
    edit = line(form, "channels")
    type_into(qtbot, edit, "none of it")
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert (edit.text(), form.error("channels"), said) == ("8", "", [])


def test_a_drag_is_one_gesture_and_does_not_type(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer, channels=16)
    edit = line(form, "channels")
    drag(qtbot, edit, range(8, 44, 4))
    values, gestures = [value for _, value, _ in said], {gesture for *_, gesture in said}
    assert values == list(range(18, 27))
    assert len(gestures) == 1
    assert gestures != {""}
    assert not edit.hasSelectedText()
    drag(qtbot, edit, [8])
    assert said[-1][2] not in gestures


def test_control_drag_takes_powers_of_two(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer, channels=16)
    drag(qtbot, line(form, "channels"), range(10, 200, 10), Qt.KeyboardModifier.ControlModifier)
    assert {value for _, value, _ in said} == {32, 64}


def test_wheel_needs_control(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer, channels=16)
    edit = line(form, "channels")
    assert not wheel(edit, Qt.KeyboardModifier.NoModifier)
    assert wheel(edit, Qt.KeyboardModifier.ControlModifier)
    assert wheel(edit, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert [value for _, value, _ in said] == [17, 32]


def test_arrows_nudge_and_double(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer, channels=16)
    edit = line(form, "channels")
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    qtbot.keyClick(edit, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert [value for _, value, _ in said] == [17, 16]


def test_choices_and_switches_by_keyboard(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer)
    combo, box = form.field("mode").focusProxy(), form.field("bias").focusProxy()
    assert isinstance(combo, QComboBox)
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert said == [("mode", "reflect", ""), ("bias", False, "")]
    assert not wheel(combo, Qt.KeyboardModifier.NoModifier)


def test_pairs_link_and_unlink(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer, kernel=5)
    field = form.field("kernel")
    assert isinstance(field, AxesField)
    assert not field.edits[1].isVisible()
    qtbot.mouseClick(field.link, Qt.MouseButton.LeftButton)
    type_into(qtbot, field.edits[1], "7")
    type_into(qtbot, field.edits[0], "3")
    qtbot.mouseClick(field.link, Qt.MouseButton.LeftButton)
    assert [value for _, value, _ in said] == [(5, 5), (5, 7), (3, 7), 3]
    assert not field.edits[1].isVisible()


def test_three_axes_link_and_unlink(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer, block=(1, 2, 3))
    field = form.field("block")
    assert isinstance(field, AxesField)
    assert [(edit.text(), edit.isVisible()) for edit in field.edits] == [("1", True), ("2", True), ("3", True)]
    type_into(qtbot, field.edits[1], "5")
    qtbot.mouseClick(field.link, Qt.MouseButton.LeftButton)
    assert [value for _, value, _ in said] == [(1, 5, 3), 1]
    assert [edit.isVisible() for edit in field.edits] == [True, False, False]
    assert [edit.accessibleName() for edit in field.edits] == ["Block, depth", "Block, height", "Block, width"]


@pytest.mark.parametrize(("name", "linkable"), [("rim", True), ("ends", False)])
def test_one_and_three_axes_may_have_a_word(qtbot: QtBot, shown_form: Make, name: str, linkable: bool) -> None:
    form, said = shown_form(Layer, **{name: 2})
    field = form.field(name)
    assert isinstance(field, AxesField)
    assert field.link.isVisible() == linkable
    qtbot.mouseClick(field.named, Qt.MouseButton.LeftButton)
    assert field.edits[0].text() == ""
    qtbot.mouseClick(field.named, Qt.MouseButton.LeftButton)
    assert [value for _, value, _ in said] == ["same", 0]


def test_numbers_of_ones_own_stand_between_commas(shown_form: Make) -> None:
    form, _ = shown_form(Layer, taps=(-1.0, 0.25, 2.0))
    assert line(form, "taps").text() == "-1, 0.25, 2"


def test_pairs_may_have_a_word(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer, padding=2)
    field = form.field("padding")
    assert isinstance(field, AxesField)
    qtbot.mouseClick(field.named, Qt.MouseButton.LeftButton)
    type_into(qtbot, field.edits[0], "1")
    assert [value for _, value, _ in said] == ["same", 1]


def test_none_is_a_value_where_it_is_legal(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer, limit=4)
    type_into(qtbot, line(form, "limit"), "none")
    assert said == [("limit", None, "")]
    type_into(qtbot, line(form, "channels"), "none")
    assert form.error("channels") == "Channels must be a whole number. Received: none"


def test_defaults_are_muted_and_set_values_can_be_reset(qtbot: QtBot, shown_form: Make) -> None:
    form, said = shown_form(Layer, channels=16)
    assert line(form, "channels").property("unset") in (None, False)
    assert line(form, "rate").property("unset") is True
    assert not form.row("rate").reset.isEnabled()
    qtbot.mouseClick(form.row("channels").reset, Qt.MouseButton.LeftButton)
    assert said == [("channels", "reset")]
    assert line(form, "channels").property("unset") is True


def test_mixed_values_show_no_value(shown_form: Make) -> None:
    form, _ = shown_form(Layer)
    form.set_values({}, mixed=form.names)
    for name in ("channels", "rate", "kernel", "shape", "name"):
        assert (line(form, name).text(), line(form, name).placeholderText()) == ("", "mixed")
    combo, box = form.field("mode").focusProxy(), form.field("bias").focusProxy()
    assert isinstance(combo, QComboBox)
    assert isinstance(box, QCheckBox)
    assert combo.currentIndex() == -1
    assert box.checkState() == Qt.CheckState.PartiallyChecked


def test_errors_of_the_document_come_with_ways_out(qtbot: QtBot, shown_form: Make) -> None:
    form, _ = shown_form(Layer, channels=7)
    done: list[str] = []
    form.set_errors({"channels": "must be even."}, {"channels": [("Set 8", lambda: done.append("8"))]})
    assert form.error("channels") == "must be even."
    (button,) = form.row("channels").fixes
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["8"]
    form.set_errors({})
    assert (form.error("channels"), form.row("channels").fixes) == ("", [])


def test_news_does_not_disturb_typing_but_another_subject_does(qtbot: QtBot, shown_form: Make) -> None:
    form, _ = shown_form(Layer, channels=16)
    edit = line(form, "channels")
    qtbot.mouseClick(edit, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(edit, "12")
    form.set_values({"channels": 99})
    assert edit.text() == "12"
    form.start_over()
    form.set_values({"channels": 99})
    assert edit.text() == "99"


def test_same_parameters_keep_their_fields(shown_form: Make) -> None:
    form, _ = shown_form(Layer)
    before = form.field("channels")
    form.set_params(dict(Layer.params))
    assert form.field("channels") is before
    form.set_params({"rate": Layer.params["rate"]})
    assert form.names == ("rate",)


def test_all_can_be_reached_and_is_named(qtbot: QtBot, shown_form: Make) -> None:
    form, _ = shown_form(Layer)
    for name in form.names:
        target = form.field(name).focusProxy()
        assert target is not None
        assert target.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert target.accessibleName()
    for button in form.findChildren(QToolButton):
        assert button.accessibleName()
        assert button.toolTip()
    form.focus("rate")
    qtbot.waitUntil(lambda: QApplication.focusWidget() is line(form, "rate"))


def test_explanations_hold_help_range_and_default() -> None:
    about = explain(Param("p", float, 0.5, "Share.", low=0, high=1, unit="s"))
    assert about == ("Share.", "Range: 0 to 1 s", "", "Default: 0.5")
    assert "Range: at least 1" in explain(Layer.params["limit"])


def test_tool_tips_hold_no_markup_of_a_kind(shown_form: Make) -> None:
    form, _ = shown_form(Layer)
    assert "&lt;b&gt;filters" in form.row("channels").label.toolTip()


def drag(
    qtbot: QtBot, widget: QWidget, pixels: Any, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press in the widget, move to the right by each of the pixels, let go."""
    start = QPoint(10, widget.height() // 2)
    qtbot.mousePress(widget, Qt.MouseButton.LeftButton, held, start)
    for right in pixels:
        move(widget, start + QPoint(right, 0), held)
    qtbot.mouseRelease(widget, Qt.MouseButton.LeftButton, held, start)


def move(widget: QWidget, to: QPoint, held: Qt.KeyboardModifier) -> None:
    """Move the mouse with its left button down."""
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(to),
        QPointF(widget.mapToGlobal(to)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        held,
    )
    QApplication.sendEvent(widget, event)


def wheel(widget: QWidget, held: Qt.KeyboardModifier) -> bool:
    """Turn the wheel once, away from the user; says whether the widget took it."""
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    widget.wheelEvent(event)
    return event.isAccepted()
