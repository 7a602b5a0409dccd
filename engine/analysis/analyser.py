"""Analysis of a document, keeping what an edit left untouched."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.analysis.node import Declared, Interned, Place, Result, declare, evaluate, looped
from engine.analysis.recipe import RecipeFacts, RecipeReader
from engine.analysis.report import Analysis, Diagnostic, NodeReport, Severity
from engine.analysis.rules import check
from engine.analysis.sites import DataSite, GraphSite, Topology
from engine.catalog import Catalog
from engine.graph import MAIN, Document, Edge, Graph, Node

_RANK: Final[dict[Severity, int]] = {"error": 0, "warning": 1, "hint": 2}


class _Kept(msgspec.Struct, frozen=True):
    """A node's result, and all that it depends on beside the signals of its sources."""

    node: Node
    edges: tuple[Edge, ...]
    declared: Declared
    result: Result


class _Past(msgspec.Struct):
    """What is kept of one graph from run to run."""

    graph: Graph
    revision: int
    kept: dict[str, _Kept]
    topology: Topology


class Analyser:
    """Analyses documents against a catalogue, and keeps each node's result from run to run.

    A result is used again where the node and what reaches it are the same, so an edit costs what it
    touches. No document, however wrong, makes it raise.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._past: dict[str, _Past] = {}
        self._results: Interned = {}
        self._recipes = RecipeReader()

    def run(self, document: Document, graph: str = MAIN) -> Analysis:
        """The analysis of one graph of a document.

        Raises:
            EditError: there is no such graph.
        """
        drawn = document.graph(graph)
        pass_ = _Pass(Place(graph, drawn, self._catalog, self._results), self._past.get(graph))
        kept = pass_.run()
        self._past[graph] = _Past(drawn, drawn.revision, kept, pass_.topology())
        return _analysis(graph, drawn, kept, pass_.topology(), self._recipes.read(document.recipe))


def analyse(document: Document, catalog: Catalog | None = None, graph: str = MAIN) -> Analysis:
    """The analysis of one graph of a document, once; with the standard catalogue unless another is given."""
    if catalog is None:
        from engine.nodes import standard_catalog

        catalog = standard_catalog()
    return Analyser(catalog).run(document, graph)


class _Pass:
    """One walk over a graph, in computing order."""

    def __init__(self, place: Place, past: _Past | None) -> None:
        self._place, self._past = place, past
        self._before = past.kept if past is not None else {}
        self._kept: dict[str, _Kept] = {}
        self._changed: set[str] = set()
        self._kinds_changed = False
        self._topology: Topology | None = None

    def run(self) -> dict[str, _Kept]:
        graph, before, kept, changed = self._place.graph, self._before, self._kept, self._changed
        for id in graph.order():
            node, edges, old = graph[id], graph.incoming(id), before.get(id)
            if (
                old is not None
                and old.node is node
                and (old.edges is edges or old.edges == edges)
                and old.result.lasting
                and not (changed and any([edge.source in changed for edge in edges]))  # noqa: C419 - faster
            ):
                kept[id] = old
            else:
                kept[id] = self._evaluate(node, edges, old)
        if graph.loops():
            self._run_loops(graph)
        return kept

    def topology(self) -> Topology:
        """What follows from nodes, edges and roles; the past one where none of these has changed."""
        if self._topology is None:
            past, graph = self._past, self._place.graph
            if past is None or past.graph is not graph or past.revision != graph.revision or self._kinds_changed:
                self._topology = Topology(graph, {id: kept.result.report for id, kept in self._kept.items()})
            else:
                self._topology = past.topology
        return self._topology

    def _evaluate(self, node: Node, edges: tuple[Edge, ...], old: _Kept | None) -> _Kept:
        declared = self._declare(node, old)
        signals = tuple([self._kept[edge.source].result.signal for edge in edges])
        result = evaluate(self._place, node, declared, edges, signals)
        return self._keep(node, edges, declared, result, old)

    def _keep(
        self, node: Node, edges: tuple[Edge, ...], declared: Declared, result: Result, old: _Kept | None
    ) -> _Kept:
        if old is None or (old.result is not result and old.result.signal != result.signal):
            self._changed.add(node.id)
        return _Kept(node, edges, declared, result)

    def _declare(self, node: Node, old: _Kept | None) -> Declared:
        if old is None:
            self._kinds_changed = True
            return declare(self._place, node)
        if old.node is node or (old.node.kind == node.kind and old.node.params is node.params):
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


def _analysis(name: str, graph: Graph, kept: dict[str, _Kept], topology: Topology, facts: RecipeFacts) -> Analysis:
    reports = {id: result.result.report for id, result in kept.items()}
    found = [found for result in kept.values() if result.result.diagnostics for found in result.result.diagnostics]
    found += _whole(name, graph, topology, reports, facts)
    found.sort(key=lambda diagnostic: _RANK[diagnostic.severity])
    parameters = flops = memory = 0
    for report in reports.values():
        parameters += report.parameters
        flops += report.flops
        memory += report.memory
    return Analysis(reports, tuple(found), graph.order(), facts.recipe, parameters, flops, memory)


def _whole(
    name: str, graph: Graph, topology: Topology, reports: dict[str, NodeReport], facts: RecipeFacts
) -> list[Diagnostic]:
    """What the rules about the whole find: graph, recipe, data."""
    site = GraphSite(name, graph, topology, reports)
    found = check(site, "", name)
    found += facts.diagnostics
    if facts.source is not None and facts.fields is not None and topology.of("loss"):  # else nobody trains it
        data = DataSite(name, graph, topology, reports, facts.source, facts.fields)
        found += check(data, "", name)
    return found
