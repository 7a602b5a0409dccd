"""A canvas in front of a test: real events of mouse and keyboard, places by node and port."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas import CanvasView
from app.canvas.card import NodeView
from app.state import EditorState, Notice, Session
from engine.graph import Document, Edge, Graph
from tests.support.editing import current, editor_of

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


class Board:
    """A shown canvas with helpers that a hand has."""

    def __init__(self, document: Document, width: int = 1200, height: int = 800) -> None:
        self.editor: EditorState = editor_of(document)
        self.session: Session = current(self.editor)
        self.notices: list[Notice] = []
        self.editor.noticed.connect(self.notices.append)
        self.view = CanvasView(self.editor, self.session)
        self.view.resize(width, height)

    @property
    def graph(self) -> Graph:
        """The graph that is edited."""
        return self.session.graph

    @property
    def steps(self) -> list[str]:
        """The titles of what can be undone."""
        return [step.title for step in self.session.history.done]

    def node(self, id: str) -> NodeView:
        """The view of a node."""
        return self.view.stage.scene.nodes[id]

    def at(self, id: str, across: float = 0.5, down: float = 0.5) -> QPoint:
        """A widget point on a card."""
        view = self.node(id)
        return self.view.stage.camera.to_view(view.x + view.width * across, view.y + view.height * down).toPoint()

    def port(self, id: str, name: str = "", *, out: bool = False) -> QPoint:
        """The widget point of a port; without a name `in` or `out`."""
        view = self.node(id)
        port = view.port(name or ("out" if out else "in"), not out)
        assert port is not None
        return self.view.stage.camera.to_view(view.x + port.x, view.y + port.y).toPoint()

    def wire(self, edge: Edge, part: float = 0.5) -> QPoint:
        """A widget point on a wire, at a share of the way."""
        points = self.view.stage.scene.wires[edge].points
        low = points[min(len(points) - 2, int(part * (len(points) - 1)))]
        high = points[min(len(points) - 2, int(part * (len(points) - 1))) + 1]
        x, y = (low[0] + high[0]) / 2, (low[1] + high[1]) / 2
        return self.view.stage.camera.to_view(x, y).toPoint()

    def empty(self) -> QPoint:
        """A widget point where nothing is."""
        for y in range(self.view.height() - 30, 20, -17):
            for x in range(30, self.view.width() - 30, 23):
                if self.view.stage.hit(QPointF(x, y)).empty:
                    return QPoint(x, y)
        raise AssertionError("the canvas is full")

    def click(self, at: QPoint, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        """Press and release."""
        QTest.mouseMove(self.view, at)
        QTest.mouseClick(self.view, button, modifiers, at)

    def double_click(self, at: QPoint) -> None:
        """Click, and click again at once."""
        self.click(at)
        QTest.mouseDClick(self.view, LEFT, NONE, at)
        QTest.mouseRelease(self.view, LEFT, NONE, at)

    def drag(
        self,
        start: QPoint,
        end: QPoint,
        modifiers: Qt.KeyboardModifier = NONE,
        button: Qt.MouseButton = LEFT,
        *,
        over: Qt.KeyboardModifier | None = None,
        release: bool = True,
    ) -> None:
        """Press, move in steps, release; `over` are the modifiers while moving, if others."""
        held = modifiers if over is None else over
        QTest.mousePress(self.view, button, modifiers, start)
        for step in range(1, 9):
            self.move(start + (end - start) * step / 8, held, button)
        if release:
            QTest.mouseRelease(self.view, button, held, end)

    def move(
        self, at: QPoint, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton | None = None
    ) -> None:
        """Move the mouse, a button held or not."""
        buttons = button or Qt.MouseButton.NoButton
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(at),
            QPointF(self.view.mapToGlobal(at)),
            Qt.MouseButton.NoButton,
            buttons,
            modifiers,
        )
        QApplication.sendEvent(self.view, event)

    def wheel(
        self, at: QPoint, notches: float, modifiers: Qt.KeyboardModifier = NONE, pixels: QPoint | None = None
    ) -> None:
        """Turn the wheel, or stroke a touchpad by pixels."""
        event = QWheelEvent(
            QPointF(at),
            QPointF(self.view.mapToGlobal(at)),
            pixels or QPoint(),
            QPoint(0, round(120 * notches)) if pixels is None else pixels * 2,
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase if pixels is None else Qt.ScrollPhase.ScrollUpdate,
            False,
        )
        QApplication.sendEvent(self.view, event)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press and release a key on the canvas."""
        QTest.keyClick(self.view, key, modifiers)

    def picture(self) -> QImage:
        """What the canvas shows."""
        return self.view.grab().toImage()

    def close(self) -> None:
        """Put it away."""
        self.view.close()
        self.view.deleteLater()
        self.editor.shut_down()
