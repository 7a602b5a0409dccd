"""Analysis of a document, keeping what an edit left untouched."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from engine.analysis import inside
from engine.analysis.blocks import BlockKind, Blocks, DocumentCatalog
from engine.analysis.node import Declared, Interned, Place
from engine.analysis.recipe import RecipeFacts, RecipeReader
from engine.analysis.report import Analysis, Diagnostic, Inside, NodeReport, Severity
from engine.analysis.rules import check
from engine.analysis.sharing import shared_count, sharing
from engine.analysis.sites import AimSite, BlockSite, DataSite, GraphSite
from engine.analysis.walk import Kept, Past, Walk
from engine.catalog import Catalog, Inputs, Shape
from engine.data import Field
from engine.errors import NeuroloomError, ParamError
from engine.graph import MAIN, Document, Graph, Promoted, kind_of
from engine.spec import solved

_RANK: Final[dict[Severity, int]] = {"error": 0, "warning": 1, "hint": 2}
MOST_CONTEXTS: Final = 512
MOST_INSIDE: Final = 2_000
"""Graphs behind blocks that one run looks at: each for other parameters or shapes."""
MANY_NODES: Final = 50
"""A graph counts as several where it has more nodes than this."""
_NO_RECIPE: Final = RecipeFacts(None, (), None, None)

Context = tuple[str, str, tuple[tuple[str, Shape | None], ...]]
"""A graph with the parameters, as text since a list has no hash, and the shapes that come from outside."""


class Analyser:
    """Analyses documents against a catalogue, and keeps each node's result from run to run.

    A result is used again where the node and what reaches it are the same, so an edit costs what it
    touches; a block is analysed once for all nodes that place it alike. No document, however wrong, makes
    it raise.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._blocks = Blocks(catalog, self._look)
        self._past: dict[Context, Past] = {}
        self._results: Interned = {}
        self._plain: dict[str, Declared] = {}
        self._recipes = RecipeReader()
        self._graphs: frozenset[str] = frozenset()
        self._looked = 0

    @property
    def catalog(self) -> DocumentCatalog:
        """The kinds, and the blocks of the document that was analysed last."""
        return self._blocks.catalog

    def run(self, document: Document) -> Analysis:
        """The analysis of a document's main graph, and of all that is placed in it."""
        self._update(document)
        drawn = document.graph()
        names, found = _names(document)
        facts = self._recipes.read(document.recipe)
        params = document.block(MAIN).params
        walk, past = self._walk(MAIN, drawn, names, {}, params, facts.fields)
        reports = {id: kept.result.report for id, kept in past.items()}
        found += _findings(past)
        found += _whole(MAIN, drawn, walk, reports, facts)
        return _analysis(drawn, reports, found, facts)

    def declared(self, document: Document) -> DocumentCatalog:
        """The kinds, and the blocks of a document, which is not analysed."""
        self._update(document)
        return self.catalog

    def within(self, document: Document, way: Iterable[str]) -> Analysis | None:
        """The analysis of the graph to which nodes that stand for blocks lead, one inside the other.

        It is that of this place; shapes are unknown where those around it are. None where a node of the way is
        no sound block.
        """
        analysis = self.run(document)
        for id in way:
            report = analysis.nodes.get(id)
            kind = report.kind if report is not None else None
            if report is None or not isinstance(kind, BlockKind):
                return None
            passes = (report.inside or self._unplaced(kind)).passes
            if not passes:
                return None
            analysis = passes[0].analysis
        return analysis

    def alone(self, document: Document, graph: str) -> Analysis | None:
        """The analysis of a block's graph that is placed nowhere, with its parameters' defaults."""
        self._update(document)
        declared = self.catalog.blocks.get(kind_of(graph))
        try:
            passes = self._unplaced(declared()).passes if declared is not None else ()
        except ParamError:
            return None
        return passes[0].analysis if passes else None

    def _update(self, document: Document) -> None:
        self._looked = 0
        self._graphs = frozenset(document.graphs())
        if self._blocks.update(document):
            self._results.clear()
            self._plain.clear()
        if len(self._past) > MOST_CONTEXTS:
            self._past.clear()

    def _unplaced(self, kind: BlockKind) -> Inside:
        return inside.look(kind, None, self._inner)

    def _look(self, kind: BlockKind, inputs: Inputs) -> Inside:
        return inside.look(kind, inputs, self._inner)

    def _inner(self, kind: BlockKind, entries: Mapping[str, Shape | None]) -> Analysis | None:
        """The analysis of the graph behind a kind for what enters it; None once a run has looked at too many."""
        self._looked += 1 + len(kind.drawn) // MANY_NODES
        if self._looked > MOST_INSIDE:
            return None
        walk, past = self._walk(kind.graph, kind.drawn, kind.names(), entries, kind.block.params)
        reports = {id: kept.result.report for id, kept in past.items()}
        found = _findings(past)
        found += check(BlockSite(kind.graph, kind.drawn, kind.block, reports, walk.around), "", kind.graph)
        return _analysis(kind.drawn, reports, found, _NO_RECIPE)

    def _walk(
        self,
        name: str,
        drawn: Graph,
        names: Mapping[str, Any],
        entries: Mapping[str, Shape | None],
        params: tuple[Promoted, ...],
        fields: Mapping[str, Field] | None = None,
    ) -> tuple[Walk, dict[str, Kept]]:
        context = name, str(names), tuple(entries.items())
        place = Place(
            name=name,
            graph=drawn,
            catalog=self.catalog,
            results=self._results,
            plain=self._plain,
            names=names,
            entries=entries,
            unsound=self._blocks.unsound,
            generation=self._blocks.generation,
            fields=fields or {},
            graphs=self._graphs,
            params=params,
        )
        walk = Walk(place, self._past.get(context))
        kept = walk.run()
        self._past[context] = Past(drawn, drawn.revision, place.generation, kept, walk.topology())
        return walk, kept


