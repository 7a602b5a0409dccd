"""The stage: all that gestures, commands and painters share about one canvas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QPointF, QSizeF, Signal
from PySide6.QtGui import QPainter

from app.canvas import hits
from app.canvas.boxes import Box
from app.canvas.camera import Camera, ViewState
from app.canvas.hits import Hit, PortRef
from app.canvas.look import Look
from app.canvas.painting import Frame, Shot, paint_scene
from app.canvas.scene import Scene
from app.settings import library
from app.state import EditorState, Session
from app.state.placing import placed
from engine.catalog import NodeKind
from engine.errors import NeuroloomError
from engine.graph import Edge, Edit

_READ_ONLY: Final = "This document was written by a newer Neuroloom: it can be looked at, not changed."


class SearchRequest(msgspec.Struct, frozen=True):
    """A wish to add a node at a scene point, wired to a port or put into a wire."""

    at: tuple[float, float]
    port: PortRef | None = None
    wire: Edge | None = None


class Stage(QObject):
    """One canvas without its widget.

    Signals:
        repaint_wanted(): the scene or what lies over it looks different.
        camera_changed(): another part of the scene is shown.
        hint_changed(str): what the present gesture can do.
        search_wanted(SearchRequest), rename_wanted(str), parameter_wanted(str), menu_wanted(QPointF): the user
            asked for a search, a new name, a node's parameters, the context menu.
        bridge_wanted(Edge, QPointF): a wire that does not fit was drawn.
    """

    repaint_wanted = Signal()
    camera_changed = Signal()
    hint_changed = Signal(str)
    search_wanted = Signal(object)
    rename_wanted = Signal(str)
    parameter_wanted = Signal(str)
    menu_wanted = Signal(object)
    bridge_wanted = Signal(object, object)

    def __init__(self, editor: EditorState, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.editor, self.session = editor, session
        self.look, self.camera = Look(), Camera()
        self.frame = Frame(self._paint)
        self.scene = Scene(session, self.look, self._damage)
        self.held: set[int] = set()  # keys that change what the mouse does, while they are down
        self.cursor = QPointF()
        self.hovered = ""
        self.recents: list[str] = []
        self.chosen: tuple[Edge, ...] = ()
        self.applying = False

    def apply(self, edit: Edit | None, title: str) -> bool:
        """Do an edit of the shown graph as one step; whether it was done. A refusal is shown, never raised."""
        return self.change(placed(edit, self.session.graph_name) if edit is not None else None, title)

    def change(self, edit: Edit | None, title: str) -> bool:
        """Do an edit that names its graphs as one step, as `apply`."""
        if edit is None:
            return False
        if self.session.read_only:
            self.editor.notify("info", _READ_ONLY)
            return False
        self.applying = True
        try:
            self.session.apply(edit, title)
        except NeuroloomError as error:
            self.editor.notify("error", str(error))
            return False
        finally:
            self.applying = False
        return True

    def hit(self, point: QPointF) -> Hit:
        """What lies under a widget point."""
        return hits.find(self.scene, self.camera, point)

    def kind(self, id: str) -> type[NodeKind] | None:
        """The kind of an id: of the document, or a block of the library."""
        block = library.find(id)
        return block.kind if block is not None else self.session.catalog.get(id)

    def cursor_in_scene(self) -> tuple[float, float]:
        """The scene point under the mouse."""
        return self.camera.to_scene(self.cursor)

    def hover(self, id: str) -> None:
        """Show another node as the one under the mouse."""
        for changed in {self.hovered, id} - {""}:
            view = self.scene.nodes.get(changed)
            if view is not None and self.hovered != id:
                self._damage(view.bounds)
        self.hovered = id

    def choose_wires(self, edges: Iterable[Edge]) -> None:
        """Show these wires as selected, those that are there."""
        chosen = tuple(edge for edge in dict.fromkeys(edges) if edge in self.scene.wires)
        if chosen != self.chosen:
            self.chosen = chosen
            self.repaint_wanted.emit()

    def pan(self, x: float, y: float) -> None:
        """Shift what is shown by widget units."""
        before = self.camera.dx, self.camera.dy
        self.camera.pan(x, y)
        self.frame.shift(self.camera.dx - before[0], self.camera.dy - before[1])
        self._camera_moved()

    def zoom(self, factor: float, at: QPointF) -> None:
        """Scale what is shown around a widget point."""
        self.camera.zoom(factor, at)
        self._all_changed()

    def zoom_to(self, scale: float) -> None:
        """Show at a scale, the middle staying where it is."""
        self.camera.zoom_to(scale, QPointF(self.camera.size.width() / 2, self.camera.size.height() / 2))
        self._all_changed()

    def fit(self, box: Box | None) -> None:
        """Show a scene box, if there is one."""
        if box is not None:
            self.camera.fit(box)
            self._all_changed()

    def restore(self, state: ViewState) -> None:
        """Show what was shown."""
        self.camera.restore(state)
        self._all_changed()

    def resize(self, size: QSizeF, ratio: float) -> None:
        """The widget has another size."""
        self.look.ratio = ratio
        self.camera.resize(size, ratio)
        self.frame.resize(size, ratio)
        self.camera_changed.emit()

    def restyle(self) -> None:
        """The theme changed."""
        self.look.forget()
        self.scene.forget_look()

    def shot(self, painter: QPainter, view: Box) -> Shot:
        """What a painter is to paint of a widget box."""
        box = self.camera.box_to_scene(view)
        return Shot(painter, self.scene, self.camera, self.look, box, self.hovered)

    def _paint(self, painter: QPainter, view: Box) -> None:
        paint_scene(self.shot(painter, view))

    def _damage(self, box: Box | None) -> None:
        if box is None:
            self.frame.damage_all()
        else:
            self.frame.damage(self.camera.box_to_view(box))
        self.repaint_wanted.emit()

    def _all_changed(self) -> None:
        self.frame.damage_all()
        self._camera_moved()

    def _camera_moved(self) -> None:
        self.camera_changed.emit()
        self.repaint_wanted.emit()
