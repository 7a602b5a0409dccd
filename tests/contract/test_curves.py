"""Every kind's curve and slope, drawn without torch, against what torch computes and differentiates."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from engine.catalog import Inputs, NodeKind, Shape
from engine.nodes import standard_catalog
from tests.support.kinds import draw_params
from tests.support.torch_side import built, computed, seeds

BENT = sorted((kind for kind in standard_catalog() if kind().curve(0.5) is not None), key=lambda kind: kind.id)
SEVERAL = {"softmax", "log_softmax", "softmin", "maxout"}
every_curve = pytest.mark.parametrize("kind", BENT, ids=lambda kind: kind.id)


def draw_legal(kind: type[NodeKind], number: int) -> NodeKind:
    """A kind with random parameters that go together; its defaults first."""
    for rng in seeds(kind, 200)[number:]:
        values = draw_params(kind, rng) if number else {}
        if not kind.problems(values):
            return kind.parse(values)
    raise AssertionError(f"No legal parameters were found for {kind.id}.")


def bent(kind: NodeKind, x: Tensor) -> Tensor:
    """What torch makes of each number in evaluation mode."""
    inputs = Inputs.of(Shape.batch(x.shape[1]))
    layers = built(kind, inputs)
    for layer in layers.values():
        layer.double().eval()
    return computed(kind, inputs, {"in": (x,)}, layers)["out"]


@every_curve
def test_curves_are_those_of_torch(kind: type[NodeKind]) -> None:
    """On a grid that meets the kinks at whole and half numbers."""
    x = torch.linspace(-8, 8, 257, dtype=torch.float64)[:, None]
    for number in range(12):
        made = draw_legal(kind, number)
        drawn = torch.tensor([[made.curve(value)] for (value,) in x.tolist()], dtype=torch.float64)
        torch.testing.assert_close(drawn, bent(made, x), rtol=1e-5, atol=1e-12)


@every_curve
def test_slopes_are_those_that_torch_trains_with(kind: type[NodeKind]) -> None:
    """Between the kinks: the grid meets none."""
    for number in range(12):
        made = draw_legal(kind, number)
        x = (torch.linspace(-8, 8, 200, dtype=torch.float64) + math.pi / 1000)[:, None].requires_grad_()
        bent(made, x).sum().backward()
        drawn = torch.tensor([[made.slope(value)] for (value,) in x.tolist()], dtype=torch.float64)
        torch.testing.assert_close(drawn, x.grad, rtol=1e-4, atol=1e-7)


@every_curve
def test_curves_are_finite_far_out(kind: type[NodeKind]) -> None:
    for x in (-1e6, -745.0, 0.0, 745.0, 1e6):
        assert math.isfinite(kind().curve(x) or 0.0)


def test_every_activation_of_a_single_number_has_a_curve() -> None:
    without = {kind.id for kind in standard_catalog() if kind.category == "Activation"} - {
        kind.id for kind in BENT
    }
    assert without == SEVERAL
