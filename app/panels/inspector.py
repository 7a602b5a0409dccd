"""The inspector: what is selected, and everything about it that can be set."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.panels.block_page import BlockPage
from app.panels.document_page import DocumentPage
from app.panels.node_page import NodePage
from app.panels.nodes_page import NodesPage
from app.panels.panel import SessionPanel
from app.panels.parts import MARGIN, label, scrolling
from app.state import TOP, EditorState, Level


class InspectorPanel(SessionPanel):
    """Shows one node, what several nodes share, or the document, or block, where nothing is selected."""

    def __init__(self, editor: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(editor, parent)
        self.setAccessibleName("Inspector")
        self.node, self.nodes, self.document = NodePage(editor), NodesPage(editor), DocumentPage(editor)
        self.block = BlockPage(editor)
        self._pages = QStackedWidget(self)
        self._empty = label("No document is open.", muted=True)
        self._empty.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._areas = {page: scrolling(page) for page in (self.node, self.nodes, self.document, self.block)}
        for area in self._areas.values():
            self._pages.addWidget(area)
        self._pages.addWidget(self._empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)
        self.setMinimumWidth(260)
        editor.runs.frames_arrived.connect(lambda _: self._live())
        editor.runs.shown_changed.connect(self._live)
        self.begin()

    def refresh(self) -> None:
        """Show what is selected."""
        session = self.session
        if session is None:
            self._pages.setCurrentWidget(self._empty)
        elif len(session.selection) == 1:
            self.node.show_node(session, session.selection[0])
            self._turn_to(self.node)
        elif session.selection:
            self.nodes.show_nodes(session, session.selection)
            self._turn_to(self.nodes)
        elif session.level != TOP:
            self.block.show_block(session)
            self._turn_to(self.block)
        else:
            self.document.show_document(session)
            self._turn_to(self.document)

    def selection_changed(self, ids: tuple[str, ...]) -> None:  # noqa: ARG002 - the session has them
        self.renew()

    def level_changed(self, level: Level) -> None:  # noqa: ARG002 - the session has it
        self.renew()

    def edit_first(self) -> None:
        """Put the keyboard into the first parameter."""
        if self.session is not None and self.session.selection:
            page = self.node if len(self.session.selection) == 1 else self.nodes
            page.form.focus()

    def _turn_to(self, page: NodePage | NodesPage | DocumentPage | BlockPage) -> None:
        self._pages.setCurrentWidget(self._areas[page])

    def _live(self) -> None:
        if self.session is not None and len(self.session.selection) == 1 and self.isVisible():
            self.node.show_live(self.session, self.session.selection[0])
