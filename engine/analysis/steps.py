"""Cycles as time steps: which wires close them, and the shapes that the next step remembers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

import networkx as nx

from engine.analysis.inside import one_step
from engine.analysis.sites import Surroundings
from engine.catalog import Inputs, Shape
from engine.errors import NeuroloomError
from engine.graph import Edge, Graph

Value: TypeAlias = tuple[str, str]
"""A node and the name of its output."""

ROUNDS: Final = 4
MOST_GUESSES: Final = 64


def closing_wires(graph: Graph, inside: Collection[str]) -> list[Edge]:
    """Wires among nodes without which no cycle is left: those that run furthest back."""
    flowing = nx.MultiDiGraph()
    flowing.add_nodes_from(inside)
    for id in inside:
        for edge in graph.incoming(id):
            if edge.source in inside and graph.flows(edge):
                flowing.add_edge(edge.source, edge.target, key=edge)
    found: list[Edge] = []
    while not nx.is_directed_acyclic_graph(flowing):
        circle = [key for _, _, key in nx.find_cycle(flowing)]
        worst = max(circle, key=lambda edge: (graph[edge.source].x - graph[edge.target].x, edge))
        flowing.remove_edge(worst.source, worst.target, key=worst)
        found.append(worst)
    return found


def whole_values(around: Surroundings, incoming: Iterable[Edge]) -> set[Value]:
    """Values without an axis of time beside others that have one: they enter each time step as they are."""
    known = {(edge.source, edge.output): _sent(around, edge) for edge in incoming}
    ranks = {value: shape.rank for value, shape in known.items() if shape is not None}
    return {value for value, rank in ranks.items() if rank < 3} if max(ranks.values(), default=0) > 2 else set()


def sizes_of(shape: Shape) -> list[int]:
    """The sizes of one sample where all are known, else none."""
    known = [size for size in shape.sample if isinstance(size, int)]
    return known if len(known) == len(shape.sample) else []


def _sent(around: Surroundings, edge: Edge) -> Shape | None:
    report = around.report(edge.source)
    return report.outputs.get(edge.output) if report is not None else None


class Steps:
    """A time step of nodes among which some wires lead to the next one, computed with shapes alone."""

    def __init__(self, around: Surroundings, inside: Collection[str], closing: Sequence[Edge]) -> None:
        self._around, self._closing = around, frozenset(closing)
        graph = around.graph
        self._edges = {id: graph.incoming(id) for id in inside}
        flowing = nx.DiGraph()
        flowing.add_nodes_from(sorted(inside, key=graph.serial))
        flowing.add_edges_from(
            (edge.source, edge.target)
            for edges in self._edges.values()
            for edge in edges
            if edge.source in self._edges and edge not in self._closing and graph.flows(edge)
        )
        self._order = list(nx.topological_sort(flowing))
        entering = [edge for edges in self._edges.values() for edge in edges if edge.source not in self._edges]
        whole = whole_values(around, entering)
        self._entries: dict[Value, Shape] = {}
        for edge in entering:
            shape = _sent(around, edge)
            if shape is not None:
                value = edge.source, edge.output
                self._entries[value] = shape if value in whole or shape.rank < 2 else one_step(shape)

    def runs_over_time(self) -> bool:
        """Whether anything that enters has an axis of time."""
        sent = [_sent(self._around, edge) for edges in self._edges.values() for edge in edges]
        return any(shape is not None and shape.rank > 2 for shape in sent)

    def shapes(self, values: Sequence[Value]) -> dict[Value, list[int]]:
        """The shapes of values that are remembered, which a step gives back as it got them; found by trying."""
        guesses = [shape for shape in dict.fromkeys(self._entries.values()) if len(shape.sizes) > 1]
        seen = set(guesses)
        for guess in guesses:
            found = dict.fromkeys(values, guess)
            for _ in range(ROUNDS):
                computed = self._computed(found)
                fresh = [shape for shape in computed.values() if shape not in seen and shape.rank > 1]
                seen.update(fresh)
                guesses += fresh[: MOST_GUESSES - len(guesses)]
                after = {value: computed[value] for value in values if value in computed}
                if len(after) == len(values) and all(after[value].sizes == found[value].sizes for value in values):
                    sizes = {value: sizes_of(shape) for value, shape in after.items()}
                    return {value: each for value, each in sizes.items() if each}
                found = {**found, **after}
        return {}

    def _computed(self, remembered: Mapping[Value, Shape]) -> dict[Value, Shape]:
        """What a step computes of what is remembered; a node that refuses gives nothing."""
        found: dict[Value, Shape] = {}
        for id in self._order:
            report = self._around.report(id)
            kind = report.kind if report is not None else None
            arriving = self._arriving(id, remembered, found) if kind is not None else None
            if kind is None or arriving is None:
                continue
            try:
                shapes = kind.shapes(Inputs(arriving))
            except (NeuroloomError, LookupError, TypeError, ValueError, AttributeError):
                continue
            found |= {(id, port): shape for port, shape in shapes.items()}
        return found

    def _arriving(
        self, id: str, remembered: Mapping[Value, Shape], found: Mapping[Value, Shape]
    ) -> dict[str, tuple[Shape, ...]] | None:
        arriving: dict[str, tuple[Shape, ...]] = {}
        for edge in self._edges[id]:
            value = edge.source, edge.output
            if not self._around.graph.flows(edge):
                continue
            known = remembered if edge in self._closing else found if edge.source in self._edges else self._entries
            if value not in known:
                return None
            arriving[edge.input] = (*arriving.get(edge.input, ()), known[value])
        return arriving
