"""The problems panel: everything wrong or doubtful in the document, with the way out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.panels.panel import SessionPanel
from app.panels.parts import clear, label, scrolling
from app.panels.problem_row import ProblemRow
from app.state import EditorState, Level
from engine.analysis import Analysis, Diagnostic, Fix
from engine.errors import EditError

MOST = 200
ORDER = {"error": 0, "warning": 1, "hint": 2}


class ProblemsPanel(SessionPanel):
    """Diagnostics, the worst first.

    Signals:
        node_activated(str): show this node.
        count_changed(int, int): errors and warnings there are.
    """

    node_activated = Signal(str)
    count_changed = Signal(int, int)

    def __init__(self, editor: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(editor, parent)
        self.setAccessibleName("Problems")
        self.rows: list[ProblemRow] = []
        self._shown: tuple[tuple[Diagnostic, ...], str] | None = None
        self._counts = (-1, -1)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(12, 8, 12, 8)
        self._list.setSpacing(2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(inside))
        self.begin()

    def refresh(self) -> None:
        """Show the diagnostics."""
        analysis = self.session.analysis if self.session else None
        found = tuple(sorted(analysis.diagnostics, key=lambda d: ORDER[d.severity])) if analysis else ()
        well = "" if found else self._all_well()
        if (found, well) == self._shown:
            return
        self._shown = found, well
        clear(self._list)
        self.rows = [self._row(diagnostic) for diagnostic in found[:MOST]]
        for row in self.rows:
            self._list.addWidget(row)
        self._say(found, well)
        self._list.addStretch(1)

    def session_changed(self) -> None:
        self._shown = None
        self._count()
        self.renew()

    def analysed(self, analysis: Analysis) -> None:
        self._count()
        super().analysed(analysis)

    def _say(self, found: tuple[Diagnostic, ...], well: str) -> None:
        if len(found) > MOST:
            self._list.addWidget(label(f"and {len(found) - MOST:,} more", muted=True))
        elif well:
            self._list.addWidget(label(well, muted=True))

    def _all_well(self) -> str:
        if self.session is None:
            return "No document is open."
        if not len(self.session.graph):
            return "Nothing is drawn yet."
        reports = self.session.analysis.nodes.values()
        if not any(report.kind is not None and report.kind.role == "loss" for report in reports):
            return "No problems so far. A loss is needed to train."
        return "No problems: this document can be trained."

    def _row(self, found: Diagnostic) -> ProblemRow:
        row = ProblemRow(found, self._mend, place=True)
        row.activated.connect(lambda: self._go(found))
        return row

    def _go(self, found: Diagnostic) -> None:
        if self.session is not None and (found.node or found.within):
            self.session.go(Level(found.within))
            self.session.select([found.node])
            self.node_activated.emit(found.node)

    def _mend(self, fix: Fix) -> None:
        if self.session is None:
            return
        try:
            self.session.apply(fix.edit, fix.title)
        except EditError as error:
            self.editor.notify("error", str(error))

    def _count(self) -> None:
        found = self.session.analysis.diagnostics if self.session else ()
        severities = [diagnostic.severity for diagnostic in found]
        counts = severities.count("error"), severities.count("warning")
        if counts != self._counts:
            self._counts = counts
            self.count_changed.emit(*counts)
