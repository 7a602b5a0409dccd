"""A2: a neuron is a weighted sum, a bias and an activation; 1 + 3·x1 − 2·x2 = 0 is its line."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.build import compile
from engine.graph import Document
from engine.runs import with_recipe
from engine.training import Summary
from tests.support.drawing import Drawing
from tests.support.training import newest_tensors

GRID = torch.cartesian_prod(torch.arange(-20, 21), torch.arange(-20, 21))
"""Quarters from −5 to 5: numbers that float32 holds exactly."""


def fires() -> list[bool]:
    """The formula in whole numbers: 1 + 3·x1 − 2·x2 ≥ 0, four times."""
    return [4 + 3 * a - 2 * b >= 0 for a, b in GRID.tolist()]


def layer_form() -> Callable[[Tensor], Tensor]:
    """A dense layer of one neuron with weights put in."""
    drawing = Drawing()
    drawing.add("x", "input", shape=[2])
    drawing.chain("x", ("neuron", "dense", {"out_features": 1}), ("fires", "step", {}))
    network = compile(drawing.document).network
    network.load_state_dict({"neuron.weight": torch.tensor([[3.0, -2.0]]), "neuron.bias": torch.tensor([1.0])})
    return network


def sum_form() -> Callable[[Tensor], Tensor]:
    """The same drawn as a weighted sum of 1, x1 and x2."""
    drawing = Drawing()
    drawing.add("x", "input", shape=[2])
    drawing.add("parts", "split", "x")
    drawing.add("one", "constant", to={"like": "parts.out1"}, shape=[1], value=1.0)
    drawing.add("sum", "weighted_sum", "one", "parts.out1", "parts.out2", fixed=True, factors=[1, 3, -2])
    drawing.add("fires", "step", "sum")
    return compile(drawing.document).network


@pytest.mark.parametrize("form", [layer_form, sum_form])
def test_the_boundary_is_where_the_formula_says(form: Callable[[], Callable[[Tensor], Tensor]]) -> None:
    found = form()(GRID / 4)
    assert found.flatten().bool().tolist() == fires()
    assert 0 < sum(fires()) < len(GRID)
    on_the_line = [4 + 3 * a - 2 * b == 0 for a, b in GRID.tolist()]
    assert any(on_the_line)


def points(path: Path) -> Document:
    """One neuron, and points that the line divides."""
    dice = np.random.default_rng(0)
    x = dice.uniform(-3, 3, (800, 2))
    rows = [f"{a},{b},{int(1 + 3 * a - 2 * b > 0)}" for a, b in x]
    path.write_text("x1,x2,side\n" + "\n".join(rows), encoding="utf-8")
    drawing = Drawing()
    drawing.add("x", "input", shape=[2])
    drawing.add("neuron", "dense", "x", out_features=1)
    drawing.add("y", "target")
    drawing.add("loss", "bce_with_logits", to={"in": "neuron", "target": "y"})
    recipe: dict[str, Any] = {
        "data": {"id": "csv", "params": {"path": str(path)}},
        "optimizer": {"id": "adam", "params": {"lr": 0.1}},
        "epochs": 40,
        "device": "cpu",
    }
    return with_recipe(drawing.document, recipe)


def test_a_neuron_that_learns_finds_the_line(train: Callable[..., Summary], tmp_path: Path) -> None:
    learnt = newest_tensors(train(points(tmp_path / "points.csv")).run)
    (w1, w2), (b,) = learnt["neuron.weight"][0].tolist(), learnt["neuron.bias"].tolist()
    length, truth = math.hypot(w1, w2), math.hypot(3, 2)
    assert w1 / length == pytest.approx(3 / truth, abs=0.02)
    assert w2 / length == pytest.approx(-2 / truth, abs=0.02)
    assert b / length == pytest.approx(1 / truth, abs=0.05)
