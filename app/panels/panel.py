"""What panels about the document in front share: they follow it, and draw only while they are seen."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.state import EditorState, Level, Session
from engine.analysis import Analysis
from engine.graph import Changes


class SessionPanel(QWidget):
    """A panel about the document in front. `refresh` shows it; news while the panel is hidden waits."""

    def __init__(self, editor: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.session: Session | None = None
        self._stale = True
        editor.current_changed.connect(self._follow)

    def refresh(self) -> None:
        """Show the document as it is now."""
        raise NotImplementedError

    def begin(self) -> None:
        """Follow the document in front; called once the panel is built."""
        self._follow(self.editor.current)

    def renew(self) -> None:
        """Refresh now if the panel is seen, else when it shows."""
        if self.isVisible():
            self._stale = False
            self.refresh()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.refresh()

    def document_changed(self, changes: Changes) -> None:
        """The document changed; what needs the analysis waits for `analysed`."""
        if not changes.structural:
            self.renew()

    def analysed(self, analysis: Analysis) -> None:  # noqa: ARG002 - others look at it
        """Shapes, costs and diagnostics are new."""
        self.renew()

    def selection_changed(self, ids: tuple[str, ...]) -> None:
        """Other nodes are selected."""

    def level_changed(self, level: Level) -> None:
        """Another graph of the document is shown."""

    def session_changed(self) -> None:
        """Another document is in front."""
        self.renew()

    def _follow(self, session: Session | None) -> None:
        if session is self.session and session is not None:
            return
        if self.session is not None:
            self.session.level_changed.disconnect(self.level_changed)
            self.session.changed.disconnect(self.document_changed)
            self.session.analysed.disconnect(self.analysed)
            self.session.selection_changed.disconnect(self.selection_changed)
        self.session = session
        if session is not None:
            session.level_changed.connect(self.level_changed)
            session.changed.connect(self.document_changed)
            session.analysed.connect(self.analysed)
            session.selection_changed.connect(self.selection_changed)
        self.session_changed()
