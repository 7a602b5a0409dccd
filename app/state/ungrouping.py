"""Ungrouping: what is inside a block takes the place of the node that stands for it. Pure; nothing is applied."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from app.state.edits import Drawn, node_params
from engine.analysis.blocks import BlockKind
from engine.catalog import Role
from engine.errors import EditError
from engine.graph import AddNode, Batch, Connect, Edge, Edit, MoveNodes, Node, RemoveNode, free_id
from engine.spec import is_formula
from engine.spec.arithmetic import LONGEST, SIGN, NotANumberError, evaluate, names_in

GAP: Final = 90.0
CARD: Final = 170.0
_NAME = re.compile(r"[A-Za-z_]\w*")
_PORTS: Final[tuple[Role, ...]] = ("entry", "exit")
Value = tuple[str, str]
"""A node and its output."""


def ungroup(drawn: Drawn, id: str) -> tuple[Edit, list[str]]:
    """Put the inside of a block where it stands, each repetition for itself; returns the new nodes' ids.

    Parameters that the nodes inside took from the block become values, or what the block was given.

    Raises:
        EditError: the node stands for no sound block, or would compute something else in pieces.
    """
    return _Opening(drawn, id).edit()


class _Opening:
    def __init__(self, drawn: Drawn, id: str) -> None:
        self.drawn, self.id = drawn, id
        report = drawn.shown.nodes.get(id)
        kind = report.kind if report is not None else None
        if not isinstance(kind, BlockKind):
            raise EditError(f"{id} stands for no block that is in order, so it cannot be dissolved.")
        if kind.block.form == "recurrent":
            raise EditError(
                f"{id} is a recurrent group: it runs over time, which the graph around it does not. "
                f"Go in to change it."
            )
        if kind.share_weights and kind.repeat > 1:
            raise EditError(
                f"The {kind.repeat} repetitions of {id} share their weights, which copies would not. "
                f"Set share weights to no, or repeat to 1, first."
            )
        self.kind = kind
        self.node = drawn.graph[id]
        self.ports: dict[str, str] = {}
        self.inner: list[Node] = []
        for node in kind.drawn.nodes():
            role = getattr(drawn.catalog.get(node.kind), "role", "layer")
            if role in _PORTS:
                self.ports[node.id] = role
            else:
                self.inner.append(node)
        self.texts = _given(kind, self.node.params)
        self.taken = {each for each in drawn.graph if each != id}

    def edit(self) -> tuple[Edit, list[str]]:
        """All edits as one, and the ids of the new nodes."""
        graph, name = self.drawn.graph, self.drawn.graph_name
        left = min((node.x for node in self.inner), default=0.0)
        top = min((node.y for node in self.inner), default=0.0)
        right = max((node.x + CARD for node in self.inner), default=0.0)
        arriving: dict[str, Value] = {edge.input: (edge.source, edge.output) for edge in graph.incoming(self.id)}
        nodes: list[Edit] = []
        wires: list[Edit] = []
        made: list[str] = []
        leaving: dict[str, Value | None] = {}
        for copy in range(self.kind.repeat):
            ids = {node.id: self._free(node.id) for node in self.inner}
            made += ids.values()
            shift = self.node.x - left + copy * (right - left + GAP)
            for node in self.inner:
                place = {"x": node.x + shift, "y": node.y - top + self.node.y}
                params = {key: self._value(value) for key, value in node.params.items()}
                params |= {key: ids.get(node.params[key], "") for key in node_params(self.drawn.catalog, node)}
                nodes.append(AddNode(msgspec.structs.replace(node, id=ids[node.id], params=params, **place), name))
            sources = self._sources(ids, arriving)
            for edge in sorted(self.kind.drawn.edges()):
                source = sources(edge.source, edge.output)
                if edge.target in ids and source is not None:
                    wire = Edge(source[0], source[1], ids[edge.target], edge.input, edge.slot)
                    wires.append(Connect(wire, name))
            leaving = {end.name: self._leaves(end.node, sources) for end in self.kind.ends.exits}
            fed = zip((port.name for port in self.kind.input_ports()), leaving.values(), strict=False)
            arriving = {**arriving, **{port: value for port, value in fed if value is not None}}
        for edge in graph.outgoing(self.id):
            source = leaving.get(edge.output)
            if source is not None:
                wires.append(Connect(msgspec.structs.replace(edge, source=source[0], output=source[1]), name))
        wide = (right - left) * self.kind.repeat + GAP * (self.kind.repeat - 1) - CARD
        room = {
            each.id: (each.x + wide, each.y)
            for each in graph.nodes()
            if each.id != self.id and each.x > self.node.x + CARD / 2
        }
        moved: list[Edit] = [MoveNodes(room, name)] if room and wide > 0 else []
        return Batch((*moved, RemoveNode(self.id, name), *nodes, *wires), "Dissolve block"), made

    def _free(self, id: str) -> str:
        free = id if id not in self.taken else free_id(id, self.taken)
        self.taken.add(free)
        return free

    def _sources(self, ids: Mapping[str, str], arriving: Mapping[str, Value]) -> Any:
        names = {end.node: end.name for end in self.kind.ends.entries}

        def source(node: str, output: str) -> Value | None:
            if node in ids:
                return ids[node], output
            return arriving.get(names.get(node, ""))

        return source

    def _leaves(self, exit: str, source: Any) -> Value | None:
        edges = self.kind.drawn.incoming(exit)
        found: Value | None = source(edges[0].source, edges[0].output) if edges else None
        return found

    def _value(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [self._value(item) for item in value]
        return put_in(value, self.texts, self.kind.names()) if is_formula(value) else value


def put_in(formula: str, texts: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """A formula with names replaced by what they stand for; a value where nothing is left to work out."""
    text = formula.removeprefix(SIGN).strip()
    if text in texts:
        return texts[text]

    def part(match: re.Match[str]) -> str:
        given = texts.get(match[0], match[0])
        return f"({given.removeprefix(SIGN).strip()})" if is_formula(given) else f"{given}"

    made = _NAME.sub(part, text)
    try:
        return evaluate(made)
    except NotANumberError:
        return f"{SIGN} {made}" if len(made) < LONGEST - 4 else evaluate(text, values)


def _given(kind: BlockKind, params: Mapping[str, Any]) -> dict[str, Any]:
    """What each parameter of the block stands for where it is placed: a value, or a formula over names around."""
    found: dict[str, Any] = {}
    values = kind.names()

    def text(name: str) -> Any:
        if name not in found:
            value = params.get(name)
            if value is None:
                default = kind.formulas[name]
                used = names_in(default) & kind.formulas.keys() if is_formula(default) else ()
                value = put_in(default, {each: text(each) for each in used}, values) if used else values[name]
            found[name] = value
        return found[name]

    for name in kind.formulas:
        text(name)
    return found
