"""Fields for choices, switches, texts, sizes and paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QSize, QStringListModel, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QWidget,
)

from app.forms import words
from app.forms.field import MIXED, Field, mark
from app.theme import theme, tip
from engine.spec import Param
from engine.spec.arithmetic import SIGN, NotANumberError

Read = Callable[[str], Any]


class CalmCombo(QComboBox):
    """A combo box that the wheel leaves alone, so that scrolling a form changes nothing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ChoiceField(Field):
    """One of the legal values."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.combo = CalmCombo(self)
        self.combo.setMinimumContentsLength(6)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for choice in param.choices:
            self.combo.addItem(words.shown(choice), choice)
        _fill(self, self.combo)
        self.combo.activated.connect(lambda index: self.edited.emit(param.choices[index], ""))

    def show_value(self, value: Any, *, unset: bool) -> None:
        known = value in self.param.choices
        self.combo.setPlaceholderText("" if known else words.shown(value))
        self.combo.setCurrentIndex(self.param.choices.index(value) if known else -1)
        mark(self.combo, unset=unset)

    def show_mixed(self) -> None:
        self.combo.setPlaceholderText(MIXED)
        self.combo.setCurrentIndex(-1)

    def show_fault(self, at_fault: bool) -> None:
        mark(self.combo, fault=at_fault)


class SwitchField(Field):
    """Yes or no."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.box = QCheckBox(self)
        _fill(self, self.box)
        self.box.clicked.connect(self._clicked)

    def show_value(self, value: Any, *, unset: bool) -> None:
        self.box.setTristate(False)
        self.box.setChecked(bool(value))
        self.box.setText("on" if value else "off")
        mark(self.box, unset=unset)

    def show_mixed(self) -> None:
        self.box.setTristate(True)
        self.box.setCheckState(Qt.CheckState.PartiallyChecked)
        self.box.setText(MIXED)

    def show_fault(self, at_fault: bool) -> None:
        mark(self.box, fault=at_fault)

    def _clicked(self) -> None:
        self.box.setTristate(False)
        self.edited.emit(self.box.checkState() != Qt.CheckState.Unchecked, "")


class TextField(Field):
    """A line of text, read as what the parameter wants."""

    def __init__(self, param: Param, read: Read = str, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self._read, self._shown = read, ""
        self.edit = QLineEdit(self)
        self.edit.setMaxLength(10_000)
        self.edit.editingFinished.connect(self._take_text)
        self.row = _fill(self, self.edit)

    def show_value(self, value: Any, *, unset: bool) -> None:
        shown = words.listed if self._read is words.read_numbers else words.shown
        self._shown = value if isinstance(value, str) else shown(value)
        if not (self.edit.hasFocus() and self.edit.isModified()):
            self.edit.setText(self._shown)
        self.edit.setPlaceholderText("" if self.param.default else "not set")
        mark(self.edit, unset=unset)

    def show_mixed(self) -> None:
        self._shown = ""
        self.edit.clear()
        self.edit.setPlaceholderText(MIXED)

    def drop_draft(self) -> None:
        self.edit.setModified(False)

    def show_fault(self, at_fault: bool) -> None:
        mark(self.edit, fault=at_fault)

    def _take_text(self) -> None:
        if not self.edit.isModified() or self.edit.text() == self._shown:
            return
        if SIGN in self.edit.text() and self._read is words.read_sizes:
            self.edit.setModified(False)
            self.edited.emit(self.edit.text(), "")
            return
        try:
            value = self._read(self.edit.text())
        except NotANumberError as fault:
            self.refused.emit(str(fault))
            return
        self.edit.setModified(False)
        self.edited.emit(value, "")


class FormulaField(TextField):
    """A line of source code, in the font for it."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, str, parent)
        self.edit.setFont(theme.mono())


class NodeField(TextField):
    """The name of a node: typed, or taken from those that are offered."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, str, parent)
        self.offered = QStringListModel(self)
        self._completer = QCompleter(self.offered, self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.activated.connect(self._take)
        self.edit.setCompleter(self._completer)
        self._list = self.edit.addAction(theme.icon("chevron-down"), QLineEdit.ActionPosition.TrailingPosition)
        self._list.setToolTip("Choose a node")
        self._list.triggered.connect(self.show_offered)
        self._list.setVisible(False)

    def offer(self, nodes: Iterable[str]) -> None:
        """Offer other nodes."""
        names = list(nodes)
        if names != self.offered.stringList():
            self.offered.setStringList(names)
        self._list.setVisible(bool(names))

    def show_offered(self) -> None:
        """List all nodes that are offered, whatever is typed."""
        self.edit.setFocus()
        self._completer.setCompletionPrefix("")
        self._completer.complete()

    def _take(self, name: str) -> None:
        self.edit.setText(name)
        self.edit.setModified(True)
        self._take_text()


class PathField(TextField):
    """A path, typed or picked. The picker is the desktop's own, and opens beside the window."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, str, parent)
        self.edit.setPlaceholderText("no file chosen")
        self.browse = QToolButton(self)
        self.browse.setIcon(theme.icon("folder-open-outline"))
        self.browse.setIconSize(QSize(16, 16))
        self.browse.setToolTip(tip("Choose a file"))
        self.browse.setAccessibleName(f"Choose a file for {param.title}")
        self.browse.clicked.connect(self._pick)
        self.row.addWidget(self.browse)

    def _pick(self) -> None:
        dialog = QFileDialog(self, self.param.title, self.edit.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.edited.emit(path, ""))
        dialog.open()


class LongTextField(Field):
    """Text of several lines, given when the field is left."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.edit = LeavingEdit(self)
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * 4 + 12)
        _fill(self, self.edit)
        self.edit.left = self._take_text

    def show_value(self, value: Any, *, unset: bool) -> None:
        if self.edit.toPlainText() != str(value) and not self.edit.hasFocus():
            self.edit.setPlainText(str(value))
            self.edit.document().setModified(False)
        mark(self.edit, unset=unset)

    def show_mixed(self) -> None:
        self.edit.setPlainText("")
        self.edit.setPlaceholderText(MIXED)
        self.edit.document().setModified(False)

    def show_fault(self, at_fault: bool) -> None:
        mark(self.edit, fault=at_fault)

    def _take_text(self) -> None:
        if self.edit.document().isModified():
            self.edit.document().setModified(False)
            self.edited.emit(self.edit.toPlainText(), "")


class LeavingEdit(QPlainTextEdit):
    """A text of several lines that calls `left` when the keyboard goes elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.left: Callable[[], None] = lambda: None

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.left()


def _fill(field: Field, widget: QWidget) -> QHBoxLayout:
    field.setFocusProxy(widget)
    row = QHBoxLayout(field)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(3)
    row.addWidget(widget)
    return row
