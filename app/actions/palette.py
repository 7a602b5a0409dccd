"""The command palette: every action and every node of the document, by a few letters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.actions.action import Action
from app.actions.bound import BoundActions
from app.actions.fuzzy import score
from app.actions.host import Host
from app.actions.registry import all_actions
from app.theme import theme

WIDTH: Final = 560
ROWS: Final = 12
ROW_HEIGHT: Final = 30
TOP: Final = 64
_ENTRY = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class Entry(msgspec.Struct, frozen=True):
    """One line of the palette."""

    title: str
    place: str
    key: str
    icon: str
    run: Callable[[], None]
    id: str = ""


class CommandPalette(QFrame):
    """A field and a list over the window. Enter runs, Escape or a click elsewhere closes it."""

    def __init__(self, host: Host, bound: BoundActions, window: QWidget) -> None:
        super().__init__(window)
        self._host, self._bound = host, bound
        self._entries: list[Entry] = []
        self._focus: QWidget | None = None
        self.field = QLineEdit(placeholderText="Type an action or a node’s name")
        self.field.setAccessibleName("Command palette")
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.model = _Entries(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(_Row(self.list))
        self.list.setUniformItemSizes(True)
        self.list.viewport().setAutoFillBackground(False)
        self.list.setStyleSheet("background: transparent")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Matches")
        self.list.clicked.connect(lambda index: self._run(index.data(_ENTRY)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(9, 9, 9, 9)
        layout.setSpacing(6)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.hide()

    def open(self) -> None:
        """Show the palette with nothing typed; what was run last stands first."""
        self._focus = self.window().focusWidget()
        self._entries = [*self._actions(), *self._nodes()]
        self.field.clear()
        self._filter("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close the palette; the focus goes back to where it was."""
        self.hide()
        if self._focus is not None:
            self._focus.setFocus(Qt.FocusReason.PopupFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("field_border"))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.isVisible() and not self.isAncestorOf(_focused(self)):
            self.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS}
        key = Qt.Key(event.key())
        if key in step:
            row = self.list.currentIndex().row() + step[key]
            self._select(max(0, min(row, self.model.rowCount() - 1)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentIndex().data(_ENTRY))
        elif key == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            return False
        return True

    def _actions(self) -> list[Entry]:
        usable = [action for action in all_actions().values() if action.enabled(self._host)]
        found = [self._action(action) for action in usable if action.run]
        found += [entry for action in usable if action.children for entry in self._children(action)]
        last = {id: place for place, id in enumerate(self._host.settings.window.actions)}
        found.sort(key=lambda entry: last.get(entry.id, len(last)))
        return found

    def _action(self, action: Action) -> Entry:
        keys = self._bound.keys(action)
        key = keys[0].toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
        return Entry(action.title, action.menu, key, action.icon, partial(self._bound.run, action), action.id)

    def _children(self, action: Action) -> list[Entry]:
        place = f"{action.menu} ▸ {action.title}"
        children = action.children(self._host) if action.children else []
        return [
            Entry(child.title, place, "", action.icon, partial(self._bound.guarded, child.run))
            for child in children
        ]

    def _nodes(self) -> list[Entry]:
        session, canvas = self._host.editor.current, self._host.canvas
        if session is None or canvas is None:
            return []
        found = []
        for node in session.graph.nodes():
            kind = session.catalog.get(node.kind)
            place, icon = (kind.title, kind.icon) if kind else (node.kind, "help-rhombus-outline")
            found.append(Entry(node.title or node.id, place, "node", icon, partial(canvas.reveal, node.id)))
        return found

    def _filter(self, typed: str) -> None:
        ranked = [(score(typed, entry.title) + 0.5 * score(typed, entry.place), entry) for entry in self._entries]
        if typed.strip():
            ranked = [pair for pair in ranked if pair[0] > 0]
            ranked.sort(key=lambda pair: -pair[0])
        self.model.show([entry for _, entry in ranked])
        self._select(0)
        self._place()

    def _place(self) -> None:
        rows = max(1, min(ROWS, self.model.rowCount()))
        width = min(WIDTH, self.window().width() - 32)
        self.list.setFixedHeight(rows * ROW_HEIGHT + 2)
        self.resize(width, self.field.sizeHint().height() + self.list.height() + 26)
        self.move((self.window().width() - width) // 2, TOP)

    def _select(self, row: int) -> None:
        self.list.setCurrentIndex(self.model.index(row, 0))

    def _run(self, entry: Entry | None) -> None:
        if entry is not None:
            self.dismiss()
            entry.run()


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    def show(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{entry.title}, {entry.place}"
        return entry if role == _ENTRY else None


class _Row(QStyledItemDelegate):
    """Icon, title, where it stands and its key, drawn as plain text."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(option.rect.width(), ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(_ENTRY)
        box: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selection"))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)
        if entry.icon:
            theme.icon(entry.icon, "muted").paint(painter, QRect(box.left() + 8, box.top() + 7, 16, 16))
        metrics = painter.fontMetrics()
        left = box.adjusted(34, 0, -10, 0)
        vertical = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(theme.color("muted"))
        painter.drawText(left, vertical | int(Qt.AlignmentFlag.AlignRight), entry.key)
        room = left.width() - metrics.horizontalAdvance(entry.key) - 16
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideMiddle, room)
        painter.setPen(theme.color("text"))
        painter.drawText(left, vertical, title)
        used = metrics.horizontalAdvance(title) + 12
        painter.setPen(theme.color("muted"))
        place = metrics.elidedText(entry.place, Qt.TextElideMode.ElideRight, max(0, room - used))
        painter.drawText(left.adjusted(used, 0, 0, 0), vertical, place)
        painter.restore()


def _focused(widget: QWidget) -> QWidget:
    return widget.window().focusWidget() or widget.window()
