"""A21: gates equal their formulas; those of gated residual and mixture of experts are in test_gates."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.build import compile
from engine.nodes import standard_catalog
from tests.support.drawn import drawn


@pytest.mark.parametrize(
    "id", ["glu", "highway", "squeeze_excitation", "gated_residual", "mixture_of_experts", "gate"]
)
def test_each_of_the_course_is_a_kind_with_its_paper(id: str) -> None:
    kind = standard_catalog()[id]
    assert kind.equation
    assert "Source:" in (kind.__doc__ or "")


def run(id: str, x: Tensor, **params: int) -> tuple[Tensor, dict[str, Tensor]]:
    """What a node gives, and its weights."""
    network = compile(drawn(id, params, in_=x), seed=6).network
    weights = {name.removeprefix("node."): value for name, value in network.state_dict().items()}
    return network(x), weights


def test_glu_is_half_times_the_sigmoid_of_the_other_half() -> None:
    x = torch.randn(3, 8)
    found, _ = run("glu", x)
    torch.testing.assert_close(found, x[:, :4] / (1 + (-x[:, 4:]).exp()))


def test_a_highway_is_a_mixture_of_its_layer_and_its_input() -> None:
    x = torch.randn(3, 6)
    found, w = run("highway", x)
    share = torch.sigmoid(x @ w["gate.weight"].T + w["gate.bias"])
    inner = (x @ w["transform.weight"].T + w["transform.bias"]).clamp(min=0)
    torch.testing.assert_close(found, share * inner + (1 - share) * x)


def test_squeeze_and_excitation_weighs_channels_by_their_means() -> None:
    x = torch.randn(2, 8, 5, 4)
    found, w = run("squeeze_excitation", x, reduction=4)
    squeezed = (x.mean((2, 3)) @ w["fc1.weight"].T + w["fc1.bias"]).clamp(min=0)
    shares = torch.sigmoid(squeezed @ w["fc2.weight"].T + w["fc2.bias"])
    torch.testing.assert_close(found, x * shares[:, :, None, None])
