"""The field for a list of one family: which transforms or objectives, in which order, and their parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.forms.field import MIXED, Field
from app.forms.form import ParamForm
from app.theme import theme, tip
from engine.spec import Declaration, Param, family_of

Item = dict[str, Any]
"""One of the list, as a file keeps it: {"id": …, "params": {…}}."""


class ChosenListField(Field):
    """A button that adds one of a family; `below` holds those in the list, each to set, move and remove.

    Values are given as a file keeps them: [{"id": …, "params": {…}}, …].
    """

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self._family = family_of(param.family)
        self._items: list[Item] = []
        self.rows: list[ItemRow] = []
        self.add = QPushButton(theme.icon("plus"), f"Add {param.family}", self)
        self.add.setIconSize(QSize(20, 16))
        self.setFocusProxy(self.add)
        self._offer()
        first = QHBoxLayout(self)
        first.setContentsMargins(0, 0, 0, 0)
        first.addWidget(self.add, 1)
        self.below = QWidget(parent or self)
        self._column = QVBoxLayout(self.below)
        self._column.setContentsMargins(0, 2, 0, 2)
        self._column.setSpacing(8)

    def show_value(self, value: Any, *, unset: bool) -> None:  # noqa: ARG002 - an empty list looks unset
        self._items = _items(value)
        if [row.id for row in self.rows] != [item["id"] for item in self._items]:
            self._build()
        for row, item in zip(self.rows, self._items, strict=True):
            row.show_params(item["params"])
        self.below.setVisible(bool(self.rows))

    def show_mixed(self) -> None:
        self.show_value([], unset=True)
        self.add.setText(MIXED)

    def show_fault(self, at_fault: bool) -> None:
        """The sentence tells."""

    def drop_draft(self) -> None:
        for row in self.rows:
            row.form.start_over()

    def append(self, id: str) -> None:
        """Add one of the family at the end, with its defaults."""
        self._give([*self._items, {"id": id, "params": {}}])

    def remove(self, place: int) -> None:
        """Take one out."""
        self._give([item for at, item in enumerate(self._items) if at != place])

    def shift(self, place: int, by: int) -> None:
        """Bring one forward or back."""
        items = list(self._items)
        items.insert(place + by, items.pop(place))
        self._give(items)

    def _offer(self) -> None:
        kinds = list(self._family)
        if len(kinds) == 1:
            self.add.clicked.connect(lambda: self.append(kinds[0].id))
            return
        menu = QMenu(self.add)
        menu.setToolTipsVisible(True)
        for kind in kinds:
            action = menu.addAction(kind.title)
            action.setToolTip(tip(kind.help()))
            action.triggered.connect(lambda _=False, id=kind.id: self.append(id))
        self.add.setMenu(menu)

    def _build(self) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for place, item in enumerate(self._items):
            row = ItemRow(item["id"], self._family.get(item["id"]), place, len(self._items), self.below)
            row.up.clicked.connect(lambda _=False, place=place: self.shift(place, -1))
            row.down.clicked.connect(lambda _=False, place=place: self.shift(place, 1))
            row.out.clicked.connect(lambda _=False, place=place: self.remove(place))
            row.form.value_changed.connect(self._setter(place))
            row.form.reset.connect(lambda name, place=place: self._reset(place, name))
            self._column.addWidget(row)
            self.rows.append(row)

    def _setter(self, place: int) -> Callable[[str, Any, str], None]:
        def take(name: str, value: Any, gesture: str) -> None:
            inner = f"{self.param.name}.{gesture}" if gesture else ""
            self._give_params(place, {**self._items[place]["params"], name: value}, inner)

        return take

    def _reset(self, place: int, name: str) -> None:
        params = self._items[place]["params"]
        self._give_params(place, {key: value for key, value in params.items() if key != name}, "")

    def _give_params(self, place: int, params: dict[str, Any], gesture: str) -> None:
        items = list(self._items)
        items[place] = {"id": items[place]["id"], "params": params}
        self._give(items, gesture)

    def _give(self, items: list[Item], gesture: str = "") -> None:
        self.edited.emit(items, gesture)


class ItemRow(QWidget):
    """One of the list: its name, buttons to move and remove it, its form."""

    def __init__(
        self, id: str, declaration: type[Declaration] | None, place: int, count: int, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.id, self._declaration = id, declaration
        title = declaration.title if declaration is not None else id
        name = QLabel(f"{place + 1}. {title}" if declaration else f'{place + 1}. "{id}" is not installed.', self)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setFont(theme.font(bold=True))
        name.setToolTip(tip(declaration.help() if declaration else ""))
        self.up = _button("arrow-up", f"Bring {title} forward", self)
        self.down = _button("arrow-down", f"Bring {title} back", self)
        self.out = _button("close", f"Remove {title}", self)
        self.up.setEnabled(place > 0)
        self.down.setEnabled(place + 1 < count)
        self.form = ParamForm(declaration.params if declaration is not None else {}, parent=self)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(2)
        head.addWidget(name, 1)
        for button in (self.up, self.down, self.out):
            head.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(head)
        whole.addWidget(self.form)

    def show_params(self, params: Mapping[str, Any]) -> None:
        """Show its parameters, and at the fields what is wrong with them."""
        self.form.set_values({name: given for name, given in params.items() if name in self.form.names})
        wrong = self._declaration.problems(dict(params)) if self._declaration is not None else []
        self.form.set_errors({problem.param: str(problem) for problem in wrong})


def _button(icon: str, help: str, parent: QWidget) -> QToolButton:
    made = QToolButton(parent)
    made.setIcon(theme.icon(icon))
    made.setIconSize(QSize(16, 16))
    made.setToolTip(tip(help))
    made.setAccessibleName(help)
    return made


def _items(value: Any) -> list[Item]:
    """The items of a value as a file keeps it; what is none is left out."""
    raw = msgspec.to_builtins(value)
    found = []
    for item in raw if isinstance(raw, (list, tuple)) else ():
        if isinstance(item, Mapping):
            params = item.get("params", {})
            found.append(
                {"id": str(item.get("id", "")), "params": dict(params) if isinstance(params, Mapping) else {}}
            )
    return found
