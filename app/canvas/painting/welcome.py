"""Welcome: what an empty canvas says."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter

from app.canvas.look import Look

_TITLE: Final = "An empty canvas"
_HINT: Final = "Tab or double-click to add a layer  ·  drop a file to open it"


def paint(painter: QPainter, look: Look, size: QSizeF) -> None:
    """Paint the hint in the middle."""
    middle = size.height() / 2
    centred = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
    painter.setPen(look.color("text"))
    font = look.name_font
    painter.setFont(font)
    painter.drawText(QRectF(20, middle - 34, size.width() - 40, 30), centred, _TITLE)
    painter.setPen(look.color("muted"))
    painter.setFont(look.detail_font)
    painter.drawText(QRectF(20, middle - 4, size.width() - 40, 40), centred, _HINT)