def analyse(document: Document, catalog: Catalog | None = None) -> Analysis:
    """The analysis of a document, once; with the standard catalogue unless another is given."""
    if catalog is None:
        from engine.nodes import standard_catalog

        catalog = standard_catalog()
    return Analyser(catalog).run(document)


def _names(document: Document) -> tuple[dict[str, Any], list[Diagnostic]]:
    """The values of the document's own parameters."""
    params = document.block(MAIN).params
    try:
        return solved({each.name: each.default for each in params}, {}), []
    except ParamError as error:
        return {}, [Diagnostic("error", "param", f"Parameter of the document: {error}")]


def _findings(kept: Mapping[str, Kept]) -> list[Diagnostic]:
    """What was found at the nodes; what is wrong with a block that stands in several places is told once."""
    found = [each for result in kept.values() if result.result.diagnostics for each in result.result.diagnostics]
    if not any(each.within for each in found):
        return found
    once = {(each.graph, each.node, each.code, each.message): each for each in reversed(found)}
    return [each for each in found if once.get((each.graph, each.node, each.code, each.message)) is each]


def _analysis(
    graph: Graph, reports: dict[str, NodeReport], found: list[Diagnostic], facts: RecipeFacts
) -> Analysis:
    found.sort(key=lambda diagnostic: _RANK[diagnostic.severity])
    parameters = flops = memory = frozen = 0
    for report in reports.values():
        parameters += report.parameters
        flops += report.flops
        memory += report.memory
        frozen += report.frozen
    shared = sharing(reports)
    parameters -= shared_count(reports, shared)
    frozen -= sum(reports[id].frozen for id in shared.owners)
    return Analysis(
        reports,
        tuple(found),
        graph.order(),
        facts.recipe,
        parameters,
        flops,
        memory,
        frozen,
        facts.fields or {},
    )


def _whole(
    name: str, graph: Graph, walk: Walk, reports: dict[str, NodeReport], facts: RecipeFacts
) -> list[Diagnostic]:
    """What the rules about the whole find: graph, recipe, data."""
    topology = walk.topology()
    found = check(GraphSite(name, graph, topology, reports, walk.around), "", name)
    found += facts.diagnostics
    if facts.source is not None and facts.fields is not None and topology.of("loss"):  # else nobody trains it
        site = DataSite(name, graph, topology, reports, facts.source, facts.fields, walk.around)
        found += check(site, "", name)
    if facts.recipe is not None and topology.of("loss"):
        with contextlib.suppress(NeuroloomError):  # told as the recipe's own
            found += check(AimSite(topology, reports, facts.recipe, tuple(facts.recipe.aims())), "", name)
    return found
