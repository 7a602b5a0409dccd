"""The canvas: the widget on which a graph is drawn and edited."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from app.canvas import keys
from app.canvas.boxes import contains, union
from app.canvas.camera import ViewState
from app.canvas.commands import arranging, editing, selecting
from app.canvas.commands.arranging import Axis, EdgeName
from app.canvas.commands.blocks import Blocks
from app.canvas.drops import Drops
from app.canvas.glide import Glide
from app.canvas.hand import Hand
from app.canvas.hits import PortRef
from app.canvas.levels import Levels
from app.canvas.live import Live
from app.canvas.menus import bridge_menu, menu_for
from app.canvas.painting import highlight, welcome
from app.canvas.popup import Choice, Popup
from app.canvas.popup.kinds import hint_for, kinds_for
from app.canvas.popup.nodes import nodes_for
from app.canvas.rename import RenameField
from app.canvas.stage import SearchRequest, Stage
from app.canvas.tips import tip_for
from app.canvas.wheel import PointerKind, steer
from app.state import EditorState, Session
from app.theme import theme
from engine.graph import Changes

ZOOM_STEP = 1.25
DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.DragLeave, QEvent.Type.Drop)


class CanvasView(QWidget):
    """The node editor of one document.

    `pointing` says what the wheel does: "mouse" zooms, "touchpad" pans, "auto" tells them apart.

    Signals:
        edit_parameter_requested(str): the parameters of a node are wanted.
        hint_changed(str): what the present gesture can do, for the status bar.
        view_changed(): another part of the graph is shown.
    """

    edit_parameter_requested = Signal(str)
    hint_changed = Signal(str)
    view_changed = Signal()

    def __init__(self, editor: EditorState, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pointing: PointerKind = "auto"
        self.stage = Stage(editor, session, self)
        self.hand = Hand(self.stage, self)
        self.live = Live(self.stage, self)
        self.levels = Levels(self.stage, self)
        self.blocks = Blocks(self.stage)
        self.popup = Popup(self)
        self.rename_field: RenameField | None = None
        self._drops = Drops(self.stage)
        self._glide = Glide(self.stage.scene, self)
        self._request = SearchRequest((0.0, 0.0))
        self._fit_when_shown = True
        self._fitted: ViewState | None = None
        self._set_up()
        self._connect()

    def fit_all(self) -> None:
        """Show the whole graph."""
        bounds = self.stage.scene.bounds
        self.stage.fit(bounds)
        self._fitted = self.view_state() if bounds is not None else None

    def fit_selection(self) -> None:
        """Show the selection, or the whole graph where nothing is selected."""
        self.stage.fit(union(view.extent for view in self.stage.scene.selected) or self.stage.scene.bounds)

    def zoom_to(self, scale: float) -> None:
        """Show at a scale; 1.0 is actual size."""
        self.stage.zoom_to(scale)

    def zoom_in(self) -> None:
        """Show larger."""
        self.stage.zoom_to(self.stage.camera.scale * ZOOM_STEP)

    def zoom_out(self) -> None:
        """Show more."""
        self.stage.zoom_to(self.stage.camera.scale / ZOOM_STEP)

    def zoom_reset(self) -> None:
        """Show at actual size."""
        self.stage.zoom_to(1.0)

    def view_state(self) -> ViewState:
        """What is shown, to come back to."""
        return self.stage.camera.state()

    def restore_view(self, state: ViewState) -> None:
        """Show what was shown."""
        self._fit_when_shown = False
        self.stage.restore(state)

    def reveal(self, node_id: str) -> None:
        """Select a node and bring it to the middle."""
        view = self.stage.scene.nodes.get(node_id)
        if view is not None:
            self.stage.session.select([node_id])
            self.stage.restore(ViewState(max(self.stage.camera.scale, 0.8), *view.centre()))

    def select_all(self) -> None:
        """Select every node."""
        selecting.select_all(self.stage)

    def delete_selection(self) -> None:
        """Delete the selected nodes."""
        editing.delete_selection(self.stage)

    def delete_and_heal(self) -> None:
        """Delete the selected nodes and wire their neighbours."""
        editing.delete_and_heal(self.stage)

    def copy(self) -> None:
        """Copy the selected nodes."""
        editing.copy(self.stage)

    def cut(self) -> None:
        """Cut the selected nodes."""
        editing.cut(self.stage)

    def paste(self) -> None:
        """Paste at the mouse, or in the middle where it is elsewhere."""
        inside = self.rect().contains(self.stage.cursor.toPoint()) and self.underMouse()
        editing.paste(self.stage, self.stage.cursor_in_scene() if inside else self._middle())

    def duplicate(self) -> None:
        """Duplicate the selected nodes."""
        editing.duplicate(self.stage)

    def connect_selected(self) -> None:
        """Wire the selected nodes from left to right."""
        editing.connect_selected(self.stage)

    def align(self, edge: EdgeName) -> None:
        """Put one edge of the selected nodes on a line."""
        arranging.align(self.stage, edge)

    def distribute(self, axis: Axis) -> None:
        """Make the gaps between the selected nodes equal."""
        arranging.distribute(self.stage, axis)

    def straighten(self) -> None:
        """Straighten the wires into the selected nodes."""
        arranging.straighten(self.stage)

    def auto_layout(self) -> None:
        """Lay out the selection, or all."""
        self._glide.arrive()
        self._glide.run(arranging.auto_layout(self.stage))

    def rename_selected(self) -> None:
        """Edit the name of the node selected last."""
        if self.stage.session.selection:
            self._rename(self.stage.session.selection[-1])

    def edit_parameter(self) -> None:
        """Ask for the parameters of the node selected last."""
        if self.stage.session.selection:
            self.edit_parameter_requested.emit(self.stage.session.selection[-1])

    def open_search(self, scene_pos: tuple[float, float] | None = None) -> None:
        """Search for a kind to add at a scene point, by default at the mouse."""
        inside = self.rect().contains(self.stage.cursor.toPoint())
        at = scene_pos or (self.stage.cursor_in_scene() if inside else self._middle())
        self.ask(SearchRequest(at))

    def open_find(self) -> None:
        """Find a node of the document."""
        at = QPoint(round(self.width() / 2 - self.popup.width() / 2), 24)
        self.popup.open(nodes_for(self.stage), at, "Find a node…")

    def ask(self, request: SearchRequest) -> None:
        """Search for a kind to add where a request wants it."""
        self._request = request
        at = self.stage.camera.to_view(*request.at).toPoint()
        self.popup.open(kinds_for(self.stage, request), at, hint_for(request))

    def show_node(self, id: str) -> None:
        """Bring a node into view where it is not."""
        view = self.stage.scene.nodes.get(id)
        if view is not None and not contains(self.stage.camera.visible, view.box):
            self.stage.restore(ViewState(self.stage.camera.scale, *view.centre()))

    def open_menu(self, at: QPointF) -> None:
        """Open the context menu of what lies under a widget point."""
        self._pop_up(menu_for(self, self.stage.hit(at), self.stage.camera.to_scene(at)), at)

    def add_kind(
        self,
        kind_id: str,
        params: dict[str, Any] | None = None,
        scene_pos: tuple[float, float] | None = None,
        from_port: PortRef | None = None,
    ) -> str:
        """Add a node; returns its id, empty where the kind is unknown or the document refuses.

        Without a place it comes to the middle, or beside the only selected node and wired to it.
        """
        kind = self.stage.kind(kind_id)
        if kind is None:
            return ""
        port = from_port
        if scene_pos is None and port is None and kind.inputs:
            port = editing.port_after_selection(self.stage)
        if scene_pos is None and port is not None:
            view = self.stage.scene.nodes[port.node]
            scene_pos = view.x + view.width + 84, view.y + view.height / 2
        id = editing.add(self.stage, kind, params or {}, SearchRequest(scene_pos or self._middle(), port))
        if scene_pos is None or port is not None:
            self.show_node(id)
        return id

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._follow_ratio()
        self.stage.scene.refresh()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self.stage.frame.picture())
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        if not len(self.stage.session.graph):
            welcome.paint(painter, self.stage.look, QSizeF(self.size()))
        for edge in self.stage.chosen:
            highlight.paint_wire(self.stage, painter, edge)
        self._drops.paint(painter)
        self.hand.paint(painter)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        fitted = self._fitted == self.view_state() if self._fitted is not None else self._fit_when_shown
        self.stage.resize(QSizeF(self.size()), self.devicePixelRatioF())
        self.levels.lie()
        if fitted and self.width() > 50:
            self.fit_all()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._fit_when_shown = False
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._glide.arrive()
        self.hand.press(event)
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.hand.press(event, double=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hand.move(event)
        self._show_cursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.hand.release(event)
        self._show_cursor()

    def leaveEvent(self, _event: QEvent) -> None:
        self.hand.rest()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._fit_when_shown = False
        steer(self.stage, event, self.pointing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not keys.press(self, event):
            super().keyPressEvent(event)
        self._show_cursor()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        keys.release(self, event)
        self._show_cursor()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.stage.held.clear()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        if event.type() in DRAGS:
            if self._drops.handle(event):
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.stage.zoom(1.0 + event.value(), event.position())
            return True
        return super().event(event)

    def _set_up(self) -> None:
        self.setAccessibleName("Canvas")
        self.setAccessibleDescription("The network as nodes and wires. Arrow keys walk along the wires.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setMinimumSize(120, 90)

    def _connect(self) -> None:
        stage, session = self.stage, self.stage.session
        session.level_changed.connect(lambda _level: self._level_changed())
        session.changed.connect(self._document_changed)
        session.analysed.connect(self._analysed)
        session.selection_changed.connect(self._selection_changed)
        theme.changed.connect(stage.restyle)
        stage.repaint_wanted.connect(self.update)
        stage.camera_changed.connect(self.view_changed)
        stage.hint_changed.connect(self.hint_changed)
        stage.search_wanted.connect(self.ask)
        stage.rename_wanted.connect(self._rename)
        stage.parameter_wanted.connect(self.edit_parameter_requested)
        stage.menu_wanted.connect(self.open_menu)
        stage.bridge_wanted.connect(lambda edge, at: self._pop_up(bridge_menu(self, edge), at))
        self.popup.chosen.connect(self._chosen)

    def _document_changed(self, changes: Changes) -> None:
        self.stage.scene.follow(changes)
        self.stage.choose_wires(self.stage.chosen)
        if not self.stage.applying:
            self._glide.arrive()
        self.hand.document_changed()
        self.update()

    def _level_changed(self) -> None:
        self._glide.arrive()
        self.popup.close_up()
        if self.rename_field is not None:
            self.rename_field.close_up()
        self.hand.cancel()
        self.hand.rest()
        self.stage.choose_wires(())
        if self.levels.follow():
            self._fitted, self._fit_when_shown = None, not self.isVisible()
        self.live.refresh()
        self.update()

    def _show_cursor(self) -> None:
        shape = self.hand.cursor()
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def _analysed(self, _analysis: object) -> None:
        self.update()

    def _selection_changed(self, ids: tuple[str, ...]) -> None:
        self.stage.scene.select(ids)
        if ids:
            self.stage.choose_wires(())

    def _chosen(self, choice: Choice) -> None:
        if isinstance(choice.payload, str):
            self.reveal(choice.payload)
        else:
            editing.add(self.stage, choice.payload.kind, choice.payload.params, self._request)

    def _pop_up(self, menu: QMenu, at: QPointF) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(at.toPoint()))

    def _rename(self, id: str) -> None:
        if self.rename_field is not None:
            self.rename_field.close_up()
        self.show_node(id)
        self.rename_field = RenameField(self.stage, id, self)
        self.rename_field.destroyed.connect(self._forget_field)

    def _forget_field(self) -> None:
        self.rename_field = None

    def _show_tip(self, event: QHelpEvent) -> None:
        text = "" if self.hand.gesture is not None else tip_for(self.stage, self.stage.hit(QPointF(event.pos())))
        if text:
            QToolTip.showText(event.globalPos(), text, self)
        else:
            QToolTip.hideText()

    def _follow_ratio(self) -> None:
        if self.stage.camera.ratio != self.devicePixelRatioF():
            self.stage.resize(QSizeF(self.size()), self.devicePixelRatioF())

    def _middle(self) -> tuple[float, float]:
        return self.stage.camera.to_scene(QPointF(self.width() / 2, self.height() / 2))
