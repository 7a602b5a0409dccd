"""The inspector's page about one node."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.forms import ParamForm, Section
from app.forms.field import mark
from app.panels import figures
from app.panels.curve_picture import CurvePicture
from app.panels.kind_card import details
from app.panels.live_view import LiveView
from app.panels.note import NoteEdit
from app.panels.parts import GAP, Facts, Sign, clear, column, label, row
from app.panels.problem_row import ProblemRow
from app.state import TOP, EditorState, Session, edits
from app.state.promoting import promote
from app.theme import theme, tip
from engine.analysis import Diagnostic, Fix, NodeReport
from engine.analysis.blocks import BlockKind
from engine.catalog import NodeKind, Shape
from engine.errors import EditError
from engine.graph import Node, ReplaceNode, SetParams


class NodePage(QWidget):
    """Name, kind, parameters, problems, shapes, cost, weights, notes and live values of a node."""

    def __init__(self, editor: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._session: Session | None = None
        self._id = ""
        self._diagnostics: tuple[Diagnostic, ...] | None = None
        self._make_head()
        self.form = ParamForm()
        self.params = Section("Parameters")
        self.params.add(self.form)
        self.curve = CurvePicture()
        self.curve_section = Section("Curve")
        self.shapes, self.cost, self.weights = Facts(), Facts(), Facts()
        self.shapes_section, self.cost_section = Section("Shapes"), Section("Cost of one sample")
        self.weights_section, self.about_section = Section("Shapes of weights"), Section("About", open=False)
        self.about = label(muted=True, wrap=True, selectable=True)
        self.live = LiveView()
        self.live_section = Section("Live")
        self.note = NoteEdit("Notes about this node")
        self.note_section = Section("Notes")
        self._lay_out()
        self.form.value_changed.connect(self._set)
        self.form.reset.connect(self._reset)
        self.form.promoted.connect(self._promote)
        self.name.editingFinished.connect(self._rename)
        self.note.given.connect(self._take_note)

    def show_node(self, session: Session, id: str) -> None:
        """Show a node as it is now."""
        same = (session, id) == (self._session, self._id)
        self._session, self._id = session, id
        if not same:
            self.form.start_over()
        node, report = session.graph[id], session.shown.nodes.get(id)
        kind = session.catalog.get(node.kind)
        self._show_head(node, kind, fresh=not same)
        self._show_form(session, node, kind)
        self._show_problems(tuple(session.shown.of(id)))
        self._show_curve(report)
        self._show_facts(report)
        self.about.setText("\n".join(part for part in (kind.equation, details(kind)) if part) if kind else "")
        self.about_section.setVisible(bool(self.about.text()))
        self.note.show_text(node.notes, fresh=not same)
        self.setEnabled(not session.read_only)
        self.show_live(session, id)

    def show_live(self, session: Session, id: str) -> None:
        """Show what the shown run recorded of the node last."""
        data = self._editor.runs.data
        there = data is not None and data.run == self._editor.runs.of(session)
        self.live_section.setVisible(self.live.show_node(data if there else None, id, session.level))

    def _make_head(self) -> None:
        self.sign = Sign("cube-outline", side=22)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the node")
        self.name.setToolTip(tip("The node's name: attribute of the layer and key of its weights.", shortcut="F2"))
        self.name.setFont(theme.font(scale=1.1, bold=True))
        self.name_error = label(wrap=True)
        self.name_error.setForegroundRole(self.name_error.foregroundRole().BrightText)
        self.kind = label(muted=True)
        self.help = label(wrap=True)
        self.problems = QVBoxLayout()

    def _lay_out(self) -> None:
        whole = column(self, spacing=GAP)
        whole.addLayout(row(self.sign, self.name, spacing=8))
        for part in (self.name_error, self.kind, self.help):
            whole.addWidget(part)
        whole.addWidget(self.params)
        whole.addLayout(self.problems)  # below the fields, which would else jump away from the mouse
        for section, inside in (
            (self.curve_section, self.curve),
            (self.live_section, self.live),
            (self.shapes_section, self.shapes),
            (self.cost_section, self.cost),
            (self.weights_section, self.weights),
            (self.note_section, self.note),
            (self.about_section, self.about),
        ):
            section.add(inside)
        for section in (
            self.curve_section,
            self.live_section,
            self.shapes_section,
            self.cost_section,
            self.weights_section,
            self.note_section,
            self.about_section,
        ):
            whole.addWidget(section)
        whole.addStretch(1)

    def _show_head(self, node: Node, kind: type[NodeKind] | None, *, fresh: bool) -> None:
        icon, role = (kind.icon, f"category:{kind.category}") if kind else ("help-rhombus-outline", "error")
        self.sign.show_icon(icon, role)
        if fresh or not (self.name.hasFocus() and self.name.isModified()):
            self.name.setText(node.id)
            self.name.setCursorPosition(0)
            self._refuse_name("")
        self.kind.setText(
            f"{kind.title} · {kind.category}" if kind else f"{node.kind}, a kind that is not installed"
        )
        self.help.setText(kind.help() if kind else "Its parameters are kept as they are.")

    def _show_form(self, session: Session, node: Node, kind: type[NodeKind] | None) -> None:
        params = kind.params if kind else {}
        self.form.set_params(params)
        self.form.allow_formulas(True, promotes=session.level != TOP and not session.read_only)
        alike = [each.id for each in session.graph.nodes() if each.kind == node.kind and each.id != node.id]
        self.form.offer_nodes(alike)
        report = session.shown.nodes.get(node.id)
        made = report.kind if report is not None else None
        self.form.set_values(node.params, defaults=made.names() if isinstance(made, BlockKind) else {})
        self.form.set_results(made.values() if made is not None else {})
        found = [diagnostic for diagnostic in session.shown.of(node.id) if diagnostic.param in params]
        self.form.set_errors({d.param: d.message for d in found}, {d.param: self._ways_out(d) for d in found})
        self.params.setVisible(bool(params))

    def _show_problems(self, found: tuple[Diagnostic, ...]) -> None:
        if found == self._diagnostics:
            return
        self._diagnostics = found
        clear(self.problems)
        for diagnostic in found:
            if diagnostic.param not in self.form.names:
                self.problems.addWidget(ProblemRow(diagnostic, self._mend, place=False))

    def _show_curve(self, report: NodeReport | None) -> None:
        self.curve_section.setVisible(self.curve.show_kind(report.kind if report is not None else None))

    def _show_facts(self, report: NodeReport | None) -> None:
        shapes = list(shape_facts(report)) if report else []
        costs, weights = cost_facts(report) if report else [], list(weight_facts(report)) if report else []
        for section, facts, shown in (
            (self.shapes_section, self.shapes, shapes),
            (self.cost_section, self.cost, costs),
            (self.weights_section, self.weights, weights),
        ):
            facts.show_facts(shown)
            section.setVisible(bool(shown))

    def _set(self, name: str, value: Any, gesture: str) -> None:
        if self._session is not None:
            merge = f"{self._id}.{gesture}" if gesture else ""
            self._session.draw(SetParams(self._id, {name: value}), f"Set {name} of {self._id}", merge=merge)

    def _reset(self, name: str) -> None:
        if self._session is not None:
            self._session.draw(SetParams(self._id, {}, (name,)), f"Reset {name} of {self._id}")

    def _promote(self, name: str) -> None:
        if self._session is not None:
            self._session.apply(promote(self._session, self._id, name), f"Promote {name} of {self._id}")

    def _rename(self) -> None:
        wanted = self.name.text().strip()
        if self._session is None or wanted == self._id or not self.name.isModified():
            return
        self.name.setModified(False)
        try:
            session = self._session
            session.draw(edits.rename(session.graph, session.catalog, self._id, wanted), f"Rename {self._id}")
        except EditError as error:
            self._refuse_name(str(error))

    def _refuse_name(self, message: str) -> None:
        self.name_error.setText(message)
        self.name_error.setVisible(bool(message))
        mark(self.name, fault=bool(message))

    def _take_note(self, text: str) -> None:
        if self._session is not None and self._id in self._session.graph:
            node = self._session.graph[self._id]
            changed = Node(node.id, node.kind, node.params, node.x, node.y, node.title, text)
            self._session.draw(ReplaceNode(changed), f"Note at {self._id}")

    def _ways_out(self, found: Diagnostic) -> list[tuple[str, Callable[[], None]]]:
        return [(fix.title, functools.partial(self._mend, fix)) for fix in found.fixes]

    def _mend(self, fix: Fix) -> None:
        if self._session is None:
            return
        try:
            self._session.apply(fix.edit, fix.title)
        except EditError as error:
            self._editor.notify("error", str(error))


def shape_facts(report: NodeReport) -> list[tuple[str, str, str]]:
    """(port, shape with its axes, shape in words) of all inputs and outputs."""
    facts = []
    if report.inputs is not None:
        for port in report.inputs:
            many = report.inputs.many(port)
            facts += [
                (f"→ {port}" + (f" {n + 1}" if len(many) > 1 else ""), *_shape(s)) for n, s in enumerate(many)
            ]
    return facts + [(f"{port} →", *_shape(shape)) for port, shape in report.outputs.items()]


def cost_facts(report: NodeReport) -> list[tuple[str, str, str]]:
    """Parameters, operations and memory of a node."""
    if report.state != "ok":
        return []
    return [
        ("Parameters", figures.count(report.parameters), "Numbers that are learnt."),
        ("Operations", figures.flops(report.flops), "Floating-point operations; a multiply-add counts two."),
        ("Memory", figures.memory(report.memory), "Bytes of the outputs."),
    ]


def weight_facts(report: NodeReport) -> list[tuple[str, str, str]]:
    """(name, shape and count) of each weight."""
    facts = []
    for name, sizes in report.weights.items():
        count = 1
        for size in sizes:
            count *= size
        facts.append((name, f"{'×'.join(map(str, sizes))}   {figures.count(count)}", f"{count:,} numbers"))
    return facts


def _shape(shape: Shape) -> tuple[str, str]:
    axes = " ".join(shape.axes)
    dtype = "" if shape.dtype == "float32" else f"  {shape.dtype}"
    return f"{shape}{dtype}" + (f"   {axes}" if axes else ""), shape.words()
