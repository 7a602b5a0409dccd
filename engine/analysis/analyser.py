"""Analysis: what can be said of every node, keeping what an edit left untouched."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from engine.analysis.report import Analysis, Diagnostic, NodeReport
from engine.analysis.rules import rules_on
from engine.analysis.sites import ClashSite, DeclaredSite, GraphSite, WiredSite
from engine.catalog import Catalog, Inputs, NodeKind, Shape, Shapes
from engine.errors import ParamError, ShapeError
from engine.graph import MAIN, Document, Edge, Graph, Node
from engine.recipe import Recipe

log = logging.getLogger(__name__)


class _Signal(msgspec.Struct, frozen=True):
    """What a node sends on: its outputs' shapes, None where they are not known, and its outputs' names."""

    outputs: Shapes | None
    ports: tuple[str, ...] | None


_SILENT: Final = _Signal(None, None)


class _Declared(msgspec.Struct, frozen=True):
    """A node's kind, None where it is not to be had, and why."""

    kind: NodeKind | None
    diagnostics: tuple[Diagnostic, ...]


class _Kept(msgspec.Struct, frozen=True):
    """All that one node's result depends on, and the result."""

    node: Node
    edges: tuple[Edge, ...]
    signals: tuple[_Signal, ...]
    declared: _Declared
    report: NodeReport
    diagnostics: tuple[Diagnostic, ...]
    signal: _Signal


