"""Bubbles: a sentence beside the mouse."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from app.canvas.look import Look

_WIDEST: Final = 340.0
_PAD: Final = 9.0


def paint(painter: QPainter, look: Look, text: str, at: QPointF, room: QSizeF, role: str = "error") -> None:
    """Paint a sentence in plain text near a widget point, inside the widget."""
    font = look.detail_font
    flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
    wanted = QFontMetricsF(font).boundingRect(QRectF(0, 0, _WIDEST, 400), int(flags), text)
    width, height = wanted.width() + 2 * _PAD, wanted.height() + 2 * _PAD
    x = max(6.0, min(at.x() + 18, room.width() - width - 6))
    y = at.y() + 20 if at.y() + 20 + height < room.height() else at.y() - height - 14
    box = QRectF(round(x), round(y), round(width), round(height))
    painter.setPen(look.pen(look.color(role), 1.2))
    painter.setBrush(look.color("raised"))
    painter.drawRoundedRect(box, 6, 6)
    painter.setFont(font)
    painter.setPen(look.color("text"))
    painter.drawText(box.adjusted(_PAD, _PAD, -_PAD + 1, -_PAD), int(flags), text)
