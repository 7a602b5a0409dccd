"""A form made of parameters: a row each, with its field, its default and its errors."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, Union, get_args, get_origin

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.forms import words
from app.forms.axes import AxesField, has_axes
from app.forms.bound import BoundField, read
from app.forms.field import Field
from app.forms.number import NumberField
from app.forms.plain import ChoiceField, FormulaField, LongTextField, PathField, SwitchField, TextField
from app.forms.section import Section
from app.theme import theme, tip
from engine.errors import ParamError
from engine.spec import Chosen, Param, holds_formula, is_formula
from engine.spec.arithmetic import SIGN

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

    def _show_fixes(self, fixes: Fixes) -> None:
        if [title for title, _ in fixes] == [button.text() for button in self.fixes]:
            return
        for button in self.fixes:
            button.hide()
            button.deleteLater()
        self.fixes = [_fix_button(title, do) for title, do in fixes]
        for place, button in enumerate(self.fixes):
            self._grid.addWidget(button, 2 + place, 1, Qt.AlignmentFlag.AlignLeft)

    def show_value(self, value: Any, *, unset: bool) -> None:
        """Show a value, and whether it is the default."""
        bound = holds_formula(value) and bool(self.param.editor != "expression")
        self.show_bound(bound)
        (self.bound if bound else self.field).show_value(value, unset=unset)
        self.show_reset(not unset)

    def show_reset(self, shown: bool) -> None:
        """Offer the way back to the default."""
        self.reset.setEnabled(shown)
        self.reset.setIcon(theme.icon("undo-variant", "muted") if shown else QIcon())

    def _dress(self) -> None:
        about = tip(*explain(self.param))
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setFixedWidth(LABEL_WIDTH)
        self.label.setWordWrap(True)
        self.label.setBuddy(self.field)
        for widget in (self.label, self.field, self.bound):
            widget.setToolTip(about)
        self.more.setIcon(theme.icon("function-variant", "muted"))
        self.more.setIconSize(QSize(14, 14))
        self.more.setFixedSize(20, 20)
        self.more.setToolTip(tip("Parameter of the block, formula…"))
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
        top = isinstance(self.field, LongTextField)
        grid.addWidget(self.label, 0, 0, Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.field, 0, 1)
        grid.addWidget(self.bound, 0, 1)
        grid.addWidget(self.more, 0, 2)
        grid.addWidget(self.reset, 0, 3)
        grid.addWidget(self.error, 1, 1)
        below = getattr(self.field, "below", None)
        if below is not None:
            grid.addWidget(below, BELOW, 0, 1, 4)
        grid.setColumnStretch(1, 1)
        self.bound.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


class ParamForm(QWidget):
    """A form made of parameters.

    It keeps nothing: who listens applies the edit and shows the values anew. A value that breaks its
    parameter's rule never leaves the form; the sentence stands below the field.

    Signals:
        value_changed(str, object, str): the user gave a parameter another value; values of one gesture, such
            as a drag, share the last text, and are meant to be one step of the history.
        reset(str): a parameter shall have its default again.
        promoted(str): a parameter shall become one of the block around.
    """

    value_changed = Signal(str, object, str)
    reset = Signal(str)
    promoted = Signal(str)

    def __init__(
        self,
        params: Mapping[str, Param] | None = None,
        values: Mapping[str, Any] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._rows: dict[str, Row] = {}
        self._groups: dict[str, Section] = {}
        self._typed: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._fixes: dict[str, Fixes] = {}
        self._formulas = self._promotes = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(5)
        self.set_params(params or {})
        self.set_values(values or {})

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters in the form."""
        return tuple(self._rows)

    def row(self, name: str) -> Row:
        """The row of a parameter."""
        return self._rows[name]

    def field(self, name: str) -> Field:
        """The field of a parameter."""
        return self._rows[name].field

    def error(self, name: str) -> str:
        """The sentence below a field, empty where there is none."""
        return self._rows[name].error.text()

    def allow_formulas(self, allowed: bool, *, promotes: bool = False) -> None:
        """Whether values may be arithmetic over the parameters of a block, and become parameters of it."""
        self._formulas, self._promotes = allowed, promotes
        for row in self._rows.values():
            row.more.setVisible(promotes)

    def set_results(self, results: Mapping[str, Any]) -> None:
        """Show what formulas give in this place."""
        for name, row in self._rows.items():
            row.bound.show_result(results.get(name))

    def menu(self, name: str) -> QMenu:
        """What can be done with a parameter inside a block."""
        menu, row = QMenu(self), self._rows[name]
        menu.setToolTipsVisible(True)
        promote = menu.addAction(theme.icon("arrow-up-bold-outline"), "Make it a parameter of the block")
        promote.setToolTip(tip("It is then set where the block is placed."))
        promote.triggered.connect(lambda: self.promoted.emit(name))
        if row.bound.isHidden():
            write = menu.addAction(theme.icon("function-variant"), "Write a formula")
            write.triggered.connect(lambda: self.write_formula(name))
        return menu

    def write_formula(self, name: str) -> None:
        """Let a formula be typed for a parameter."""
        row = self._rows[name]
        row.show_bound(True)
        row.bound.begin("= ")

    def set_params(self, params: Mapping[str, Param]) -> None:
        """Show other parameters; nothing is built anew where they are the same."""
        if {name: row.param for name, row in self._rows.items()} == dict(params):
            return
        for part in (*self._rows.values(), *self._groups.values()):
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._groups = {}
        self._rows = {name: self._new_row(param) for name, param in params.items()}
        self._typed, self._known, self._fixes = {}, {}, {}

    def set_values(self, values: Mapping[str, Any], mixed: Iterable[str] = ()) -> None:
        """Show values; parameters without one show their default, `mixed` ones none."""
        unclear = frozenset(mixed)
        self._typed = {name: fault for name, fault in self._typed.items() if self._rows[name].has_keyboard()}
        for name, row in self._rows.items():
            if name in unclear:
                row.field.show_mixed()
                row.show_reset(True)
            else:
                row.show_value(values.get(name, row.param.default), unset=name not in values)
            self._show_error(name)
        self._unfold(name for name in self._rows if name in values or name in unclear)

    def set_errors(self, errors: Mapping[str, str], fixes: Mapping[str, Fixes] | None = None) -> None:
        """Show what is wrong with values that the document holds, a sentence a field, and ways out as buttons."""
        self._known, self._fixes = dict(errors), dict(fixes or {})
        for name in self._rows:
            self._show_error(name)
        self._unfold(name for name in errors if name in self._rows)

    def _unfold(self, names: Iterable[str]) -> None:
        """Open the sections of parameters that are set or at fault; none is ever folded behind one's back."""
        for group in {self._rows[name].param.group for name in names} - {""}:
            self._groups[group].open()

    def start_over(self) -> None:
        """Forget what is being typed: the form is about something else now."""
        self._typed = {}
        for section in self._groups.values():
            section.open(False)
        for row in self._rows.values():
            row.field.drop_draft()

    def focus(self, name: str = "") -> None:
        """Put the keyboard into a field, the first by default."""
        row = self._rows.get(name) or next(iter(self._rows.values()), None)
        if row is not None:
            row.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _new_row(self, param: Param) -> Row:
        row = Row(param, self)
        row.more.setVisible(self._promotes)
        row.more.clicked.connect(lambda: self._open_menu(row))
        row.bound.edited.connect(lambda value, gesture: self._take(param, value, gesture))
        row.field.edited.connect(lambda value, gesture: self._take(param, value, gesture))
        row.field.refused.connect(lambda message: self._refuse(param.name, message))
        row.reset.clicked.connect(lambda: self._reset(param.name))
        if param.group:
            self._group(param.group).add(row)
        else:
            self._column.addWidget(row)
        return row

    def _group(self, title: str) -> Section:
        if title not in self._groups:
            self._groups[title] = Section(title, self, open=False)
            self._column.addWidget(self._groups[title])
        return self._groups[title]

    def _open_menu(self, row: Row) -> None:
        menu = self.menu(row.param.name)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(row.more.mapToGlobal(row.more.rect().bottomLeft()))

    def _take(self, param: Param, value: Any, gesture: str) -> None:
        if param.editor != "expression" and (is_formula(value) or _has_formula(param, value)):
            value = read(value, param) if isinstance(value, str) else list(value)
            self._take_formula(param, value)
            return
        try:
            parsed = param.parse(value)
        except ParamError as error:
            self._refuse(param.name, f"{param.title} {error.rule}. Received: {words.shown(value)}")
            return
        self._typed.pop(param.name, None)
        self._show_error(param.name)
        self.value_changed.emit(param.name, value if param.family else parsed, gesture)

    def _take_formula(self, param: Param, value: Any) -> None:
        if not self._formulas:
            self._refuse(param.name, "Formulas over the parameters of a block work inside one only.")
            return
        self._typed.pop(param.name, None)
        self._show_error(param.name)
        self.value_changed.emit(param.name, value, "")

    def _refuse(self, name: str, message: str) -> None:
        if message:
            self._typed[name] = message
        else:
            self._typed.pop(name, None)
        self._show_error(name)

    def _reset(self, name: str) -> None:
        self._typed.pop(name, None)
        self._show_error(name)
        self.reset.emit(name)

    def _show_error(self, name: str) -> None:
        typed = self._typed.get(name, "")
        self._rows[name].show_error(typed or self._known.get(name, ""), () if typed else self._fixes.get(name, ()))


def _fix_button(title: str, do: Callable[[], object]) -> QPushButton:
    button = QPushButton(theme.icon("auto-fix"), title)
    button.setIconSize(QSize(20, 16))
    button.setAccessibleName(f"Fix: {title}")
    button.clicked.connect(lambda: do())
    return button


def _has_formula(param: Param, value: Any) -> bool:
    """Whether a list holds a formula, or is typed with one."""
    if isinstance(value, str):
        return get_origin(param.type) is tuple and SIGN in value
    return isinstance(value, (list, tuple)) and holds_formula(value)


def _parts(kind: Any) -> frozenset[Any]:
    is_union = get_origin(kind) in (Union, types.UnionType)
    parts = get_args(kind) if is_union else (kind,)
    return frozenset(part if get_origin(part) is not Literal else str for part in parts)
