"""The inspector's page about the block that is shown: name, form, notes, and its parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from app.forms import Section, words
from app.forms.field import mark
from app.panels import figures
from app.panels.note import NoteEdit
from app.panels.parts import Facts, clear, column, icon_button, label, push_button
from app.state import EditorState, Session
from app.state.promoting import promoted_refusal
from app.theme import theme, tip
from engine.errors import EditError
from engine.graph import Block, Edit, Promoted, RenameGraph, SetBlock, free_id, graph_of

FORMS = ("block", "recurrent")
TITLES = {"block": "Block, computed once", "recurrent": "Recurrent group, over time"}


class BlockPage(QWidget):
    """Shown inside a block where nothing is selected."""

    def __init__(self, editor: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._session: Session | None = None
        self._graph = ""
        self._shown: tuple[Promoted, ...] | None = None
        self.title = _line("Title of the block", "What cards and breadcrumbs call it.")
        self.title.setFont(theme.font(scale=1.1, bold=True))
        self.name = _line("Name of the block", "Its name in the file, and the class of the exported source.")
        self.form = QComboBox()
        self.form.setAccessibleName("Form of the block")
        self.form.setToolTip(tip("A recurrent group takes a sequence and is computed once a time step."))
        for form in FORMS:
            self.form.addItem(TITLES[form], form)
        self.error = label(wrap=True)
        self.error.setForegroundRole(self.error.foregroundRole().BrightText)
        self.notes = NoteEdit("Notes; the first line is the block's help", lines=4)
        self.totals = Facts()
        self.params = QGridLayout()
        self.rows: list[ParamRow] = []
        about = "Set where the block is placed, used inside as = name."
        self.add = push_button("Add a parameter", about, self._add, icon="plus")
        self._lay_out()
        self.title.editingFinished.connect(self._take_title)
        self.name.editingFinished.connect(self._take_name)
        self.form.activated.connect(lambda place: self._change(form=FORMS[place]))
        self.notes.given.connect(lambda text: self._change(notes=text))

    def show_block(self, session: Session) -> None:
        """Show the block as it is now."""
        fresh = (session, session.graph_name) != (self._session, self._graph)
        self._session, self._graph = session, session.graph_name
        block = session.document.block(self._graph)
        for line, text in ((self.title, block.title), (self.name, self._graph)):
            if fresh or not (line.hasFocus() and line.isModified()):
                line.setText(text)
                line.setCursorPosition(0)
        if fresh:
            self._refuse("")
        self.form.setCurrentIndex(FORMS.index(block.form))
        self.notes.show_text(block.notes, fresh=fresh)
        self._show_params(block, fresh=fresh)
        self._show_totals(session)
        self.setEnabled(not session.read_only)

    def _lay_out(self) -> None:
        whole = column(self)
        for part in (self.title, self.name, self.form, self.error):
            whole.addWidget(part)
        params, notes, totals = (
            Section("Parameters of the block"),
            Section("Notes"),
            Section("Once, for one sample"),
        )
        rows = QWidget()
        rows.setLayout(self.params)
        self.params.setContentsMargins(0, 0, 0, 0)
        self.params.setHorizontalSpacing(4)
        self.params.setColumnStretch(0, 3)
        self.params.setColumnStretch(1, 3)
        params.add(rows)
        params.add(self.add)
        notes.add(self.notes)
        totals.add(self.totals)
        for section in (params, notes, totals):
            whole.addWidget(section)
        whole.addStretch(1)

    def _show_params(self, block: Block, *, fresh: bool) -> None:
        if not fresh and block.params == self._shown:
            return
        self._shown = block.params
        if len(self.rows) != len(block.params) or fresh:
            clear(self.params)
            self.rows = [ParamRow(self, place) for place in range(len(block.params))]
            for row in self.rows:
                row.lie(self.params)
        for row, promoted in zip(self.rows, block.params, strict=True):
            row.show_param(promoted)

    def _show_totals(self, session: Session) -> None:
        document, name = session.document, self._graph
        places = sum(graph_of(node) == name for graph in document.graphs().values() for node in graph.nodes())
        shown = session.shown
        self.totals.show_facts(
            [
                ("Placed", f"{places}×", "Nodes of the document that stand for this block."),
                ("Nodes", figures.count(len(session.graph)), "Nodes inside."),
                ("Parameters", figures.count(shown.parameters), "Numbers that are learnt, in this place."),
                ("Operations", figures.flops(shown.flops), "For one sample, and one time step of a group."),
            ]
        )

    def change_param(self, place: int, **values: Any) -> None:
        """Change one parameter; another name of it is followed inside."""
        if self._session is None or self._shown is None:
            return
        old = self._shown[place]
        name = str(values.get("name", old.name))
        others = [each.name for each in self._shown if each is not old]
        why = promoted_refusal(name, others) if name != old.name else ""
        self._refuse(why)
        if why:
            self.rows[place].show_param(old)
            return
        new = msgspec.structs.replace(old, **values)
        params = tuple(new if each is old else each for each in self._shown)
        self._apply(self._with(params=params), f"Change parameter {old.name}")

    def remove_param(self, place: int) -> None:
        """Take a parameter away; what uses it is marked by analysis."""
        if self._shown is not None:
            left = tuple(each for index, each in enumerate(self._shown) if index != place)
            self._apply(self._with(params=left), f"Remove parameter {self._shown[place].name}")

    def _add(self) -> None:
        if self._shown is not None:
            name = free_id("width", {each.name for each in self._shown})
            params = (*self._shown, Promoted(name, 16))
            self._apply(self._with(params=params), f"Add parameter {name}")
            if self.rows:
                self.rows[-1].name.setFocus()
                self.rows[-1].name.selectAll()

    def _take_title(self) -> None:
        if self.title.isModified():
            self.title.setModified(False)
            self._change(title=self.title.text().strip())

    def _take_name(self) -> None:
        wanted = self.name.text().strip()
        if self.name.isModified() and wanted != self._graph:
            self.name.setModified(False)
            self._apply(RenameGraph(self._graph, wanted), f"Rename block {self._graph}")

    def _change(self, **values: Any) -> None:
        if self._session is None:
            return
        edit = self._with(**values)
        if edit.block != self._session.document.block(self._graph):
            self._apply(edit, f"Change block {self._graph}")

    def _with(self, **values: Any) -> SetBlock:
        assert self._session is not None, "asked only while a block is shown"
        return SetBlock(self._graph, msgspec.structs.replace(self._session.document.block(self._graph), **values))

    def _apply(self, edit: Edit, title: str) -> None:
        if self._session is None:
            return
        try:
            self._session.apply(edit, title)
        except EditError as error:
            self._refuse(str(error))
        else:
            self._refuse("")

    def _refuse(self, message: str) -> None:
        self.error.setText(message)
        self.error.setVisible(bool(message))
        mark(self.name, fault=bool(message))


class ParamRow:
    """One parameter of the block: its name, its default, a line of help, a button to remove it."""

    def __init__(self, page: BlockPage, place: int) -> None:
        self._page, self._place = page, place
        self._param = Promoted("")
        self.name = _line("Name of the parameter", "Nodes inside use it as = name.")
        self.default = _line("Default of the parameter", "A value, or a formula over the others: = width * 4.")
        self.help = _line("Help of the parameter", "What it means; shown where the block is placed.")
        self.help.setPlaceholderText("What it means")
        self.remove = icon_button("close", "Remove this parameter", lambda: page.remove_param(place))
        for line, take in (
            (self.name, lambda text: {"name": text}),
            (self.default, lambda text: {"default": _value(text)}),
            (self.help, lambda text: {"help": text}),
        ):
            line.editingFinished.connect(self._giver(line, take))

    def lie(self, grid: QGridLayout) -> None:
        """Take a place in the grid."""
        row = 2 * self._place
        grid.addWidget(self.name, row, 0)
        grid.addWidget(self.default, row, 1)
        grid.addWidget(self.remove, row, 2)
        grid.addWidget(self.help, row + 1, 0, 1, 2)

    def show_param(self, param: Promoted) -> None:
        """Show a parameter."""
        self._param = param
        for line, text in (
            (self.name, param.name),
            (self.default, words.shown(param.default)),
            (self.help, param.help),
        ):
            line.setText(text)
            line.setCursorPosition(0)

    def _giver(self, line: QLineEdit, take: Callable[[str], dict[str, Any]]) -> Callable[[], None]:
        def give() -> None:
            if line.isModified():
                line.setModified(False)
                self._page.change_param(self._place, **take(line.text().strip()))

        return give


def _value(text: str) -> Any:
    if text.startswith("="):
        return f"= {text[1:].strip()}"
    value = words.read_any(text)
    return list(value) if isinstance(value, tuple) else value


def _line(name: str, help: str) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(name)
    line.setPlaceholderText(name)
    line.setToolTip(tip(help))
    return line
