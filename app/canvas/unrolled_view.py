"""The view of a recurrent group over time: to look at, pan and zoom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSpinBox, QToolButton, QWidget

from app.canvas.boxes import Box
from app.canvas.camera import Camera
from app.canvas.look import Look
from app.canvas.painting import Frame, Shot, paint_scene
from app.canvas.scene import Scene
from app.canvas.unrolled import GAP, MOST_STEPS, Unrolled, unrolled
from app.state import Session
from app.theme import theme, tip

STEPS: Final = 4
_NOTCH: Final = 1.2
_INSET: Final = 10
_MARGIN: Final = 56.0
_TOP: Final = 54.0  # below the breadcrumbs
_SMALLEST: Final = 0.37
_READABLE: Final = 0.7
_EDITING: Final = (Qt.Key.Key_A, Qt.Key.Key_D, Qt.Key.Key_G, Qt.Key.Key_V, Qt.Key.Key_X)


class UnrolledView(QWidget):
    """Lies over the canvas; Escape, or its button, takes it away.

    Signals:
        closed(): the user wants the cell back.
    """

    closed = Signal()

    def __init__(self, session: Session, widest: float, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._widest = session, widest
        self._look, self._camera = Look(), Camera()
        self._frame = Frame(self._paint)
        self._drag: QPointF | None = None
        self.setAccessibleName("The recurrent group over time")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.steps = QSpinBox()
        self.steps.setRange(1, MOST_STEPS)
        self.steps.setValue(STEPS)
        self.steps.setSuffix(" steps")
        self.steps.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.steps.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.steps.setAccessibleName("Time steps that are shown")
        self.bar = self._make_bar()
        self.content = self._unrolled()
        self.scene = Scene(self.content, self._look, self._damage)
        self._mark()
        self.steps.valueChanged.connect(lambda _: self.renew(fit=True))
        session.analysed.connect(self._analysed)
        theme.changed.connect(self._restyle)

    def renew(self, *, fit: bool = False) -> None:
        """Roll the cell out as it is now."""
        self.content = self._unrolled()
        self.scene = Scene(self.content, self._look, self._damage)
        self._mark()
        if fit:
            self.fit()
        self._damage(None)

    def fit(self) -> None:
        """Show all steps."""
        bounds = self.scene.bounds
        if bounds is not None:
            box = bounds[0], bounds[1] - 60, bounds[2], bounds[3]
            self._camera.fit(box, margin=_MARGIN)
            high = (self.height() - 2 * _MARGIN) / (box[3] - box[1])
            least = max(_SMALLEST, min(_READABLE, high))
            if self._camera.scale < least:  # rather the first steps with their names
                self._camera.zoom_to(least, QPointF())
                middle = self._camera.to_view(0.0, (box[1] + box[3]) / 2).y()
                self._camera.pan(_MARGIN - self._camera.to_view(box[0], 0.0).x(), self.height() / 2 - middle)
            self._damage(None)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._camera.ratio != self.devicePixelRatioF():
            self._resized()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._frame.picture())
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self._paint_steps(painter)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._resized()
        self.fit()
        self.bar.adjustSize()
        self.bar.move(self.width() - self.bar.width() - _INSET, _INSET)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if turns:
            self._camera.zoom(_NOTCH**turns, event.position())
            self._damage(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            way = event.position() - self._drag
            self._drag = event.position()
            self._camera.pan(way.x(), way.y())
            self._damage(None)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._drag = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() == Qt.Key.Key_Home:
            self.fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if event.key() in _EDITING if control else event.key() != Qt.Key.Key_U:
                event.accept()  # keys that edit do not reach the cell, which is covered
                return True
        return super().event(event)

    def _unrolled(self) -> Unrolled:
        return unrolled(self._session, self.steps.value(), self._widest)

    def _mark(self) -> None:
        """Wires from step to step are dashed, as those to a state are in the cell."""
        for edge, wire in self.scene.wires.items():
            wire.delayed = self.content.crosses(edge)

    def _analysed(self, _analysis: object) -> None:
        if self._session.document.block(self._session.graph_name).form == "recurrent":
            self.renew()

    def _make_bar(self) -> QFrame:
        bar = QFrame(self)
        bar.setObjectName("crumbs")
        row = QHBoxLayout(bar)
        row.setContentsMargins(10, 4, 6, 4)
        row.setSpacing(4)
        row.addWidget(QLabel("Rolled out over the first"))
        row.addWidget(_button("minus", "Fewer time steps", self.steps.stepDown))
        row.addWidget(self.steps)
        row.addWidget(_button("plus", "More time steps", self.steps.stepUp))
        row.addWidget(_button("close", "Back to the cell", self.closed.emit, "Esc"))
        border, back = theme.color("card_border").name(), theme.color("raised").name()
        bar.setStyleSheet(f"#crumbs {{ background: {back}; border: 1px solid {border}; border-radius: 7px; }}")
        return bar

    def _paint(self, painter: QPainter, view: Box) -> None:
        paint_scene(Shot(painter, self.scene, self._camera, self._look, self._camera.box_to_scene(view)))

    def _paint_steps(self, painter: QPainter) -> None:
        """Each step's number above it, and a fine line between steps."""
        painter.setFont(theme.font(bold=True))
        for step, start in enumerate(self.content.starts):
            x = self._camera.to_view(start, 0.0).x()
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(x, _TOP, 160, 20), int(Qt.AlignmentFlag.AlignLeft), f"t = {step}")
            if step:
                x = self._camera.to_view(start - GAP / 5, 0.0).x()
                painter.setPen(self._look.pen(theme.color("card_border"), 1.0))
                painter.drawLine(QPointF(x, _TOP), QPointF(x, self.height() - _INSET))

    def _resized(self) -> None:
        ratio = self.devicePixelRatioF()
        self._look.ratio = ratio
        self._camera.resize(QSizeF(self.size()), ratio)
        self._frame.resize(QSizeF(self.size()), ratio)

    def _damage(self, _box: Box | None) -> None:
        self._frame.damage_all()
        self.update()

    def _restyle(self) -> None:
        self._look.forget()
        self.scene.forget_look()


def _button(icon: str, help: str, do: Callable[[], object], shortcut: str = "") -> QToolButton:
    button = QToolButton()
    button.setIcon(theme.icon(icon))
    button.setAutoRaise(True)
    button.setToolTip(tip(help, shortcut=shortcut))
    button.setAccessibleName(help)
    button.clicked.connect(lambda: do())
    return button
