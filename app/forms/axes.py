"""The field for numbers of several axes that are mostly the same: a window's height and width."""

from __future__ import annotations

import dataclasses
from typing import Any, Final, Literal, get_args, get_origin

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.forms.field import MIXED, Field, mark
from app.forms.number import NumberEdit
from app.theme import theme, tip
from engine.spec import Param

AXES: Final = ("depth", "height", "width")
"""What the axes are called; two are the last two."""


def has_axes(kind: Any) -> bool:
    """Whether a type is one number or one for each axis, or one number or a word."""
    parts = get_args(kind)
    return int in parts and (_count(kind) > 1 or bool(_word(kind)))


class AxesField(Field):
    """One number for all axes, one for each when unlinked; and a word such as "same" where there is one."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self._value: Any = param.default
        self._names = AXES[-_count(param.type) :]
        bare = dataclasses.replace(param, unit="")  # said once, for there is little room
        self.edits = tuple(NumberEdit(bare if place else param, self) for place in range(len(self._names)))
        self.setFocusProxy(self.edits[0])
        self.link = _button(self, "link-variant", f"One number for all axes, or {_listed(self._names)} apart")
        self.link.setVisible(len(self.edits) > 1)
        self.word = _word(param.type)
        self.named = _button(self, "", f'"{self.word}": as {param.help[:1].lower()}{param.help[1:]}')
        self.named.setText(self.word)
        self.named.setVisible(bool(self.word))
        self._lay_out()
        for place, edit in enumerate(self.edits):
            edit.edited.connect(lambda value, gesture, place=place: self._given(place, value, gesture))
            edit.refused.connect(self.refused)
        self.link.clicked.connect(self._link_clicked)
        self.named.clicked.connect(self._word_clicked)

    def show_value(self, value: Any, *, unset: bool) -> None:
        self._value = value
        is_word, apart = isinstance(value, str), self._apart()
        self.named.setChecked(is_word)
        self.link.setChecked(not apart)
        self.link.setEnabled(not is_word)
        self.link.setIcon(theme.icon("link-variant-off" if apart else "link-variant", "muted"))
        for place, edit in enumerate(self.edits):
            edit.setVisible(apart or not place)
            if is_word:
                edit.show_named("")
            else:
                edit.show_number(value[place] if apart else value, unset=unset)

    def drop_draft(self) -> None:
        for edit in self.edits:
            edit.setModified(False)

    def show_mixed(self) -> None:
        self._value = self.param.default
        for edit in self.edits[1:]:
            edit.hide()
        self.edits[0].show_named(MIXED)

    def show_fault(self, at_fault: bool) -> None:
        for edit in self.edits:
            mark(edit, fault=at_fault)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        for edit, name in zip(self.edits, self._names, strict=True):
            row.addWidget(edit, 1)
            title = self.param.title
            edit.setAccessibleName(f"{title}, {name}" if len(self.edits) > 1 else title)
        row.addWidget(self.named)
        row.addWidget(self.link)

    def _given(self, place: int, value: Any, gesture: str) -> None:
        if not self._apart():
            self.edited.emit(value, gesture)
            return
        parts = self._parts()
        self.edited.emit((*parts[:place], value, *parts[place + 1 :]), gesture)

    def _link_clicked(self) -> None:
        parts = self._parts()
        self.edited.emit(parts[0] if self._apart() else parts, "")

    def _word_clicked(self, chosen: bool) -> None:
        self.edited.emit(self.word if chosen else self._parts()[0], "")

    def _apart(self) -> bool:
        return isinstance(self._value, (tuple, list)) and len(self._value) == len(self.edits)

    def _parts(self) -> tuple[Any, ...]:
        if self._apart():
            return tuple(self._value)
        whole = (value for value in (self._value, self.param.default) if isinstance(value, int))
        return (next(whole, int(self.param.low or 0)),) * len(self.edits)


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


def _count(kind: Any) -> int:
    """How many axes a type has numbers for."""
    tuples = (get_args(part) for part in get_args(kind) if get_origin(part) is tuple)
    return next((len(parts) for parts in tuples if set(parts) == {int}), 1)


def _word(kind: Any) -> str:
    """The word that a type allows beside numbers, empty where it allows none."""
    words = (word for part in get_args(kind) if get_origin(part) is Literal for word in get_args(part))
    return next((word for word in words if isinstance(word, str)), "")


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
