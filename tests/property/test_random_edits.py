"""Thousands of random edits: nothing is lost, nothing raises, nothing kept goes stale."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from engine.analysis import Analyser, Analysis, NodeReport, analyse, expanded, plan, training_problems, try_edge
from engine.catalog import Catalog
from engine.errors import BuildError, EditError
from engine.graph import Batch, Document, Edge, Edit, text
from engine.nodes import standard_catalog
from tests.support.edits import Editor
from tests.support.large import residual
from tests.support.tiny import small_net, tiny_catalog

STEPS = 500


def starts() -> list[tuple[Document, Catalog]]:
    return [
        (Document(), tiny_catalog()),
        (small_net(), tiny_catalog()),
        (Document(), standard_catalog()),
        (residual(30), standard_catalog()),
    ]


@pytest.mark.parametrize("seed", range(8))
def test_random_edits(seed: int) -> None:
    """Analysis kept from step to step equals a fresh one; files hold all; undo leads back to the start."""
    rng = random.Random(seed)
    document, catalog = starts()[seed % 4]
    start = text.dumps(document)
    editor, analyser = Editor(document, catalog, rng), Analyser(catalog)
    backs: list[Edit] = []
    refused = 0
    for step in range(STEPS):
        edit = editor.edit()
        before = text.dumps(document) if isinstance(edit, Batch) else ""
        try:
            back, _ = document.apply(edit)
        except EditError:
            refused += 1
            assert not before or text.dumps(document) == before
            continue
        backs.append(back)
        analysis = analyser.run(document)
        assert msgspec.json.decode(msgspec.json.encode(edit), type=Edit) == edit
        if step % 5 == 0:
            _check(document, analysis, catalog, rng)
    assert len(backs) > STEPS / 2 > refused > 0
    for back in reversed(backs):
        document.apply(back)
    assert text.dumps(document) == start
    assert told(analyser.run(document)) == told(analyse(document, catalog))


def told(analysis: Analysis) -> tuple[Any, ...]:
    """What an analysis says; kinds of blocks are made by each analyser anew, so only their names count."""
    nodes = {id: told_of(report) for id, report in analysis.nodes.items()}
    return nodes, analysis.diagnostics, analysis.order, analysis.parameters, analysis.flops, analysis.memory


def told_of(report: NodeReport) -> tuple[Any, ...]:
    inside = [told(each.analysis) for each in report.inside.passes] if report.inside is not None else None
    kind = (report.kind.id, report.kind.values()) if report.kind is not None else None
    return (
        report.state,
        kind,
        report.inputs,
        report.outputs,
        report.weights,
        report.parameters,
        report.flops,
        inside,
    )


def _check(document: Document, analysis: Analysis, catalog: Catalog, rng: random.Random) -> None:
    written = text.dumps(document)
    again = text.loads(written)
    assert again == document
    assert text.dumps(again) == written
    assert told(analysis) == told(analyse(document, catalog)) == told(analyse(again, catalog))
    _check_answers(document, analysis, catalog, rng)
    for diagnostic in analysis.diagnostics:
        for fix in diagnostic.fixes:
            document.copy().apply(fix.edit)


def _check_answers(document: Document, analysis: Analysis, catalog: Catalog, rng: random.Random) -> None:
    graph = document.graph()
    ids = list(graph)
    source, target = rng.choice(ids), rng.choice(ids)
    answer = try_edge(document, analysis, Edge(source, "out", target, "in"), catalog)
    assert answer is None or answer.strip()
    if graph.reaches(target, source):
        assert answer is not None
    training_problems(document, analysis)
    sound = all(report.state == "ok" for report in analysis.nodes.values())
    try:
        found = plan(document, analysis, catalog)
    except BuildError:
        assert not sound
    else:
        steps = [*found.network.steps, *found.criterion.steps]
        placeholders = [*found.network.placeholders, *found.criterion.placeholders]
        assert sorted(each.node for each in [*steps, *placeholders]) == sorted(ids)
        assert {each.node.partition(".")[0] for each in expanded(found).network.steps} <= set(ids)
