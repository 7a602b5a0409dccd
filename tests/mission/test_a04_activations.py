"""A4: each activation of the course, its curve and its derivative equal torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.nodes import standard_catalog
from tests.support.drawn import given

X = torch.linspace(-5.9, 6.1, 48).reshape(4, 12)

COURSE: dict[str, tuple[dict[str, Any], Callable[[Tensor], Tensor]]] = {
    "step": ({"straight_through": False}, lambda x: torch.heaviside(x, torch.ones(()))),
    "identity": ({}, nn.Identity()),
    "sigmoid": ({}, torch.sigmoid),
    "tanh": ({}, torch.tanh),
    "relu": ({}, torch.relu),
    "leaky_relu": ({"negative_slope": 0.2}, lambda x: functional.leaky_relu(x, 0.2)),
    "prelu": ({}, nn.PReLU()),
    "elu": ({"alpha": 0.7}, lambda x: functional.elu(x, 0.7)),
    "selu": ({}, torch.selu),
    "gelu": ({}, functional.gelu),
    "silu": ({}, functional.silu),
    "softplus": ({}, functional.softplus),
    "hard_sigmoid": ({}, functional.hardsigmoid),
    "hard_tanh": ({}, functional.hardtanh),
    "hard_swish": ({}, functional.hardswish),
    "softmax": ({}, lambda x: torch.softmax(x, -1)),
    "log_softmax": ({}, lambda x: torch.log_softmax(x, -1)),
    "glu": ({}, lambda x: functional.glu(x, -1)),
}
OF_SEVERAL = {"softmax", "log_softmax", "glu"}
"""They bend no single number, so they have no curve."""


@pytest.mark.parametrize("id", COURSE)
def test_it_and_its_derivative_equal_torchs(id: str) -> None:
    params, torchs = COURSE[id]
    ours, theirs = X.clone().requires_grad_(), X.clone().requires_grad_()
    found, expected = given(id, params, in_=ours), torchs(theirs)
    torch.testing.assert_close(found, expected)
    weights = torch.linspace(-1, 1, found.numel()).reshape(found.shape)
    if id == "step":  # flat wherever it has a slope at all
        assert not found.requires_grad or torch.autograd.grad(found.sum(), ours)[0].count_nonzero() == 0
        return
    (found * weights).sum().backward()
    (expected * weights).sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


@pytest.mark.parametrize("id", [id for id in COURSE if id not in OF_SEVERAL])
def test_the_curve_that_is_shown_is_that_of_torch_with_its_slope(id: str) -> None:
    params, torchs = COURSE[id]
    kind, xs = standard_catalog().parse(id, params), X.flatten().clone().requires_grad_()
    ys = torchs(xs)
    slopes = torch.autograd.grad(ys.sum(), xs)[0] if id != "step" else torch.zeros_like(xs)
    for x, y, slope in zip(xs.tolist(), ys.tolist(), slopes.tolist(), strict=True):
        assert kind.curve(x) == pytest.approx(y, abs=1e-5)
        assert kind.slope(x) == pytest.approx(slope, abs=2e-3)
