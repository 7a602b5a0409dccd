"""Levels on the canvas: what each showed last, and the path of breadcrumbs to the one that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.canvas.camera import ViewState
from app.canvas.crumbs import Crumbs
from app.canvas.stage import Stage
from app.canvas.unrolled_view import UnrolledView
from app.state import TOP, Level
from engine.graph import Changes

if TYPE_CHECKING:
    from app.canvas.view import CanvasView


class Levels:
    """Turns the canvas to the level that the session shows."""

    def __init__(self, stage: Stage, view: CanvasView) -> None:
        self._stage, self._view = stage, view
        self._level = stage.session.level
        self._graph = stage.session.graph
        self._views: dict[Level, ViewState] = {}
        self.crumbs = Crumbs(stage, view)
        self.unrolled: UnrolledView | None = None
        stage.session.changed.connect(self._renamed)

    def follow(self) -> bool:
        """The session shows another level; whether that is another graph too."""
        session = self._stage.session
        before, self._level = self._level, session.level
        self.roll_up()
        self.crumbs.renew()
        if session.graph is self._graph and before.root == session.level.root and _alike(before, session.level):
            return False
        self._views[before] = self._view.view_state()
        self._graph = session.graph
        self._stage.scene.restart()
        seen = self._views.get(session.level)
        if seen is not None:
            self._stage.restore(seen)
        else:
            self._view.fit_all()
        return True

    def of_main(self) -> ViewState:
        """What is shown of the main graph, or was last."""
        here = self._view.view_state()
        return here if self._level == TOP else self._views.get(TOP, here)

    def toggle_unrolled(self) -> None:
        """Show the recurrent group over time, or the cell again."""
        if self.unrolled is not None:
            self.roll_up()
            return
        session = self._stage.session
        session.select(())
        widest = max((view.width for view in self._stage.scene.nodes.values()), default=0.0)
        self.unrolled = UnrolledView(session, widest, self._view)
        self.unrolled.closed.connect(self.roll_up)
        self.lie()
        self.unrolled.show()
        self.crumbs.raise_()
        self.unrolled.setFocus(Qt.FocusReason.OtherFocusReason)

    def roll_up(self) -> None:
        """Show the cell again."""
        view, self.unrolled = self.unrolled, None
        if view is not None:
            view.hide()
            view.deleteLater()
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_path(self) -> None:
        """Put the keyboard on the breadcrumbs."""
        self.crumbs.take_keyboard()

    def lie(self) -> None:
        """The canvas has another size."""
        if self.unrolled is not None:
            self.unrolled.setGeometry(self._view.rect())
        self.crumbs.lie()

    def _renamed(self, changes: Changes) -> None:
        if changes.meta or any(step.blocks for step in changes.flat()):
            self.crumbs.renew()


def _alike(one: Level, other: Level) -> bool:
    """Whether two levels may be the same under other names."""
    return len(one.way) == len(other.way)
