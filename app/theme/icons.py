"""Icons drawn from the glyphs of one family, in a theme colour that is looked up when painting."""

from __future__ import annotations

import functools
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

FAMILY = "mdi6"
FONT = "materialdesignicons6-webfont"
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
        font = QFont(_font_family())
        font.setPixelSize(max(1, rect.height()))
        font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
        painter.setFont(font)
        painter.setPen(self._colour(mode))
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self._glyph)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():  # asked for by widgets that have no room
            return QPixmap()
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
    codes = _codes()
    return chr(int(codes.get(name.removeprefix(FAMILY + "."), codes[UNKNOWN]), 16))


@functools.cache
def _font_family() -> str:
    """The family's font, loaded once there is an application."""
    number = QFontDatabase.addApplicationFontFromData(_file("-[0-9]*.ttf").read_bytes())
    return QFontDatabase.applicationFontFamilies(number)[0]


@functools.cache
def _codes() -> dict[str, str]:
    found: dict[str, str] = json.loads(_file("-charmap-*.json").read_text(encoding="utf-8"))
    return found


def _file(ending: str) -> Path:
    """A file that qtawesome carries. It is not imported itself: it would make every class of Qt at once, 0.1 s."""
    found = importlib.util.find_spec("qtawesome")
    assert found is not None, "a dependency"
    assert found.submodule_search_locations, "a package"
    return next((Path(found.submodule_search_locations[0]) / "fonts").glob(FONT + ending))