class Analyser:
    """Analyses documents against a catalogue, and keeps each node's result from run to run.

    A result is used again where the node and what reaches it are the same, so an edit costs what it
    touches. No document, however wrong, makes it raise.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._kept: dict[str, dict[str, _Kept]] = {}

    def run(self, document: Document, graph: str = MAIN) -> Analysis:
        """The analysis of one graph of a document."""
        drawn = document.graph(graph)
        order = drawn.order()
        kept = self._nodes(drawn, graph, order)
        reports = {id: result.report for id, result in kept.items()}
        diagnostics = [found for result in kept.values() if result.diagnostics for found in result.diagnostics]
        whole = GraphSite(graph, drawn, reports)
        for rule in rules_on(GraphSite):
            diagnostics.extend(rule.run(whole, "", graph))
        return Analysis(
            reports,
            tuple(diagnostics),
            order,
            _recipe(document.recipe),
            sum(report.parameters for report in reports.values()),
            sum(report.flops for report in reports.values()),
            sum(report.memory for report in reports.values()),
        )

    def _nodes(self, graph: Graph, name: str, order: tuple[str, ...]) -> dict[str, _Kept]:
        before = self._kept.get(name, {})
        kept: dict[str, _Kept] = {}
        for id in order:
            node, edges = graph[id], graph.incoming(id)
            signals = tuple([kept[edge.source].signal for edge in edges])
            old = before.get(id)
            if (
                old is None
                or old.node is not node
                or old.edges != edges
                or old.signals != signals
                or old.report.state == "error"  # its fixes may name places that have moved
            ):
                old = self._evaluate(graph, name, node, edges, signals, old)
            kept[id] = old
        knotted = {id for knot in graph.cycles() for id in knot}
        for id in sorted(graph.loops(), key=graph.serial):
            kept[id] = self._looped(name, graph[id], before.get(id), id in knotted)
        self._kept[name] = kept
        return kept

    def _evaluate(
        self,
        graph: Graph,
        name: str,
        node: Node,
        edges: tuple[Edge, ...],
        signals: tuple[_Signal, ...],
        old: _Kept | None,
    ) -> _Kept:
        declared = self._declare(node, name, old)
        found = list(declared.diagnostics)
        kind = declared.kind
        if kind is None:
            report, signal = NodeReport("error"), _SILENT
        else:
            report, more = self._report(graph, name, node, kind, edges, signals)
            found.extend(more)
            ports = tuple([port.name for port in kind.output_ports()])
            signal = _Signal(report.outputs if report.state == "ok" else None, ports)
        if old is not None and old.signal == signal:
            signal = old.signal  # followers compare by identity first
        return _Kept(node, edges, signals, declared, report, tuple(found), signal)

    def _declare(self, node: Node, name: str, old: _Kept | None) -> _Declared:
        if old is not None and old.node.kind == node.kind and old.node.params == node.params:
            return old.declared
        site = DeclaredSite(node, self._catalog)
        found = [found for rule in rules_on(DeclaredSite) for found in rule.run(site, node.id, name)]
        if any(diagnostic.severity == "error" for diagnostic in found):
            return _Declared(None, tuple(found))
        try:
            return _Declared(self._catalog.parse(node.kind, node.params), tuple(found))
        except ParamError as error:
            found.append(Diagnostic("error", "param", str(error), node.id, param=error.param, graph=name))
        except Exception as error:  # noqa: BLE001 - whatever a plug-in's kind does, the user is told
            found.append(_broken(node, name, error))
        return _Declared(None, tuple(found))

    def _report(
        self,
        graph: Graph,
        name: str,
        node: Node,
        kind: NodeKind,
        edges: tuple[Edge, ...],
        signals: tuple[_Signal, ...],
    ) -> tuple[NodeReport, list[Diagnostic]]:
        try:
            wired = WiredSite(node, kind, kind.input_ports(), edges, tuple([s.ports for s in signals]))
            found = [found for rule in rules_on(WiredSite) for found in rule.run(wired, node.id, name)]
            if any(diagnostic.severity == "error" for diagnostic in found):
                return NodeReport("error", kind), found
            if any(signal.outputs is None for signal in signals):
                return NodeReport("blocked", kind), found
            inputs = _inputs(edges, signals)
            try:
                return _formulas(kind, inputs), found
            except ShapeError as error:
                clash = ClashSite(node, kind, edges, inputs, error, graph, self._catalog)
                found.extend(more for rule in rules_on(ClashSite) for more in rule.run(clash, node.id, name))
                return NodeReport("error", kind, inputs), found
        except Exception as error:  # noqa: BLE001 - whatever a plug-in's kind does, the user is told
            return NodeReport("error", kind), [_broken(node, name, error)]

    def _looped(self, name: str, node: Node, old: _Kept | None, knotted: bool) -> _Kept:
        declared = self._declare(node, name, old)
        state = "error" if knotted or declared.kind is None else "blocked"
        report = NodeReport(state, declared.kind)  # type: ignore[arg-type]
        return _Kept(node, (), (), declared, report, declared.diagnostics, _SILENT)


def analyse(document: Document, catalog: Catalog | None = None, graph: str = MAIN) -> Analysis:
    """The analysis of one graph of a document, once; with the standard catalogue unless another is given."""
    if catalog is None:
        from engine.nodes import standard_catalog

        catalog = standard_catalog()
    return Analyser(catalog).run(document, graph)


def _inputs(edges: tuple[Edge, ...], signals: tuple[_Signal, ...]) -> Inputs:
    by_port: dict[str, tuple[Shape, ...]] = {}
    for edge, signal in zip(edges, signals, strict=True):
        assert signal.outputs is not None
        shape = signal.outputs[edge.output]
        by_port[edge.input] = (*by_port[edge.input], shape) if edge.input in by_port else (shape,)
    return Inputs(by_port)


def _formulas(kind: NodeKind, inputs: Inputs) -> NodeReport:
    placeholder = kind.placeholder()
    if placeholder is not None:
        outputs: Shapes = {port.name: placeholder for port in kind.output_ports()}
        return NodeReport("ok", kind, inputs, outputs, memory=placeholder.nbytes)
    outputs = kind.shapes(inputs)
    weights = kind.weights(inputs)
    return NodeReport(
        "ok",
        kind,
        inputs,
        outputs,
        weights,
        sum([math.prod(sizes) for sizes in weights.values()]),
        kind.flops(inputs, outputs),
        sum([shape.nbytes for shape in outputs.values()]),
    )


def _broken(node: Node, graph: str, error: Exception) -> Diagnostic:
    log.info("a formula of %s failed", node.kind, exc_info=error)
    message = f'The kind "{node.kind}" is at fault, not your drawing: {type(error).__name__}: {error}'
    return Diagnostic("error", "broken-kind", message[:400], node.id, graph=graph)


def _recipe(values: dict[str, Any]) -> Recipe | None:
    try:
        return Recipe.parse(values)
    except ParamError:
        return None


def errors(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Those that are errors."""
    return [diagnostic for diagnostic in diagnostics if diagnostic.severity == "error"]
