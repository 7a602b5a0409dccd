"""The field for two numbers that are mostly the same: a window's height and width."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.forms.field import MIXED, Field, mark
from app.forms.number import NumberEdit
from app.theme import theme, tip
from engine.spec import Param


class PairField(Field):
    """One number for both axes, two when unlinked; and a word such as "same" where the parameter knows one."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self._value: Any = param.default
        self.first, self.second = NumberEdit(param, self), NumberEdit(param, self)
        self.setFocusProxy(self.first)
        self.link = _button(self, "link-variant", "One number for both axes, or height and width apart")
        self.word = next((word for part in get_args(param.type) for word in _words(part)), "")
        self.named = _button(self, "", f'"{self.word}": as {param.help[:1].lower()}{param.help[1:]}')
        self.named.setText(self.word)
        self.named.setVisible(bool(self.word))
        self._lay_out()
        self.first.edited.connect(self._first_given)
        self.second.edited.connect(self._second_given)
        for edit in (self.first, self.second):
            edit.refused.connect(self.refused)
        self.link.clicked.connect(self._link_clicked)
        self.named.clicked.connect(self._word_clicked)

    def show_value(self, value: Any, *, unset: bool) -> None:
        self._value = value
        is_word, apart = isinstance(value, str), isinstance(value, (tuple, list)) and len(value) == 2
        self.named.setChecked(is_word)
        self.link.setChecked(not apart)
        self.link.setEnabled(not is_word)
        self.link.setIcon(theme.icon("link-variant-off" if apart else "link-variant", "muted"))
        self.second.setVisible(apart)
        first, second = value if apart else (value, value)
        if is_word:
            self.first.show_named("")
        else:
            self.first.show_number(first, unset=unset)
        self.second.show_number(second, unset=unset)

    def drop_draft(self) -> None:
        self.first.setModified(False)
        self.second.setModified(False)

    def show_mixed(self) -> None:
        self._value = self.param.default
        self.second.hide()
        self.first.show_named(MIXED)

    def show_fault(self, at_fault: bool) -> None:
        mark(self.first, fault=at_fault)
        mark(self.second, fault=at_fault)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(self.first, 1)
        row.addWidget(self.second, 1)
        row.addWidget(self.named)
        row.addWidget(self.link)
        self.first.setAccessibleName(f"{self.param.title}, height")
        self.second.setAccessibleName(f"{self.param.title}, width")

    def _first_given(self, value: Any, gesture: str) -> None:
        self.edited.emit((value, self._parts()[1]) if self._apart() else value, gesture)

    def _second_given(self, value: Any, gesture: str) -> None:
        self.edited.emit((self._parts()[0], value), gesture)

    def _link_clicked(self) -> None:
        height, width = self._parts()
        self.edited.emit(height if self._apart() else (height, width), "")

    def _word_clicked(self, chosen: bool) -> None:
        self.edited.emit(self.word if chosen else self._parts()[0], "")

    def _apart(self) -> bool:
        return isinstance(self._value, (tuple, list))

    def _parts(self) -> tuple[Any, Any]:
        match self._value:
            case (height, width) | [height, width]:
                return height, width
            case int() as both:
                return both, both
        default = self.param.default
        number = default if isinstance(default, int) else int(self.param.low or 0)
        return number, number


def _button(parent: QWidget, icon: str, help: str) -> QToolButton:
    button = QToolButton(parent)
    button.setCheckable(True)
    button.setIconSize(QSize(14, 14))
    button.setFixedHeight(24)
    button.setToolTip(tip(help))
    button.setAccessibleName(help)
    if icon:
        button.setIcon(theme.icon(icon, "muted"))
    return button


def _words(part: Any) -> tuple[str, ...]:
    return tuple(get_args(part)) if get_origin(part) is Literal else ()
