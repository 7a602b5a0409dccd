"""A row of a form: one parameter with its field, its default and its errors."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, Union, get_args, get_origin

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.forms import words
from app.forms.axes import AxesField, has_axes
from app.forms.bound import BoundField
from app.forms.button import NarrowButton
from app.forms.field import Field
from app.forms.number import NumberField
from app.forms.plain import ChoiceField, FormulaField, LongTextField, NodeField, PathField, SwitchField, TextField
from app.theme import theme, tip
from engine.spec import Chosen, Param, holds_formula

LABEL_WIDTH = 104
BELOW: Final = 20
"""Row of the grid for what a field shows under itself: below all buttons that mend."""

Fixes = Sequence[tuple[str, Callable[[], object]]]
"""Titles of buttons, and what each does."""


def field_for(param: Param, parent: QWidget | None = None) -> Field:
    """The field that suits a parameter's type."""
    parts = _parts(param.type)
    if Chosen in parts and param.family:
        from app.forms.chosen import ChosenField  # it holds a form itself

        return ChosenField(param, parent)
    if tuple[Chosen, ...] in parts and param.family:
        from app.forms.chosen_list import ChosenListField  # it holds forms itself

        return ChosenListField(param, parent)
    if param.choices:
        return ChoiceField(param, parent)
    if param.editor == "expression":
        return FormulaField(param, parent)
    if param.editor == "node":
        return NodeField(param, parent)
    if param.editor == "path":
        return PathField(param, parent)
    if param.editor == "multiline":
        return LongTextField(param, parent)
    if bool in parts:
        return SwitchField(param, parent)
    if has_axes(param.type):
        return AxesField(param, parent)
    if parts <= {int, float, type(None)}:
        return NumberField(param, parent)
    if parts == {tuple[int, ...]}:
        return TextField(param, words.read_sizes, parent)
    if parts == {tuple[float, ...]}:
        return TextField(param, words.read_numbers, parent)
    if parts == {tuple[str, ...]}:
        return TextField(param, words.read_names, parent)
    return TextField(param, str if parts == {str} else words.read_any, parent)


def explain(param: Param) -> tuple[str, ...]:
    """What a tool tip says about a parameter: help, range, default, torch's name for it."""
    low, high = param.low, param.high
    if low is not None and high is not None:
        limits = f"{low:g} to {high:g}"
    elif low is not None:
        limits = f"at least {low:g}"
    else:
        limits = f"at most {high:g}" if high is not None else ""
    choices = ", ".join(words.shown(choice) for choice in param.choices)
    default = words.shown(param.default)
    return (
        param.help,
        f"Range: {limits} {param.unit}".rstrip() if limits else "",
        f"One of {choices}" if choices else "",
        f"Default: {default}" if default and len(default) < 60 else "",
    )


def title_of(param: Param) -> str:
    """A parameter's name in a form; names of one or two letters (`lr`, `p`) stay as torch spells them."""
    return param.title if len(param.name) > 2 else param.name


