"""Layers that torch lacks: what is exported with their text computes what the network computes."""

from __future__ import annotations

import pytest

from engine.catalog import NodeKind
from engine.nodes import standard_catalog
from engine.source import python_source
from engine.source.copied import ROOT
from engine.source.expressions import calls
from tests.support.drawing import Drawing
from tests.support.executed import assert_source_agrees
from tests.support.kinds import draw
from tests.support.torch_side import seeds


def copied(kind: type[NodeKind]) -> bool:
    """Whether a kind of one input port is made of a layer of ours."""
    if kind.role != "layer" or [port.name for port in kind.inputs] != ["in"] or kind.inputs[0].many:
        return False
    made, inputs = draw(kind, seeds(kind, 1)[0], default=True)
    return any(call.target.startswith(ROOT) for call in calls(tuple(made.calls(inputs).values())))


OWN = sorted((kind for kind in standard_catalog() if copied(kind)), key=lambda kind: kind.id)


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.id)
def test_copied_text_computes_the_same(kind: type[NodeKind]) -> None:
    for rng in seeds(kind, 4):
        made, inputs = draw(kind, rng)
        drawing = Drawing()
        drawing.add("x", "input", shape=list(inputs["in"].sample), dtype=inputs["in"].dtype)
        drawing.add("layer", kind.id, "x", **made.values())
        assert "engine" not in python_source(drawing.document)
        assert_source_agrees(drawing.document)
