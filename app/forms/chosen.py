"""The field for one of a family: which initializer, optimizer or data source, and its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.forms.field import MIXED, Field, mark
from app.forms.form import ParamForm
from app.forms.plain import CalmCombo
from app.theme import tip
from engine.errors import ParamError
from engine.spec import Chosen, Declaration, Param, family_of


class ChosenField(Field):
    """A combo box of a family's declarations; `below` holds the help and the form of the chosen one.

    Values are given as a file keeps them: {"id": …, "params": {…}}.
    """

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self._family = family_of(param.family)
        self._id = ""
        self._params: dict[str, Any] = {}
        self.combo = CalmCombo(self)
        self.combo.setMinimumContentsLength(6)
        self.combo.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for declaration in self._family:
            self.combo.addItem(declaration.title, declaration.id)
            self.combo.setItemData(self.combo.count() - 1, tip(declaration.help()), Qt.ItemDataRole.ToolTipRole)
        self.setFocusProxy(self.combo)
        first = QHBoxLayout(self)
        first.setContentsMargins(0, 0, 0, 0)
        first.addWidget(self.combo)
        self.below = QWidget(parent or self)
        self.about = QLabel(self.below)
        self.form = ParamForm(parent=self.below)
        self._lay_out_below()
        self.combo.activated.connect(self._choose)
        self.form.value_changed.connect(self._set)
        self.form.reset.connect(self._reset)

    @property
    def declaration(self) -> type[Declaration] | None:
        """The declaration shown, None where its id is unknown."""
        return self._family.get(self._id)

    def show_value(self, value: Any, *, unset: bool) -> None:
        self._id, self._params = _parts(value, self.param)
        declaration = self.declaration
        self.combo.setPlaceholderText("" if declaration else self._id)
        self.combo.setCurrentIndex(self.combo.findData(self._id))
        mark(self.combo, unset=unset)
        self.about.setText(
            declaration.help().replace("`", "") if declaration else f'"{self._id}" is not installed.'
        )
        self.form.set_params(declaration.params if declaration else {})
        self.form.set_values({name: given for name, given in self._params.items() if name in self.form.names})
        self.form.setVisible(bool(self.form.names))
        self.below.setVisible(not unset or bool(self.form.names) or not self.param.group)

    def show_mixed(self) -> None:
        self.combo.setPlaceholderText(MIXED)
        self.combo.setCurrentIndex(-1)
        self.below.setVisible(False)

    def show_fault(self, at_fault: bool) -> None:
        mark(self.combo, fault=at_fault)

    def drop_draft(self) -> None:
        self.form.start_over()

    def _lay_out_below(self) -> None:
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setWordWrap(True)
        self.about.setForegroundRole(self.about.foregroundRole().PlaceholderText)
        whole = QVBoxLayout(self.below)
        whole.setContentsMargins(0, 0, 0, 2)
        whole.setSpacing(4)
        whole.addWidget(self.about)
        whole.addWidget(self.form)

    def _choose(self, index: int) -> None:
        id = self.combo.itemData(index)
        if id == self._id:
            return
        params = self._family[id].params
        kept = {
            name: value for name, value in self._params.items() if name in params and _fits(params[name], value)
        }
        self.edited.emit({"id": id, "params": kept}, "")

    def _set(self, name: str, value: Any, gesture: str) -> None:
        inner = f"{self.param.name}.{gesture}" if gesture else ""
        self.edited.emit({"id": self._id, "params": {**self._params, name: value}}, inner)

    def _reset(self, name: str) -> None:
        left = {key: value for key, value in self._params.items() if key != name}
        self.edited.emit({"id": self._id, "params": left}, "")


def _parts(value: Any, param: Param) -> tuple[str, dict[str, Any]]:
    """Id and parameters of a value as a file keeps it; the default's where it is no such thing."""
    raw = msgspec.to_builtins(value) if isinstance(value, Chosen) else value
    if not isinstance(raw, Mapping):
        raw = msgspec.to_builtins(param.default)
    params = raw.get("params", {})
    return str(raw.get("id", "")), dict(params) if isinstance(params, Mapping) else {}


def _fits(param: Param, value: Any) -> bool:
    try:
        param.parse(value)
    except ParamError:
        return False
    return True
