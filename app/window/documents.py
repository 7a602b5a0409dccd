"""The middle of the window: a canvas for each open document in tabs, or the welcome page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QStackedLayout, QTabBar, QTabWidget, QToolButton, QVBoxLayout, QWidget

from app.state import EditorState, Session
from app.theme import theme, tip
from app.window.question import QuestionBar


class Documents(QWidget):
    """Follows the editor's open documents.

    Signals:
        close_wanted(Session): the user wants to close a document.
        closing(Session): a document is closed; its canvas is still there.
    """

    close_wanted = Signal(object)
    closing = Signal(object)

    def __init__(
        self, editor: EditorState, make_canvas: Callable[[Session], QWidget], make_welcome: Callable[[], QWidget]
    ) -> None:
        super().__init__()
        self._editor, self._make_canvas, self._make_welcome = editor, make_canvas, make_welcome
        self._welcome: QWidget | None = None
        self.question = QuestionBar()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setMovable(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.tabs.setUsesScrollButtons(True)
        bar = _TabBar()
        bar.close_wanted.connect(self._close_at)
        self.tabs.setTabBar(bar)
        self.tabs.currentChanged.connect(self._tab_chosen)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.tabs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.question)
        column.addLayout(self._pages)
        self._canvases: dict[Session, QWidget] = {}
        editor.session_added.connect(self._add)
        editor.session_removed.connect(self._remove)
        editor.current_changed.connect(self._show)
        for session in editor.sessions:
            self._add(session)
        self._show(editor.current)

    @property
    def canvas(self) -> QWidget | None:
        """The canvas in front."""
        current = self._editor.current
        return self._canvases.get(current) if current is not None else None

    def canvas_of(self, session: Session) -> QWidget | None:
        """The canvas of a document."""
        return self._canvases.get(session)

    def session_at(self, index: int) -> Session | None:
        """The document of a tab."""
        page = self.tabs.widget(index)
        return next((session for session, canvas in self._canvases.items() if canvas is page), None)

    def step(self, by: int) -> None:
        """Bring a neighbour to the front."""
        count = self.tabs.count()
        if count:
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % count)

    def _add(self, session: Session) -> None:
        canvas = self._make_canvas(session)
        self._canvases[session] = canvas
        index = self.tabs.addTab(canvas, "")
        self._add_close_button(index, canvas)
        session.file_changed.connect(partial(self._name, session))
        session.history_changed.connect(partial(self._name, session))
        self._name(session)

    def _add_close_button(self, index: int, canvas: QWidget) -> None:
        button = QToolButton()
        button.setIcon(theme.icon("close", "muted"))
        button.setIconSize(QSize(13, 13))
        button.setToolTip(tip("Close", shortcut="Ctrl+W"))
        button.setAccessibleName("Close document")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._close_at(self.tabs.indexOf(canvas)))
        self.tabs.tabBar().setTabButton(index, QTabBar.ButtonPosition.RightSide, button)

    def _remove(self, session: Session) -> None:
        self.closing.emit(session)
        canvas = self._canvases.pop(session)
        self.tabs.removeTab(self.tabs.indexOf(canvas))
        canvas.deleteLater()
        self._show(self._editor.current)

    def _show(self, session: Session | None) -> None:
        if session is None:
            if self._welcome is None:
                self._welcome = self._make_welcome()
                self._pages.addWidget(self._welcome)
            self._pages.setCurrentWidget(self._welcome)
            return
        canvas = self._canvases.get(session)
        if canvas is not None:
            self._pages.setCurrentWidget(self.tabs)
            self.tabs.setCurrentWidget(canvas)
            canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _name(self, session: Session) -> None:
        if session not in self._canvases:
            return
        index = self.tabs.indexOf(self._canvases[session])
        mark = " •" if session.history.modified else ""
        self.tabs.setTabText(index, session.title.replace("&", "&&") + mark)
        where = str(session.path) if session.path else "Not saved yet"
        state = "modified" if mark else ""
        self.tabs.setTabToolTip(index, tip(where, state))

    def _tab_chosen(self, index: int) -> None:
        session = self.session_at(index)
        if session is not None:
            self._editor.set_current(session)

    def _close_at(self, index: int) -> None:
        session = self.session_at(index)
        if session is not None:
            self.close_wanted.emit(session)


class _TabBar(QTabBar):
    """Tabs that a middle click closes."""

    close_wanted = Signal(int)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.tabAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton and index >= 0:
            self.close_wanted.emit(index)
            return
        super().mouseReleaseEvent(event)
