"""A form made of parameters: a row each, with its field, its default and its errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, get_origin

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app.forms import words
from app.forms.bound import read
from app.forms.field import Field
from app.forms.plain import NodeField
from app.forms.row import Fixes, Row
from app.forms.section import Section
from app.theme import theme, tip
from engine.errors import ParamError
from engine.spec import Param, holds_formula, is_formula
from engine.spec.arithmetic import SIGN

_NOTHING: Final[Mapping[str, Any]] = {}


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
            row.offer_more(promotes)

    def set_results(self, results: Mapping[str, Any]) -> None:
        """Show what formulas give in this place."""
        for name, row in self._rows.items():
            row.bound.show_result(results.get(name))

    def offer_nodes(self, nodes: Sequence[str]) -> None:
        """Offer the names of nodes in the fields for one."""
        for row in self._rows.values():
            if isinstance(row.field, NodeField):
                row.field.offer(nodes)

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
        back = menu.addAction(theme.icon("undo-variant"), "Back to the default")
        back.setEnabled(row.reset.isEnabled())
        back.triggered.connect(lambda: self._reset(name))
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

    def set_values(
        self, values: Mapping[str, Any], mixed: Iterable[str] = (), defaults: Mapping[str, Any] = _NOTHING
    ) -> None:
        """Show values; parameters without one show their default, `mixed` ones none.

        `defaults` are those that depend on other values here.
        """
        unclear = frozenset(mixed)
        self._typed = {name: fault for name, fault in self._typed.items() if self._rows[name].has_keyboard()}
        for name, row in self._rows.items():
            if name in unclear:
                row.field.show_mixed()
                row.show_reset(True)
            else:
                row.show_value(values.get(name, defaults.get(name, row.param.default)), unset=name not in values)
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
        row.offer_more(self._promotes)
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


def _has_formula(param: Param, value: Any) -> bool:
    """Whether a list holds a formula, or is typed with one."""
    if isinstance(value, str):
        return get_origin(param.type) is tuple and SIGN in value
    return isinstance(value, (list, tuple)) and holds_formula(value)
