"""A form for one of a family: which optimizer or data source, and its parameters."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.forms import CalmCombo, ParamForm
from app.forms.form import LABEL_WIDTH
from app.panels.parts import label
from app.theme import tip
from engine.errors import ParamError
from engine.spec import Declaration, Param, Registry


class ChosenForm(QWidget):
    """A combo box of a family's declarations over the form of the chosen one.

    Signals:
        chosen(object, str): another choice or parameter, as the recipe keeps it ({"id": …, "params": {…}}), and
            the gesture's key.
    """

    chosen = Signal(object, str)

    def __init__(self, title: str, family: Registry[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._family = family
        self._id = ""
        self._params: dict[str, Any] = {}
        self.combo = CalmCombo()
        self.combo.setAccessibleName(title)
        self.combo.setMinimumContentsLength(6)
        self.combo.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for declaration in family:
            self.combo.addItem(declaration.title, declaration.id)
            self.combo.setItemData(self.combo.count() - 1, tip(declaration.help()), Qt.ItemDataRole.ToolTipRole)
        self.about = label(muted=True, wrap=True)
        self.form = ParamForm()
        self._lay_out(title)
        self.combo.activated.connect(self._choose)
        self.form.value_changed.connect(self._set)
        self.form.reset.connect(self._reset)

    @property
    def declaration(self) -> type[Declaration] | None:
        """The declaration shown, None where its id is unknown."""
        return self._family.get(self._id)

    def show_chosen(self, id: str, params: dict[str, Any]) -> None:
        """Show a choice."""
        self._id, self._params = id, dict(params)
        declaration = self.declaration
        self.combo.setPlaceholderText("" if declaration else id)
        self.combo.setCurrentIndex(self.combo.findData(id))
        self.about.setText(declaration.help() if declaration else f'"{id}" is not installed.')
        self.form.set_params(declaration.params if declaration else {})
        self.form.set_values(self._params)
        self.form.setVisible(bool(self.form.names))

    def _lay_out(self, title: str) -> None:
        name = label(title)
        name.setFixedWidth(LABEL_WIDTH)
        name.setBuddy(self.combo)
        first = QHBoxLayout()
        first.setContentsMargins(0, 0, 26, 0)
        first.setSpacing(6)
        first.addWidget(name)
        first.addWidget(self.combo, 1)
        below = QHBoxLayout()
        below.setContentsMargins(LABEL_WIDTH + 6, 0, 26, 2)
        below.addWidget(self.about)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(first)
        whole.addLayout(below)
        whole.addWidget(self.form)

    def _choose(self, index: int) -> None:
        id = self.combo.itemData(index)
        if id == self._id:
            return
        params = self._family[id].params
        kept = {
            name: value for name, value in self._params.items() if name in params and _fits(params[name], value)
        }
        self.chosen.emit({"id": id, "params": kept}, "")

    def _set(self, name: str, value: Any, gesture: str) -> None:
        self.chosen.emit({"id": self._id, "params": {**self._params, name: value}}, gesture)

    def _reset(self, name: str) -> None:
        left = {key: value for key, value in self._params.items() if key != name}
        self.chosen.emit({"id": self._id, "params": left}, "")


def _fits(param: Param, value: Any) -> bool:
    try:
        param.parse(value)
    except ParamError:
        return False
    return True
