"""A10: what weights begin with has the moments of its formula, node by node."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.build import compile
from tests.support.drawing import Drawing

INTO, OUT = 400, 600

COURSE: dict[str, tuple[dict[str, Any], float]] = {
    "zeros": ({}, 0.0),
    "uniform": ({"low": -0.3, "high": 0.3}, 0.3 / math.sqrt(3)),
    "normal": ({"std": 0.2}, 0.2),
    "xavier_uniform": ({}, math.sqrt(2 / (INTO + OUT))),
    "xavier_normal": ({}, math.sqrt(2 / (INTO + OUT))),
    "he_uniform": ({}, math.sqrt(2 / INTO)),
    "he_normal": ({}, math.sqrt(2 / INTO)),
    "lecun_uniform": ({}, math.sqrt(1 / INTO)),
    "lecun_normal": ({}, math.sqrt(1 / INTO)),
    "orthogonal": ({}, math.sqrt(1 / OUT)),  # columns of length 1 in a tall matrix
}


def begun(**inits: dict[str, Any]) -> dict[str, Tensor]:
    """The first weights of a chain of dense nodes, one for each initializer."""
    drawing = Drawing()
    drawing.add("x", "input", shape=[INTO])
    for node, chosen in inits.items():
        drawing.add(node, "dense", "x", out_features=OUT, weight_init=chosen)
    network = compile(drawing.document, seed=3).network
    return {node: network.get_parameter(f"{node}.weight").detach() for node in inits}


@pytest.mark.parametrize("id", COURSE)
def test_mean_and_deviation_are_those_of_the_formula(id: str) -> None:
    params, sigma = COURSE[id]
    weight = begun(fc={"id": id, "params": params})["fc"]
    assert weight.shape == (OUT, INTO)
    assert weight.mean().item() == pytest.approx(0, abs=0.02 * sigma + 1e-9)
    assert weight.std().item() == pytest.approx(sigma, rel=0.02, abs=1e-9)
    uniform = id.endswith("uniform")
    assert not uniform or weight.abs().max().item() <= sigma * math.sqrt(3) * (1 + 1e-6)
    normal = id.endswith("normal")
    assert not normal or weight.abs().max().item() > 3.5 * sigma


def test_orthogonal_columns_stand_at_right_angles() -> None:
    weight = begun(fc={"id": "orthogonal"})["fc"]
    torch.testing.assert_close(weight.T @ weight, torch.eye(INTO), rtol=0, atol=1e-5)


def test_each_node_has_its_own() -> None:
    found = begun(
        first={"id": "zeros"}, second={"id": "constant", "params": {"val": 0.25}}, third={"id": "default"}
    )
    assert found["first"].unique().tolist() == [0]
    assert found["second"].unique().tolist() == [0.25]
    assert found["third"].std().item() == pytest.approx(math.sqrt(1 / (3 * INTO)), rel=0.02)
