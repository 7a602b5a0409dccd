"""Choices: what a popup lists, and how a row looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.theme import theme

HEIGHT: Final = 42
_Index = QModelIndex | QPersistentModelIndex


class Choice(msgspec.Struct, frozen=True):
    """One row: icon, title with matched stretches, a note at the right, a line of help."""

    title: str
    help: str
    note: str
    icon: str
    category: str
    payload: Any
    spans: tuple[tuple[int, int], ...] = ()


class Choices(QAbstractListModel):
    """The rows of a popup."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[Choice] = ()

    def show(self, rows: Sequence[Choice]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.rows[index.row()].title
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self.rows[index.row()].help
        return self.rows[index.row()] if role == Qt.ItemDataRole.UserRole else None


class ChoicePainter(QStyledItemDelegate):
    """Paints a row."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(100, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        choice: Choice = index.data(Qt.ItemDataRole.UserRole)
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selection"))
            painter.drawRoundedRect(rect.adjusted(4, 1, -4, -1), 5, 5)
        color = theme.category(choice.category) if choice.category else theme.color("muted")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(QRectF(rect.left() + 10, rect.top() + 8, 3, rect.height() - 16), 1.5, 1.5)
        theme.icon(choice.icon).paint(painter, int(rect.left()) + 20, int(rect.top()) + 11, 20, 20)
        self._write(painter, rect.adjusted(50, 0, -14, 0), choice)
        painter.restore()

    def _write(self, painter: QPainter, rect: QRectF, choice: Choice) -> None:
        small = theme.font(scale=0.88)
        painter.setFont(small)
        painter.setPen(theme.color("muted"))
        metrics = QFontMetricsF(small)
        named = QFontMetricsF(theme.font(bold=True)).horizontalAdvance(choice.title)
        room = max(0.0, rect.width() - named - 12)
        note = metrics.elidedText(choice.note, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(rect.right() - metrics.horizontalAdvance(note), rect.top() + 17), note)
        helped = metrics.elidedText(choice.help, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(QPointF(rect.left(), rect.top() + 33), helped)
        _write_title(painter, QPointF(rect.left(), rect.top() + 17), choice, rect.width())


def _write_title(painter: QPainter, at: QPointF, choice: Choice, room: float) -> None:
    plain, bold = theme.font(), theme.font(bold=True)
    title = QFontMetricsF(bold).elidedText(choice.title, Qt.TextElideMode.ElideRight, room)
    marked = {place for start, stop in choice.spans for place in range(start, stop)}
    x, place = at.x(), 0
    while place < len(title):
        stop = place + 1
        while stop < len(title) and (stop in marked) == (place in marked):
            stop += 1
        font = bold if place in marked or not marked else plain
        painter.setFont(font)
        painter.setPen(theme.color("accent" if place in marked else "text"))
        painter.drawText(QPointF(x, at.y()), title[place:stop])
        x += QFontMetricsF(font).horizontalAdvance(title[place:stop])
        place = stop
