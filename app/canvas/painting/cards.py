"""Cards: shell, icon, texts, ports, badge and live picture of each node."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QTransform

from app.canvas.card import HEADER, TEXT_X, NodeView, PortView, static
from app.canvas.painting import pictures, shells
from app.canvas.painting.shot import Detail, Shot

_NAME_Y: Final = 7.0
_DETAIL_Y: Final = 25.0
_BADGE: Final = 17.0
_BADGES: Final = {
    "error": ("mdi6.alert-circle", "error"),
    "warning": ("mdi6.alert", "warning"),
    "frozen": ("mdi6.snowflake", "accent"),
}


def paint(shot: Shot, nodes: Iterable[NodeView]) -> None:
    """Paint cards, the first lowest."""
    painter, camera = shot.painter, shot.camera
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    base = painter.transform()
    scale = camera.scale
    for view in nodes:
        x, y = camera.pixel(view.x, view.y)
        painter.setTransform(base)
        shells.paint(shot, view, x, y)
        painter.setTransform(QTransform(scale, 0, 0, scale, x, y) * base)
        _paint_inside(shot, view)
        if view.frame is not None:
            pictures.paint(shot, view)
        sign = _sign(view)
        if sign in _BADGES and (sign != "frozen" or shot.detail >= Detail.NORMAL):
            painter.setTransform(base)
            _paint_badge(shot, view, sign, x, y)
    painter.restore()


def _sign(view: NodeView) -> str:
    """What the badge says: how bad the node's problems are, else whether its weights are frozen."""
    return view.severity if view.severity in _BADGES or not _is_frozen(view) else "frozen"


def _is_frozen(view: NodeView) -> bool:
    report = view.report
    return report is not None and 0 < report.frozen == report.parameters


def _paint_inside(shot: Shot, view: NodeView) -> None:
    painter, look, detail = shot.painter, shot.look, shot.detail
    dim = view.state == "blocked"
    ink = look.color("muted" if dim else "text")
    if detail in (Detail.NAMES, Detail.COMPACT):
        _paint_far_name(shot, view, ink)
    if detail >= Detail.NORMAL:
        painter.setFont(look.name_font)
        painter.setPen(ink)
        if view.name_text is None:
            view.name_text = static(view.name, look.name_font)
        painter.drawStaticText(QPointF(TEXT_X, _NAME_Y if view.detail else _NAME_Y + 8), view.name_text)
        if view.detail_text is None:
            view.detail_text = static(view.detail, look.detail_font)
        painter.setFont(look.detail_font)
        painter.setPen(look.color("muted"))
        painter.drawStaticText(QPointF(TEXT_X, _DETAIL_Y), view.detail_text)
        _paint_port_names(shot, view)
    if detail >= Detail.NEAR:
        _paint_caption(shot, view)


def _paint_far_name(shot: Shot, view: NodeView, ink: QColor) -> None:
    """The name alone, in larger letters, while the rest would be too small to read."""
    look = shot.look
    if view.far_text is None:
        room = view.width - TEXT_X - 6
        view.far_text = static(
            look.far_metrics.elidedText(view.name, Qt.TextElideMode.ElideRight, room), look.far_font
        )
    shot.painter.setFont(look.far_font)
    shot.painter.setPen(ink)
    shot.painter.drawStaticText(QPointF(TEXT_X, HEADER / 2 - look.far_metrics.height() / 2), view.far_text)


def _paint_port_names(shot: Shot, view: NodeView) -> None:
    for ports in (view.inputs, view.outputs):
        if len(ports) > 1:
            for port in ports:
                _paint_port_name(shot, port)


def _paint_port_name(shot: Shot, port: PortView) -> None:
    if port.label is None:
        port.label = static(port.name, shot.look.label_font)
    painter = shot.painter
    painter.setFont(shot.look.label_font)
    painter.setPen(shot.look.color("muted"))
    size = port.label.size()
    x = port.x + 12 if port.is_input else port.x - 12 - size.width()
    painter.drawStaticText(QPointF(x, port.y - size.height() / 2), port.label)


def _paint_caption(shot: Shot, view: NodeView) -> None:
    caption = _caption(view)
    if caption:
        shot.painter.setFont(shot.look.caption_font)
        shot.painter.setPen(shot.look.color("muted"))
        shot.painter.drawText(QPointF(2, -5), caption)


def _caption(view: NodeView) -> str:
    report = view.report
    if report is None or report.state != "ok":
        return ""
    parts = []
    if report.parameters:
        parts.append(f"{report.parameters:,} parameters{', frozen' if _is_frozen(view) else ''}")
    if report.flops:
        parts.append(f"{brief(report.flops)}FLOP")
    return " · ".join(parts)


def brief(count: int) -> str:
    """A count with three figures and a letter for its thousands: 1234567 is `1.23 M`."""
    for letter, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {letter}"
    return f"{count} "


def _paint_badge(shot: Shot, view: NodeView, sign: str, x: float, y: float) -> None:
    camera, look = shot.camera, shot.look
    name, role = _BADGES[sign]
    side = max(11.0, min(22.0, _BADGE * camera.scale))
    badge = look.pixmap(
        ("badge", name, round(side * camera.ratio), camera.ratio), lambda: _badge(shot, name, role, side)
    )
    shot.painter.drawPixmap(
        QPointF(x + camera.snap(view.width * camera.scale - side * 0.62), y - camera.snap(side * 0.45)), badge
    )


def _badge(shot: Shot, name: str, role: str, side: float) -> QPixmap:
    look, ratio = shot.look, shot.camera.ratio
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("card"))
    painter.drawEllipse(QRectF(side * 0.06, side * 0.06, side * 0.88, side * 0.88))
    painter.drawPixmap(QPointF(0, 0), look.icon(name, look.color(role), side, ratio))
    painter.end()
    return pixmap