class Row(QWidget):
    """One parameter: its title, its field, the button back to the default, and the error below."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.param = param
        self.label = QLabel(title_of(param), self)
        self.field = field_for(param, self)
        self.bound = BoundField(param, self)
        self.bound.hide()
        self.more = QToolButton(self)
        self.more.hide()
        self.reset = QToolButton(self)
        self.error = QLabel(self)
        self.fixes: list[QPushButton] = []
        self._wide = param.editor == "expression" or _parts(param.type) == {tuple[float, ...]}
        self._dress()
        self._lay_out()

    def has_keyboard(self) -> bool:
        """Whether the field is being typed into."""
        focused = QApplication.focusWidget()
        return focused is not None and (self.field.isAncestorOf(focused) or self.bound.isAncestorOf(focused))

    def show_error(self, message: str, fixes: Fixes = ()) -> None:
        """Show a sentence below the field, or none, and ways out as buttons."""
        self.error.setText(message)
        self._show_fixes(fixes if message else ())
        self.error.setVisible(bool(message))
        self.field.show_fault(bool(message))
        self.bound.show_fault(bool(message))

    def show_bound(self, shown: bool) -> None:
        """Show the field for formulas in the place of the usual one, or the other way round."""
        if self.bound.isHidden() == shown:
            self.bound.setVisible(shown)
            self.field.setVisible(not shown)

    def offer_more(self, offered: bool) -> None:
        """Have a menu in the place of the way back to the default, which is in it."""
        self.more.setVisible(offered)
        self.reset.setVisible(not offered)

    def _show_fixes(self, fixes: Fixes) -> None:
        if [title for title, _ in fixes] == [button.text() for button in self.fixes]:
            return
        for button in self.fixes:
            button.hide()
            button.deleteLater()
        self.fixes = [_fix_button(title, do) for title, do in fixes]
        for place, button in enumerate(self.fixes):
            self._grid.addWidget(button, 3 + place, 1 - self._wide, Qt.AlignmentFlag.AlignLeft)

    def show_value(self, value: Any, *, unset: bool) -> None:
        """Show a value, and whether it is the default."""
        bound = holds_formula(value) and bool(self.param.editor != "expression")
        self.show_bound(bound)
        (self.bound if bound else self.field).show_value(value, unset=unset)
        self.show_reset(not unset)

    def show_reset(self, shown: bool) -> None:
        """Offer the way back to the default."""
        self.reset.setEnabled(shown)
        self.more.setIcon(theme.icon("function-variant", "text" if shown else "muted"))
        self.reset.setIcon(theme.icon("undo-variant", "muted") if shown else QIcon())

    def _dress(self) -> None:
        about = tip(*explain(self.param))
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setFixedWidth(LABEL_WIDTH)
        self.label.setWordWrap(True)
        self.label.setBuddy(self.field)
        for widget in (self.label, self.field, self.bound):
            widget.setToolTip(about)
        self.more.setIconSize(QSize(14, 14))
        self.more.setFixedSize(20, 20)
        self.more.setToolTip(tip("Make it a parameter of the block, write a formula, go back to the default"))
        self.more.setAccessibleName(f"{self.param.title}: parameter of the block, or a formula")
        target = self.field.focusProxy() or self.field
        target.setAccessibleName(target.accessibleName() or self.param.title)
        target.setAccessibleDescription(self.param.help)
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        self.error.setWordWrap(True)
        self.error.setForegroundRole(self.error.foregroundRole().BrightText)
        self.error.setVisible(False)
        self.reset.setIconSize(QSize(13, 13))
        self.reset.setFixedSize(20, 20)
        self.reset.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.reset.setToolTip(tip(f"Back to the default, {words.shown(self.param.default)}"))
        self.reset.setAccessibleName(f"{self.param.title}: back to the default")

    def _lay_out(self) -> None:
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        top = Qt.AlignmentFlag.AlignTop if isinstance(self.field, LongTextField) else Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self.label, 0, 0, top)
        for part in (self.field, self.bound):
            grid.addWidget(part, *((1, 0, 1, 3) if self._wide else (0, 1)))
        grid.addWidget(self.more, 0, 2)
        grid.addWidget(self.reset, 0, 2)
        grid.addWidget(self.error, 2, 1 - self._wide, 1, 2)
        below = getattr(self.field, "below", None)
        if below is not None:
            grid.addWidget(below, BELOW, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        self.bound.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


def _fix_button(title: str, do: Callable[[], object]) -> QPushButton:
    button = NarrowButton(title)
    button.setIcon(theme.icon("auto-fix"))
    button.setIconSize(QSize(20, 16))
    button.setToolTip(tip(title))
    button.setAccessibleName(f"Fix: {title}")
    button.clicked.connect(lambda: do())
    return button


def _parts(kind: Any) -> frozenset[Any]:
    is_union = get_origin(kind) in (Union, types.UnionType)
    parts = get_args(kind) if is_union else (kind,)
    return frozenset(part if get_origin(part) is not Literal else str for part in parts)
