"""Icons drawn from the glyphs of one family, in a theme colour that is looked up when painting."""

from __future__ import annotations

from collections.abc import Callable

import qtawesome
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QIconEngine, QPainter, QPixmap

FAMILY = "mdi6"
UNKNOWN = "help-rhombus-outline"


class GlyphEngine(QIconEngine):
    """Paints a glyph at any size, so icons are sharp at every scale and follow the theme by themselves."""

    def __init__(self, glyph: str, colour: Callable[[QIcon.Mode], QColor]) -> None:
        super().__init__()
        self._glyph, self._colour = glyph, colour
        self._pixmaps: dict[tuple[int, int, int], QPixmap] = {}

    def clone(self) -> QIconEngine:
        return GlyphEngine(self._glyph, self._colour)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        painter.save()
        font = QFont(qtawesome.font(FAMILY, max(1, rect.height())))
        font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
        painter.setFont(font)
        painter.setPen(self._colour(mode))
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self._glyph)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        key = (size.width(), size.height(), self._colour(mode).rgba())
        if key not in self._pixmaps:
            drawn = QPixmap(size)
            drawn.fill(Qt.GlobalColor.transparent)
            painter = QPainter(drawn)
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
            painter.end()
            self._pixmaps[key] = drawn
        return self._pixmaps[key]


def glyph(name: str) -> str:
    """The character of an icon, `cube-outline` or `mdi6.cube-outline`; a question mark for an unknown name."""
    plain = name.removeprefix(FAMILY + ".")
    try:
        return str(qtawesome.charmap(f"{FAMILY}.{plain}"))
    except KeyError:
        return str(qtawesome.charmap(f"{FAMILY}.{UNKNOWN}"))
