"""Shells: a card without its texts, drawn once for each size, kind and state and then copied."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from app.canvas.card import ICON, ICON_X, PORT_RADIUS, RADIUS, STRIPE, NodeView, Plug
from app.canvas.look import Look
from app.canvas.painting.shot import Detail, Shot
from app.theme import mix, theme

_EDGE: Final = 7.0  # around the card, for shadow, halo and ports, in scene units
ICON_Y: Final = 15.0
_MOST_COPIES: Final = 3  # cards of a pile that are drawn
_PILE: Final = 3.0  # how far the cards of a pile lie apart
_DOUBLE: Final = 3.5  # between the two lines around a block
_SMALL: Final = 0.36


def paint(shot: Shot, view: NodeView, x: float, y: float) -> None:
    """Paint the shell of a card at a place that lies on a device pixel."""
    camera, look = shot.camera, shot.look
    factor = camera.scale * camera.ratio
    hovered = view.id == shot.hovered
    plugs = shot.scene.plugs(view) if shot.detail >= Detail.COMPACT else ()
    key = (
        "shell", view.width, view.height, view.category, view.icon, view.state, view.missing, view.selected,
        hovered, plugs, factor, view.body, min(view.copies, _MOST_COPIES),
    )  # fmt: skip
    pixmap = look.pixmap(key, lambda: _shell(look, view, hovered, plugs, factor, camera.ratio))
    edge = _edge(factor) / camera.ratio
    shot.painter.drawPixmap(QPointF(x - edge, y - edge), pixmap)


def _edge(factor: float) -> int:
    return max(3, round(_EDGE * factor))


def _shell(
    look: Look, view: NodeView, hovered: bool, plugs: tuple[Plug, ...], factor: float, ratio: float
) -> QPixmap:
    edge = _edge(factor)
    width, height = round(view.width * factor), round(view.height * factor)
    pixmap = QPixmap(width + 2 * edge, height + 2 * edge)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    card = QRectF(edge, edge, width, height)
    _paint_body(painter, look, view, card, hovered, factor, ratio)
    _paint_icon(painter, look, view, card, factor)
    for plug in plugs:
        _paint_plug(painter, look, plug, card, factor, ratio)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _paint_body(
    painter: QPainter, look: Look, view: NodeView, card: QRectF, hovered: bool, factor: float, ratio: float
) -> None:
    radius = RADIUS * factor
    _shadow(painter, card, radius, factor)
    if view.selected:
        _halo(painter, look, card, radius, ratio)
    body = QPainterPath()
    body.addRoundedRect(card, radius, radius)
    fill = _fill(look, view)
    _paint_pile(painter, look, view, card, fill, factor, ratio)
    if factor < _SMALL * ratio:  # on the way to a block of the category's colour
        fill = mix(fill, _stripe(look, view), 0.22)
    painter.fillPath(body, fill)
    stripe = QPainterPath()
    stripe.addRect(card.left(), card.top(), max(STRIPE * factor, 3 * ratio), card.height())
    painter.fillPath(body.intersected(stripe), _stripe(look, view))
    pen = _border(look, view, hovered, ratio)
    inset = pen.widthF() / 2
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(card.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset)
    if view.body == "block":
        by = _DOUBLE * factor
        painter.setPen(QPen(mix(fill, _stripe(look, view), 0.55), ratio))
        painter.drawRoundedRect(card.adjusted(by, by, -by, -by), radius - by / 2, radius - by / 2)


def _paint_pile(
    painter: QPainter, look: Look, view: NodeView, card: QRectF, fill: QColor, factor: float, ratio: float
) -> None:
    """Cards behind a block that is repeated."""
    radius = RADIUS * factor
    painter.setPen(QPen(mix(look.color("card_border"), _stripe(look, view), 0.5), ratio))
    painter.setBrush(mix(fill, look.color("canvas"), 0.4))
    for place in range(min(view.copies, _MOST_COPIES) - 1, 0, -1):
        by = place * _PILE * factor
        painter.drawRoundedRect(card.translated(by, by), radius, radius)


def _paint_icon(painter: QPainter, look: Look, view: NodeView, card: QRectF, factor: float) -> None:
    dim = view.state == "blocked" or view.missing
    icon = look.icon(view.icon, look.color("muted") if dim else look.category(view.category), ICON * factor, 1.0)
    painter.drawPixmap(round(card.left() + ICON_X * factor), round(card.top() + ICON_Y * factor), icon)


def _paint_plug(painter: QPainter, look: Look, plug: Plug, card: QRectF, factor: float, ratio: float) -> None:
    is_input, y, reach, taken = plug
    ink = look.color("port")
    painter.setPen(QPen(ink, max(ratio, 1.3 * factor)))
    painter.setBrush(ink if taken else look.color("card"))
    radius, half = PORT_RADIUS * factor, reach * factor
    middle = QPointF(card.left() if is_input else card.right(), card.top() + y * factor)
    box = QRectF(middle.x() - radius, middle.y() - half - radius, 2 * radius, 2 * (half + radius))
    painter.drawRoundedRect(box, radius, radius)


def _shadow(painter: QPainter, card: QRectF, radius: float, factor: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    strength = 0.09 if theme.dark else 0.035
    for spread in (4.0, 2.5, 1.0):
        color = QColor(0, 0, 0)
        color.setAlphaF(strength)
        painter.setBrush(color)
        by = spread * factor
        painter.drawRoundedRect(
            card.adjusted(-by * 0.7, -by * 0.4, by * 0.7, by), radius + by * 0.5, radius + by * 0.5
        )


def _halo(painter: QPainter, look: Look, card: QRectF, radius: float, ratio: float) -> None:
    by = 2.5 * ratio
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("accent", 0.3))
    painter.drawRoundedRect(card.adjusted(-by, -by, by, by), radius + by, radius + by)


def _fill(look: Look, view: NodeView) -> QColor:
    card = look.color("card")
    if view.state == "error":
        return mix(card, look.color("error"), 0.07)
    return mix(card, look.color("canvas"), 0.6) if view.state == "blocked" else card


def _stripe(look: Look, view: NodeView) -> QColor:
    color = look.color("muted") if view.missing else look.category(view.category)
    return mix(look.color("card"), color, 0.45) if view.state == "blocked" else color


def _border(look: Look, view: NodeView, hovered: bool, ratio: float) -> QPen:
    if view.selected:
        return QPen(look.color("accent"), 2 * ratio)
    if view.state == "error":
        return QPen(look.color("error"), 1.6 * ratio)
    if view.state == "blocked":
        pen = QPen(look.color("muted"), 1.1 * ratio)
        pen.setDashPattern([4.0, 3.0])
        return pen
    border = look.color("card_border")
    if view.body == "state":
        pen = QPen(_stripe(look, view), 1.4 * ratio)
        pen.setDashPattern([5.0, 3.0])
        return pen
    return QPen(mix(border, look.color("text"), 0.45) if hovered else border, ratio)
