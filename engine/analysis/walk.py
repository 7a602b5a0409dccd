"""One walk over a graph in computing order, keeping what an edit left untouched."""

from __future__ import annotations

import msgspec

from engine.analysis.node import Declared, Place, Result, declare, evaluate, looped
from engine.analysis.report import NodeReport
from engine.analysis.sites import Surroundings, Topology
from engine.graph import STATE, Edge, Graph, Node, graph_of


class Kept(msgspec.Struct, frozen=True):
    """A node's result, and all that it depends on beside the signals of its sources."""

    node: Node
    edges: tuple[Edge, ...]
    declared: Declared
    result: Result


class Past(msgspec.Struct):
    """What is kept of one graph from run to run."""

    graph: Graph
    revision: int
    generation: int
    kept: dict[str, Kept]
    topology: Topology


class Walk:
    """One walk over a graph, in computing order."""

    def __init__(self, place: Place, past: Past | None) -> None:
        self.around = Surroundings(
            place.name,
            place.graph,
            place.catalog,
            self._report,
            place.fields,
            place.graphs,
            place.params,
        )
        self._place = msgspec.structs.replace(place, around=self.around)
        self._past = past
        self._before = past.kept if past is not None else {}
        self._blocks_changed = past is not None and past.generation != place.generation
        self._kept: dict[str, Kept] = {}
        self._changed: set[str] = set()
        self._kinds_changed = False
        self._topology: Topology | None = None

    def run(self) -> dict[str, Kept]:
        graph, before, kept, changed = self._place.graph, self._before, self._kept, self._changed
        blocks_changed = self._blocks_changed
        for id in graph.order():
            node, edges, old = graph[id], graph.incoming(id), before.get(id)
            if (
                old is not None
                and old.node is node
                and (old.edges is edges or old.edges == edges)
                and old.result.lasting
                and (not blocks_changed or self._is_current(node, old))
                and not (changed and any([edge.source in changed for edge in edges]))  # noqa: C419 - faster
            ):
                kept[id] = old
            else:
                kept[id] = self._evaluate(node, edges, old)
        if graph.loops():
            self._run_loops(graph)
        return kept

    def _report(self, id: str) -> NodeReport | None:
        kept = self._kept.get(id)
        return kept.result.report if kept is not None else None

    def topology(self) -> Topology:
        """What follows from nodes, edges and roles; the past one where none of these has changed."""
        if self._topology is None:
            past, graph = self._past, self._place.graph
            if past is None or past.graph is not graph or past.revision != graph.revision or self._kinds_changed:
                self._topology = Topology(graph, {id: kept.result.report for id, kept in self._kept.items()})
            else:
                self._topology = past.topology
        return self._topology

    def _is_current(self, node: Node, old: Kept) -> bool:
        """Whether the graph that a node stands for, if it does, is as it was."""
        kind = old.declared.kind
        return graph_of(node) is None or (kind is not None and self._place.catalog.get(node.kind) is type(kind))

    def _evaluate(self, node: Node, edges: tuple[Edge, ...], old: Kept | None) -> Kept:
        declared = self._declare(node, old)
        if node.kind == STATE:
            edges = tuple([edge for edge in edges if self._place.graph.flows(edge)])
        signals = tuple([self._kept[edge.source].result.signal for edge in edges])
        result = evaluate(self._place, node, declared, edges, signals)
        return self._keep(node, edges, declared, result, old)

    def _keep(
        self, node: Node, edges: tuple[Edge, ...], declared: Declared, result: Result, old: Kept | None
    ) -> Kept:
        if old is None or (old.result is not result and old.result.signal != result.signal):
            self._changed.add(node.id)
        return Kept(node, edges, declared, result)

    def _declare(self, node: Node, old: Kept | None) -> Declared:
        if old is None:
            self._kinds_changed = True
            return declare(self._place, node)
        same = old.node is node or (old.node.kind == node.kind and old.node.params is node.params)
        if same and (not self._blocks_changed or self._is_current(node, old)):
            return old.declared
        declared = declare(self._place, node)
        self._kinds_changed = self._kinds_changed or type(declared.kind) is not type(old.declared.kind)
        return declared

    def _run_loops(self, graph: Graph) -> None:
        knotted = {id for knot in graph.cycles() for id in knot}
        for id in sorted(graph.loops(), key=graph.serial):
            old = self._before.get(id)
            declared = self._declare(graph[id], old)
            result = looped(declared, knotted=id in knotted)
            self._kept[id] = self._keep(graph[id], (), declared, result, old)
