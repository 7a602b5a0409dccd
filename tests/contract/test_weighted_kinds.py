"""What every kind that learns keeps: it takes the options of weights, and they reach its tensors."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from engine.analysis import Analysis, analyse
from engine.build import Limits, Penalties, compile
from engine.catalog import Inputs, NodeKind, Weighted
from engine.catalog.call import layers
from engine.catalog.initializer import sort_of
from engine.catalog.weighted import OPTIONS
from engine.graph import Document
from engine.nodes import standard_catalog
from engine.source import python_source
from tests.contract.test_kinds_as_source import can_be_fed, feed
from tests.support.drawing import Drawing
from tests.support.executed import execute
from tests.support.kinds import draw
from tests.support.torch_side import seeds, state

KINDS = sorted(standard_catalog(), key=lambda kind: kind.id)
LEARNING = [kind for kind in KINDS if issubclass(kind, Weighted)]
every = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
learning = pytest.mark.parametrize("kind", LEARNING, ids=lambda kind: kind.id)


def drawn(kind: type[NodeKind], **options: Any) -> tuple[Document, Inputs]:
    """A document of one node."""
    cases = (draw(kind, rng, default=True) for rng in seeds(kind, 50))
    inputs = next(inputs for _, inputs in cases if can_be_fed(inputs))
    drawing = Drawing("One node")
    wires = {
        port: [feed(drawing, f"{port}{number}", shape) for number, shape in enumerate(inputs.many(port))]
        for port in inputs
    }
    drawing.wired("one", kind.id, wires, options)
    return drawing.document, inputs


def codes(analysis: Analysis) -> set[str]:
    return {found.code for found in analysis.of("one") if found.severity == "error"} - {"misplaced"}


@every
def test_kinds_with_weights_are_weighted(kind: type[NodeKind]) -> None:
    made, inputs = draw(kind, seeds(kind, 1)[0], default=True)
    if made.weights(inputs):
        assert issubclass(kind, Weighted)
        own = [name for name, param in kind.params.items() if not param.group]
        assert list(kind.params) == [*own, *OPTIONS]


@learning
def test_first_weights_go_where_they_belong(kind: type[NodeKind]) -> None:
    sevens: dict[str, Any] = {"id": "constant", "params": {"val": 7.0}}
    document, inputs = drawn(kind, weight_init=sevens, bias_init={"id": "constant", "params": {"val": 3.0}})
    analysis = analyse(document)
    report = analysis.nodes["one"]
    assert report.kind is not None
    if len(layers(report.kind.calls(inputs))) > 1:
        assert codes(analysis) == {"several-layers"}
        return
    network = compile(document, analysis=analysis, seed=0).network
    layer = network.get_submodule("one")
    for name, sizes in report.kind.weights(inputs).items():
        expected = 3.0 if sort_of(name, sizes) == "bias" else 7.0
        assert (layer.get_parameter(name) == expected).all(), name
    torch.manual_seed(0)
    net = execute(python_source(document))["Net"]()
    assert all(torch.equal(a, b) for a, b in zip(net.parameters(), network.parameters(), strict=True))


@learning
@pytest.mark.parametrize("how", ["weight", "spectral"])
def test_weights_are_normalized_or_that_is_refused(kind: type[NodeKind], how: str) -> None:
    document, inputs = drawn(kind, weight_norm=how)
    analysis = analyse(document)
    report = analysis.nodes["one"]
    assert isinstance(report.kind, Weighted)
    plain = len(report.kind.weights(inputs).get("weight", ())) > 1
    if not plain or len(layers(report.kind.calls(inputs))) > 1:
        assert codes(analysis) == {"weight-norm"}
        return
    layer = compile(document, analysis=analysis, seed=0).network.get_submodule("one")
    assert report.kind.learnt(inputs) == state({"": layer}, learnt=True)
    assert report.kind.kept(inputs) == state({"": layer}, learnt=False)
    weight: Any = layer.weight
    matrix = weight.detach().movedim(report.kind.filter_axis, 0).flatten(1)
    if how == "weight":
        lengths: Any = layer.parametrizations
        torch.testing.assert_close(matrix.norm(dim=1), lengths.weight.original0.detach().flatten())
    else:
        assert torch.linalg.matrix_norm(matrix, 2) < 1.5


@learning
def test_frozen_kinds_learn_nothing(kind: type[NodeKind]) -> None:
    document, _ = drawn(kind, frozen=True)
    analysis = analyse(document)
    report = analysis.nodes["one"]
    compiled = compile(document, analysis=analysis)
    assert not any(weight.requires_grad for weight in compiled.network.parameters())
    assert report.frozen == report.parameters == sum(p.numel() for p in compiled.network.parameters())


@learning
def test_penalties_and_limits_meet_weights_only(kind: type[NodeKind]) -> None:
    document, inputs = drawn(kind, l2=2.0, max_weight_norm=1e-3)
    analysis = analyse(document)
    report = analysis.nodes["one"]
    assert isinstance(report.kind, Weighted)
    if len(layers(report.kind.calls(inputs))) > 1:
        assert codes(analysis) == {"several-layers"}
        return
    compiled = compile(document, analysis=analysis, seed=0)
    layer: nn.Module = compiled.network.get_submodule("one")
    weights = {
        name: layer.get_parameter(name)
        for name, sizes in report.kind.weights(inputs).items()
        if len(sizes) > 1 and "bias" not in name.rpartition(".")[2]
    }
    penalties = Penalties(compiled)
    assert bool(penalties) is bool(weights)
    if not weights:
        return
    torch.testing.assert_close(penalties(), torch.stack([2 * (w**2).sum() for w in weights.values()]).sum())
    Limits(compiled)()
    for name, weight in weights.items():
        rows = weight.detach().movedim(report.kind.axis_of(name), 0).flatten(1)
        assert (rows.norm(dim=1) <= 1.001e-3).all(), name
