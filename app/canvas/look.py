"""The look of the canvas: fonts, pens and cached pictures, made from the theme and forgotten when it changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from app.theme import mix, theme

NAME_SIZE: Final = 13
FAR_SIZE: Final = 18
DETAIL_SIZE: Final = 11
LABEL_SIZE: Final = 10
FAR_LABEL_SIZE: Final = 12
CAPTION_SIZE: Final = 8
_MOST_BYTES: Final = 48 * 2**20


class Look:
    """Fonts in scene units, and colours, pens and pixmaps by what they are for.

    `ratio` is that of device pixels to widget units.
    """

    def __init__(self) -> None:
        self.ratio = 1.0
        self.name_font = self._font(NAME_SIZE, QFont.Weight.DemiBold)
        self.far_font = self._font(FAR_SIZE, QFont.Weight.DemiBold)
        self.far_metrics = QFontMetricsF(self.far_font)
        self.detail_font = self._font(DETAIL_SIZE)
        self.label_font = self._font(LABEL_SIZE)
        self.far_label_font = self._font(FAR_LABEL_SIZE)
        self.caption_font = self._font(CAPTION_SIZE)
        self.name_metrics = QFontMetricsF(self.name_font)
        self.detail_metrics = QFontMetricsF(self.detail_font)
        self.label_metrics = QFontMetricsF(self.label_font)
        self._colours: dict[Hashable, QColor] = {}
        self._pixmaps: OrderedDict[Hashable, QPixmap] = OrderedDict()
        self._bytes = 0

    def forget(self) -> None:
        """The theme changed."""
        self._colours.clear()
        self._pixmaps.clear()
        self._bytes = 0

    def color(self, role: str, alpha: float = 1.0) -> QColor:
        """A theme colour; do not change it."""
        return self._colour((role, alpha), lambda: _faded(theme.color(role), alpha))

    def category(self, category: str) -> QColor:
        """The colour of a category."""
        return self._colour(("category", category), lambda: theme.category(category))

    def wire(self, category: str) -> QColor:
        """The colour of a wire that leaves a node of a category: the wires' own with a hint of it."""
        return self._colour(("wire", category), lambda: mix(theme.color("wire"), theme.category(category), 0.5))

    def far_wire(self) -> QColor:
        """The colour of wires seen from afar: opaque, calm, cheap to draw."""
        return self._colour("far wire", lambda: mix(theme.color("canvas"), theme.color("wire"), 0.55))

    def dots(self, fade: float = 1.0) -> QColor:
        """The colour of the background's dots."""
        dot = mix(theme.color("grid"), theme.color("wire"), 0.22)
        return mix(theme.color("canvas"), dot, fade)

    def block(self, category: str) -> QColor:
        """The colour of a card seen from afar."""
        return self._colour(("block", category), lambda: mix(theme.color("card"), theme.category(category), 0.75))

    def pen(self, color: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        """A cosmetic pen: `width` in widget units, whatever the scale."""
        pen = QPen(color, width * self.ratio, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        pen.setCosmetic(True)
        return pen

    def pixmap(self, key: Hashable, draw: Callable[[], QPixmap]) -> QPixmap:
        """A picture made once, the least recently used dropped first."""
        found = self._pixmaps.get(key)
        if found is None:
            found = self._pixmaps[key] = draw()
            self._bytes += _size(found)
            while self._bytes > _MOST_BYTES and len(self._pixmaps) > 1:
                self._bytes -= _size(self._pixmaps.popitem(last=False)[1])
        else:
            self._pixmaps.move_to_end(key)
        return found

    def icon(self, name: str, color: QColor, size: float, ratio: float) -> QPixmap:
        """An icon in a colour, `size` in widget units."""
        side = max(1, round(size * ratio))
        return self.pixmap(("icon", name, color.rgba(), side, ratio), lambda: _icon(name, color, side, ratio))

    def _colour(self, key: Hashable, make: Callable[[], QColor]) -> QColor:
        found = self._colours.get(key)
        if found is None:
            found = self._colours[key] = make()
        return found

    def _font(self, size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        font = theme.font()
        font.setPixelSize(size)
        font.setWeight(weight)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)  # else letters jump while zooming
        return font


def _faded(color: QColor, alpha: float) -> QColor:
    color.setAlphaF(alpha)
    return color


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


def _icon(name: str, color: QColor, side: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    theme.icon(name).paint(painter, QRect(QPoint(0, 0), QSize(side, side)))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), color)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
