"""Grouping: nodes of a graph become a block of their own, with all wires kept. Pure; nothing is applied."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any, Final

import msgspec
import networkx as nx

from engine.analysis.sites import Surroundings
from engine.analysis.steps import Steps, closing_wires, whole_values
from engine.catalog import Role
from engine.errors import EditError, ParamError
from engine.graph import (
    NEXT,
    STATE,
    AddGraph,
    AddNode,
    Batch,
    Block,
    Connect,
    Edge,
    Edit,
    Graph,
    Node,
    Promoted,
    RemoveNode,
    SetParams,
    free_id,
    kind_of,
)
from engine.graph.block import Form
from engine.spec import holds_formula, solved
from engine.spec.arithmetic import names_in

COLUMN: Final = 240.0  # from a port inside to the nodes beside it
ROW: Final = 70.0
_OUTSIDE: Final[dict[Role, str]] = {
    "input": "data enters the main graph",
    "target": "data enters the main graph",
    "loss": "losses stand in the main graph",
    "metric": "metrics stand in the main graph",
    "entry": "it is a port of the block around it",
    "exit": "it is a port of the block around it",
}
_WORD: Final = re.compile(r"[^a-z0-9_]+")
_NUMBER: Final = re.compile(r"(?=\d+$)")


class Grouped(msgspec.Struct, frozen=True):
    """The edit, the node that stands for the new block, and what stays outside of it, with why.

    `sure`: the shape of every new state was found.
    """

    edit: Edit
    id: str
    graph: str
    left_out: dict[str, str]
    sure: bool = True


def group(around: Surroundings, ids: Collection[str], form: Form = "block") -> Grouped:
    """Make nodes a block: one entry for each value that comes in, one exit for each that leaves.

    In a recurrent group, wires that close a cycle go through states.

    Raises:
        EditError: these nodes cannot be one block; the sentence says why.
    """
    graph = around.graph
    left_out = _left_out(around, ids, form)
    chosen = [node for node in graph.nodes() if node.id in ids and node.id not in left_out]
    if not chosen:
        reasons = "".join(f" {id} stays out: {why}." for id, why in left_out.items())
        raise EditError(f"There is nothing to make a block of.{reasons}")
    inside = frozenset(node.id for node in chosen)
    _refuse_gaps(graph, inside)
    _refuse_torn(around, inside)
    name = free_id("cell" if form == "recurrent" else "block", around.graphs)
    made = _Making(around, name, chosen, inside, form)
    edits = made.edits()
    return Grouped(Batch(edits, "Group into block"), made.instance.id, name, left_out, made.known)


def _left_out(around: Surroundings, ids: Collection[str], form: Form) -> dict[str, str]:
    found = {}
    for id in ids:
        kind = around.catalog.get(around.graph[id].kind) if id in around.graph else None
        if kind is not None and kind.role in _OUTSIDE:
            found[id] = _OUTSIDE[kind.role]
        elif kind is not None and kind.role == "state" and form != "recurrent":
            found[id] = "a state needs a recurrent group"
    return found


def _refuse_gaps(graph: Graph, inside: frozenset[str]) -> None:
    """A block is computed at once, so nothing outside may stand between its nodes."""
    flowing = nx.DiGraph((edge.source, edge.target) for edge in graph.edges() if graph.flows(edge))
    after = {id for each in inside if each in flowing for id in nx.descendants(flowing, each)} - inside
    before = {id for each in inside if each in flowing for id in nx.ancestors(flowing, each)} - inside
    between = sorted(after & before, key=graph.serial)
    if between:
        names = ", ".join(between[:3]) + ("…" if len(between) > 3 else "")
        raise EditError(
            f"These nodes cannot be one block: {names} lies between them, fed by one and feeding another. "
            f"Select it too."
        )


def _shared(around: Surroundings) -> Iterable[tuple[str, str]]:
    """Nodes that name others, such as those whose weights they use, each with the other's id."""
    for node in around.graph.nodes():
        kind = around.catalog.get(node.kind)
        for name, param in kind.params.items() if kind is not None else ():
            if param.editor == "node" and node.params.get(name):
                yield node.id, node.params[name]


