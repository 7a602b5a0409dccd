"""What every kind keeps when it is exported: the printed file computes its numbers, bit by bit."""

from __future__ import annotations

import pytest

from engine.catalog import Inputs, NodeKind, Shape
from engine.nodes import standard_catalog
from tests.support.drawing import Drawing
from tests.support.executed import assert_source_agrees
from tests.support.kinds import draw
from tests.support.torch_side import PROBABILITIES, seeds

COMPUTING = sorted(
    (kind for kind in standard_catalog() if kind.role not in ("input", "target", "entry")),
    key=lambda kind: kind.id,
)


def can_be_fed(inputs: Inputs) -> bool:
    """Whether nodes can give these shapes: truths are masks of padding, and everything comes in batches."""
    return all(shape.rank == 2 if shape.dtype == "bool" else shape.rank for shape in inputs.all())


def feed(drawing: Drawing, name: str, shape: Shape, *, shares: bool = False) -> str:
    """A node that gives such a shape; with `shares`, decimals from 0 to 1."""
    dtype = "int64" if shape.dtype == "bool" else shape.dtype
    drawing.add(name, "input", shape=list(shape.sample), dtype=dtype)
    if shares and shape.dtype == "float32":
        return drawing.add(f"{name}_share", "sigmoid", name)
    if shape.dtype != "bool":
        return name
    drawing.add(f"{name}_mask", "padding_mask", name, padding_idx=1)
    return f"{name}_mask"


@pytest.mark.parametrize("kind", COMPUTING, ids=lambda kind: kind.id)
@pytest.mark.parametrize("default", [True, False], ids=["default", "drawn"])
def test_exported_source_computes_what_runs(kind: type[NodeKind], default: bool) -> None:
    drawn = (draw(kind, rng, default=default) for rng in seeds(kind, 50))
    made, inputs = next((made, inputs) for made, inputs in drawn if can_be_fed(inputs))
    drawing = Drawing("One node")
    wires = {
        port: [
            feed(drawing, f"{port}{number}", shape, shares=kind.id in PROBABILITIES)
            for number, shape in enumerate(inputs.many(port))
        ]
        for port in inputs
    }
    drawing.wired("one", kind.id, wires, made.values())
    assert_source_agrees(drawing.document)
