"""The inspector's page about the document: title, notes, totals."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from app.forms import Section
from app.panels import figures
from app.panels.note import NoteEdit
from app.panels.parts import Facts, column, label
from app.state import EditorState, Session
from app.theme import theme, tip
from engine.graph import SetMeta


class DocumentPage(QWidget):
    """Shown where nothing is selected."""

    def __init__(self, editor: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._session: Session | None = None
        self.title = QLineEdit()
        self.title.setPlaceholderText("Title of the document")
        self.title.setAccessibleName("Title of the document")
        self.title.setToolTip(tip("What the document is called; free text."))
        self.title.setFont(theme.font(scale=1.1, bold=True))
        self.notes = NoteEdit("Notes about the whole", lines=6)
        self.totals = Facts()
        totals, notes = Section("In total"), Section("Notes")
        totals.add(self.totals)
        notes.add(self.notes)
        whole = column(self)
        for part in (self.title, totals, notes):
            whole.addWidget(part)
        hint = "Select a node to see and set its parameters."
        whole.addWidget(label(hint, muted=True, wrap=True))
        whole.addStretch(1)
        self.title.editingFinished.connect(self._take_title)
        self.notes.given.connect(self._take_notes)

    def show_document(self, session: Session) -> None:
        """Show a document as it is now."""
        fresh = session is not self._session
        self._session = session
        if fresh or not (self.title.hasFocus() and self.title.isModified()):
            self.title.setText(session.document.title)
            self.title.setCursorPosition(0)  # else a long one shows its end
        self.notes.show_text(session.document.notes, fresh=fresh)
        self._show_totals(session)
        self.setEnabled(not session.read_only)

    def _show_totals(self, session: Session) -> None:
        analysis = session.analysis
        self.totals.show_facts(
            [
                ("Nodes", figures.count(len(session.graph)), "Nodes of the graph on the canvas."),
                ("Parameters", figures.count(analysis.parameters), "Numbers that are learnt."),
                ("Operations", figures.flops(analysis.flops), "For one sample; a multiply-add counts two."),
                ("Memory", figures.memory(analysis.memory), "Bytes of all outputs for one sample."),
            ]
        )

    def _take_title(self) -> None:
        if self._session is not None and self.title.text() != self._session.document.title:
            self.title.setModified(False)
            self._session.apply(SetMeta(title=self.title.text()), "Set title")

    def _take_notes(self, text: str) -> None:
        if self._session is not None:
            self._session.apply(SetMeta(notes=text), "Set notes")
