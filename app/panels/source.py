"""The source panel: the document as the Python that it is."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QGuiApplication, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from app.panels.panel import SessionPanel
from app.panels.parts import icon_button, label
from app.panels.python_colours import PythonColours, lines_of
from app.state import EditorState, Session
from app.theme import theme
from engine.errors import BuildError
from engine.source import python_source

DELAY_MS = 100


class SourcePanel(SessionPanel):
    """The source of the document in front, printed shortly after each edit; lines of selected nodes stand out."""

    def __init__(self, editor: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(editor, parent)
        self.setAccessibleName("Python source")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("Python source of the document")
        self.text.setObjectName("source")
        self._colours = PythonColours(self.text.document())
        self.fault = label(wrap=True)
        self.fault.setContentsMargins(12, 8, 12, 4)
        self.copy = icon_button("content-copy", "Copy the source", self._copy)
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(super().renew)
        theme.changed.connect(self._dress)
        self._lay_out()
        self._dress()
        self.begin()

    def renew(self) -> None:
        """Print soon: what changes many times at once is printed once."""
        self._timer.start()

    def refresh(self) -> None:
        """Print the document."""
        printed, fault = printed_source(self.session) if self.session else ("", "No document is open.")
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
        self.copy.setEnabled(not fault)
        self.text.setVisible(not fault or bool(self.text.toPlainText()))
        self.text.setEnabled(not fault)
        if not fault and printed != self.text.toPlainText():
            self._show(printed)
        self._highlight()

    def selection_changed(self, ids: tuple[str, ...]) -> None:  # noqa: ARG002 - the session has them
        if self.isVisible():
            self._highlight()

    def session_changed(self) -> None:
        self.text.clear()
        super().session_changed()

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(0, 0, 6, 0)
        tools.addWidget(self.fault, 1)
        tools.addStretch(0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(tools)
        whole.addWidget(self.text, 1)
        whole.addStretch(0)
        self.copy.setParent(self)
        self.copy.show()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.copy.resize(self.copy.sizeHint())
        self.copy.move(self.width() - self.copy.width() - 16, 6)
        self.copy.raise_()

    def _show(self, printed: str) -> None:
        down, across = self.text.verticalScrollBar().value(), self.text.horizontalScrollBar().value()
        self._colours.prepare(printed)
        self.text.setPlainText(printed)
        self.text.verticalScrollBar().setValue(down)
        self.text.horizontalScrollBar().setValue(across)

    def _highlight(self) -> None:
        wanted = frozenset(self.session.selection) if self.session else frozenset()
        marks = []
        for number in lines_of(self.text.toPlainText(), wanted):
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.text.document().findBlockByNumber(number))
            mark.format = _line_format(theme.color("selection"))
            marks.append(mark)
        self.text.setExtraSelections(marks)
        if marks and not self.text.hasFocus():
            self.text.setTextCursor(marks[0].cursor)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.editor.notify("success", "The source is in the clipboard.")

    def _dress(self) -> None:
        self.text.setFont(theme.mono())
        self._colours.read_theme()
        self._highlight()


def printed_source(session: Session) -> tuple[str, str]:
    """The source of a session's document, or why there is none."""
    try:
        return python_source(session.document, session.catalog, session.analysis), ""
    except BuildError as error:
        return "", f"There is no source while the graph cannot be built. {error}"


def _line_format(colour: QColor) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setBackground(colour)
    made.setProperty(QTextFormat.Property.FullWidthSelection, True)
    return made
