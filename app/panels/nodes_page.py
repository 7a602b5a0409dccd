"""The inspector's page about several nodes: the parameters that all of them have."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from app.forms import ParamForm, Section
from app.panels import figures
from app.panels.parts import Facts, column, label
from app.state import EditorState, Session
from app.theme import theme
from engine.graph import Batch, Node, SetParams
from engine.spec import Param


class NodesPage(QWidget):
    """Edits what several nodes share, all at once and as one step."""

    def __init__(self, editor: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._session: Session | None = None
        self._ids: tuple[str, ...] = ()
        self.title = label()
        self.title.setFont(theme.font(scale=1.1, bold=True))
        self.kinds = label(muted=True, wrap=True)
        self.form = ParamForm()
        self.params = Section("Shared parameters")
        self.params.add(self.form)
        self.none = label("These nodes share no parameter.", muted=True, wrap=True)
        self.totals = Facts()
        totals = Section("Together")
        totals.add(self.totals)
        whole = column(self)
        for part in (self.title, self.kinds, self.params, self.none, totals):
            whole.addWidget(part)
        whole.addStretch(1)
        self.form.value_changed.connect(self._set)
        self.form.reset.connect(self._reset)

    def show_nodes(self, session: Session, ids: tuple[str, ...]) -> None:
        """Show these nodes as they are now."""
        if (session, ids) != (self._session, self._ids):
            self.form.start_over()
        self._session, self._ids = session, ids
        nodes = [session.graph[id] for id in ids]
        self.title.setText(f"{len(ids)} nodes")
        self.kinds.setText(", ".join(_titles(session, nodes)))
        params = shared(session, nodes)
        self.form.set_params(params)
        self.form.allow_formulas(True)
        values, mixed = common(nodes, params)
        self.form.set_values(values, mixed)
        self.params.setVisible(bool(params))
        self.none.setVisible(not params)
        self._show_totals(session)
        self.setEnabled(not session.read_only)

    def _show_totals(self, session: Session) -> None:
        reports = [session.shown.nodes[id] for id in self._ids if id in session.shown.nodes]
        self.totals.show_facts(
            [
                ("Parameters", figures.count(sum(report.parameters for report in reports)), "All that is learnt."),
                ("Operations", figures.flops(sum(report.flops for report in reports)), "For one sample."),
                ("Memory", figures.memory(sum(report.memory for report in reports)), "Outputs for one sample."),
            ]
        )

    def _set(self, name: str, value: Any, gesture: str) -> None:
        if self._session is not None:
            edits = tuple(SetParams(id, {name: value}) for id in self._ids)
            merge = f"{','.join(self._ids)}.{gesture}" if gesture else ""
            self._session.draw(Batch(edits), f"Set {name} of {len(self._ids)} nodes", merge=merge)

    def _reset(self, name: str) -> None:
        if self._session is not None:
            edits = tuple(SetParams(id, {}, (name,)) for id in self._ids)
            self._session.draw(Batch(edits), f"Reset {name} of {len(self._ids)} nodes")


def shared(session: Session, nodes: list[Node]) -> dict[str, Param]:
    """The parameters that all kinds of these nodes have with the same type, range and choices."""
    kinds = {session.catalog.get(node.kind) for node in nodes}
    if None in kinds:
        return {}
    first, *others = (kind.params for kind in kinds if kind is not None)
    return {name: param for name, param in first.items() if all(_alike(param, o.get(name)) for o in others)}


def common(nodes: list[Node], params: dict[str, Param]) -> tuple[dict[str, Any], set[str]]:
    """The values that all nodes have set alike, and the names of those they have not."""
    values, mixed = {}, set()
    for name, param in params.items():
        given = [node.params.get(name, param.default) for node in nodes]
        if any(value != given[0] for value in given):
            mixed.add(name)
        elif any(name in node.params for node in nodes):
            values[name] = given[0]
    return values, mixed


def _alike(one: Param, other: Param | None) -> bool:
    return other is not None and _rule(one) == _rule(other)


def _rule(param: Param) -> tuple[Any, ...]:
    return param.type, param.choices, param.low, param.high, param.family, param.group


def _titles(session: Session, nodes: list[Node]) -> list[str]:
    kinds = (session.catalog.get(node.kind) for node in nodes)
    return sorted({kind.title if kind else "unknown" for kind in kinds})