def _refuse_torn(around: Surroundings, inside: frozenset[str]) -> None:
    """Nodes that share weights stay in one graph."""
    for id, other in _shared(around):
        if (id in inside) != (other in inside) and other in around.graph:
            raise EditError(f"{id} uses the weights of {other}, so select both, or neither.")


class _Making:
    """A block being made of nodes."""

    def __init__(
        self, around: Surroundings, name: str, chosen: list[Node], inside: frozenset[str], form: Form
    ) -> None:
        self.around, self.name, self.chosen, self.inside, self.form = around, name, chosen, inside, form
        graph = around.graph
        self.ids = set(inside)
        self.known = True
        self.left = min(node.x for node in chosen)
        self.right = max(node.x for node in chosen)
        self.top = min(node.y for node in chosen)
        edges = [edge for id in graph for edge in graph.incoming(id)]
        self.inner = [edge for edge in edges if edge.source in inside and edge.target in inside]
        self.incoming = [edge for edge in edges if edge.source not in inside and edge.target in inside]
        self.outgoing = [edge for edge in edges if edge.source in inside and edge.target not in inside]
        self.promoted, values = _promoted(around, chosen)
        x = (self.left + self.right) / 2
        y = sum(node.y for node in chosen) / len(chosen)
        taken = {id for id in graph if id not in inside}
        self.instance = Node(free_id(name, taken), kind_of(name), values, round(x), round(y))

    def edits(self) -> tuple[Edit, ...]:
        """All edits, in order."""
        graph = self.around.name
        closing = closing_wires(self.around.graph, self.inside) if self.form == "recurrent" else []
        entries, exits = self._entries(), self._exits(closing)
        kept = [edge for edge in self.inner if edge not in closing]
        title = _NUMBER.sub(" ", self.name).capitalize()
        drawn: tuple[Edit, ...] = (
            AddGraph(self.name, Block(title, "", self.form, self.promoted)),
            *(AddNode(node, self.name) for node in (*self.chosen, *(port for port, _ in (*entries, *exits)))),
            *(
                Connect(edge, self.name)
                for edge in (*kept, *(edge for _, edges in entries + exits for edge in edges))
            ),
            *self._states(closing),
            *(RemoveNode(node.id, graph) for node in self.chosen),
            AddNode(self.instance, graph),
            *(Connect(edge, graph) for edge in self._outer()),
        )
        return (*drawn, *self._shaped(closing))

    def _entries(self) -> list[tuple[Node, list[Edge]]]:
        """A node for each value that comes in, and the wires from it."""
        by_value: dict[tuple[str, str], list[Edge]] = {}
        for edge in sorted(self.incoming, key=lambda edge: (self.around.graph[edge.target].y, edge)):
            by_value.setdefault((edge.source, edge.output), []).append(edge)
        names = _names(by_value, "in")
        self._in_ports = dict(zip(by_value, names, strict=True))
        found: list[tuple[Node, list[Edge]]] = []
        y = -float("inf")
        whole = whole_values(self.around, self.incoming) if self.form == "recurrent" else set()
        for (value, edges), port in zip(by_value.items(), names, strict=True):
            y = max(y + ROW, self.around.graph[edges[0].target].y)
            node = self._port("entry", "block_input", port, "in", self.left - COLUMN, y)
            if value in whole:
                node = msgspec.structs.replace(node, params={**node.params, "feed": "whole"})
            found.append((node, [msgspec.structs.replace(edge, source=node.id, output="out") for edge in edges]))
        return found

    def _exits(self, closing: list[Edge]) -> list[tuple[Node, list[Edge]]]:
        """A node for each value that leaves, and the wire to it; of a selection that ends, for its ends."""
        values = dict.fromkeys((edge.source, edge.output) for edge in self.outgoing)
        if not values:
            values = dict.fromkeys(self._ends()) or dict.fromkeys(map(_value, closing))
        names = _names(values, "out")
        self._out_ports = dict(zip(values, names, strict=True))
        found = []
        y = -float("inf")
        ordered = sorted(self._out_ports.items(), key=lambda item: self.around.graph[item[0][0]].y)
        for (source, output), port in ordered:
            y = max(y + ROW, self.around.graph[source].y)
            node = self._port("exit", "block_output", port, "out", self.right + COLUMN, y)
            found.append((node, [Edge(source, output, node.id, "in")]))
        return found

    def _ends(self) -> Iterable[tuple[str, str]]:
        for node in self.chosen:
            report = self.around.report(node.id)
            kind = report.kind if report is not None else None
            used = {edge.output for edge in self.around.graph.outgoing(node.id)}
            for port in kind.output_ports() if kind is not None else ():
                if port.name not in used and not used:
                    yield node.id, port.name

    def _port(self, stem: str, kind: str, port: str, usual: str, x: float, y: float) -> Node:
        id = free_id(stem, self.ids)
        self.ids.add(id)
        return Node(id, kind, {"name": port} if port != usual else {}, x, y)

    def _outer(self) -> list[Edge]:
        id = self.instance.id
        into = [Edge(source, output, id, port) for (source, output), port in self._in_ports.items()]
        out = [
            msgspec.structs.replace(edge, source=id, output=self._out_ports[edge.source, edge.output])
            for edge in self.outgoing
        ]
        return into + out

    def _states(self, closing: list[Edge]) -> list[Edit]:
        """A state for each value that wires which close a cycle bring."""
        self._state_ids: dict[str, tuple[str, str]] = {}
        states: dict[tuple[str, str], str] = {}
        edits: list[Edit] = []
        for edge in closing:
            value = edge.source, edge.output
            if value not in states:
                id = states[value] = free_id("state", self.ids)
                self.ids.add(id)
                self._state_ids[id] = value
                target = self.around.graph[edge.target]
                place = target.x - COLUMN, target.y + ROW
                edits += [AddNode(Node(id, STATE, {}, *place), self.name),
                          Connect(Edge(*value, id, NEXT), self.name)]  # fmt: skip
            edits.append(Connect(msgspec.structs.replace(edge, source=states[value], output="out"), self.name))
        return edits

    def _shaped(self, closing: list[Edge]) -> list[Edit]:
        """The shapes of new states, as far as they can be found by trying."""
        values = list(dict.fromkeys(map(_value, closing)))
        shapes = Steps(self.around, self.inside, closing).shapes(values)
        edits: list[Edit] = []
        for id, value in self._state_ids.items():
            if value in shapes:
                edits.append(SetParams(id, {"shape": shapes[value]}, (), self.name))
        self.known = len(edits) == len(values)
        return edits


