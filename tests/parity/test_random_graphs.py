"""Random valid documents: compiled network and executed source agree to the last bit."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from engine.analysis import analyse
from engine.build import compile
from engine.graph import Document
from tests.support.executed import assert_source_agrees, feeds
from tests.support.graphs import documents, grow


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(documents)
def test_source_and_graph_module_agree(document: Document) -> None:
    assert_source_agrees(document)


@pytest.mark.parametrize("seed", range(8))
def test_shapes_are_those_that_analysis_said(seed: int) -> None:
    document = grow(seed, 15)
    analysis = analyse(document)
    compiled = compile(document, analysis=analysis)
    inputs, _ = feeds(compiled, batch=3)
    outputs = compiled.network(*inputs)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    assert len(outputs) == len(compiled.outputs)
    for value, tensor in zip(compiled.outputs, outputs, strict=True):
        shape = analysis.nodes[value.node].outputs[value.port]
        assert tuple(tensor.shape) == tuple(3 if size == "N" else size for size in shape.sizes)


def test_random_graphs_are_worth_comparing() -> None:
    grown = [grow(seed, 15) for seed in range(40)]
    kinds = {node.kind for document in grown for node in document.graph().nodes()}
    assert len(kinds) >= 25
    assert sum(len(document.graph()) for document in grown) / len(grown) >= 12
    assert all(state.state == "ok" for document in grown for state in analyse(document).nodes.values())