def _value(edge: Edge) -> tuple[str, str]:
    return edge.source, edge.output


def _promoted(around: Surroundings, chosen: list[Node]) -> tuple[tuple[Promoted, ...], dict[str, Any]]:
    """Parameters of the block around that the nodes use: the new block gets them too, and is given them."""
    used = {name for node in chosen for value in node.params.values() for name in _used(value)}
    try:
        defaults = solved({promoted.name: promoted.default for promoted in around.params}, {})
    except ParamError:
        defaults = {}
    found = tuple(
        msgspec.structs.replace(promoted, default=defaults.get(promoted.name, 1))
        for promoted in around.params
        if promoted.name in used
    )
    return found, {promoted.name: f"= {promoted.name}" for promoted in found}


def _used(value: Any) -> frozenset[str]:
    if isinstance(value, (list, tuple)):
        return frozenset(name for item in value for name in _used(item))
    return names_in(value) if holds_formula(value) else frozenset()


def _names(values: Iterable[tuple[str, str]], alone: str) -> list[str]:
    """A port's name for each value: after its node where there are several."""
    given = list(values)
    if len(given) == 1:
        return [alone]
    found: list[str] = []
    for source, output in given:
        word = _WORD.sub("_", source.lower() if output == "out" else f"{source}_{output}".lower())
        word = word if word[:1].isalpha() else f"{alone}_{word}"
        found.append(word[:60] if word[:60] not in found else free_id(word[:50], found))
    return found
