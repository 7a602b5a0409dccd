"""Normalization against torch's own layers, in training and evaluation, and against the papers' equations."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.catalog import Inputs, Shape
from engine.errors import ShapeError
from engine.nodes import standard_catalog
from tests.support.torch_side import built, computed

CATALOG = standard_catalog()
EPS = 1e-5

TWINS: list[tuple[str, dict[str, Any], nn.Module, tuple[int, ...]]] = [
    ("batch_norm1d", {}, nn.BatchNorm1d(3), (3,)),
    ("batch_norm1d", {"affine": False}, nn.BatchNorm1d(3, affine=False), (3, 6)),
    ("batch_norm2d", {"momentum": 0.3, "eps": 1e-3}, nn.BatchNorm2d(3, momentum=0.3, eps=1e-3), (3, 5, 6)),
    ("batch_norm3d", {}, nn.BatchNorm3d(3), (3, 2, 4, 5)),
    ("batch_norm3d", {"momentum": 0.3}, nn.BatchNorm3d(3, momentum=0.3), (3, 2, 4, 5)),
    ("layer_norm", {}, nn.LayerNorm(6), (3, 6)),
    ("layer_norm", {"axes": 2, "eps": 1e-3, "bias": False}, nn.LayerNorm((5, 6), 1e-3, bias=False), (3, 5, 6)),
    ("rms_norm", {}, nn.RMSNorm(6, eps=1e-6), (3, 6)),
    ("rms_norm", {"axes": 2, "eps": 0.1}, nn.RMSNorm((5, 6), 0.1), (3, 5, 6)),
    ("rms_norm", {"elementwise_affine": False}, nn.RMSNorm(6, 1e-6, False), (6,)),
    ("instance_norm1d", {}, nn.InstanceNorm1d(3), (3, 7)),
    ("instance_norm1d", {"affine": True}, nn.InstanceNorm1d(3, affine=True), (3, 7)),
    ("instance_norm2d", {"eps": 0.1}, nn.InstanceNorm2d(3, 0.1), (3, 5, 6)),
    (
        "instance_norm2d",
        {"momentum": 0.4, "track_running_stats": True},
        nn.InstanceNorm2d(3, momentum=0.4, track_running_stats=True),
        (3, 5, 6),
    ),
    ("instance_norm3d", {"affine": True}, nn.InstanceNorm3d(3, affine=True), (3, 2, 4, 5)),
    ("group_norm", {"num_groups": 2}, nn.GroupNorm(2, 6), (6, 5, 4)),
    ("group_norm", {"num_groups": 3, "eps": 0.1, "affine": False}, nn.GroupNorm(3, 6, 0.1, False), (6,)),
    ("local_response_norm", {}, nn.LocalResponseNorm(5), (8, 5, 4)),
    (
        "local_response_norm",
        {"size": 3, "alpha": 0.5, "beta": 0.6, "k": 2.0},
        nn.LocalResponseNorm(3, 0.5, 0.6, 2.0),
        (8, 7),
    ),
]


@pytest.mark.parametrize(("id", "params", "twin", "sizes"), TWINS, ids=str)
def test_equal_to_torchs_own_layer(
    id: str, params: dict[str, Any], twin: nn.Module, sizes: tuple[int, ...]
) -> None:
    torch.manual_seed(3)
    for weight in twin.parameters():
        nn.init.normal_(weight)
    kind, inputs = CATALOG.parse(id, params), Inputs.of(Shape.batch(*sizes))
    layers = built(kind, inputs)
    for layer in layers.values():
        layer.load_state_dict(twin.state_dict())
    for training in (True, True, False):
        for module in (twin, *layers.values()):
            module.train(training)
        x = torch.randn(4, *sizes) * 2 + 1
        assert torch.equal(computed(kind, inputs, {"in": (x,)}, layers)["out"], twin(x))


def columns(x: Tensor) -> list[list[float]]:
    """The numbers of each channel."""
    return x.detach().transpose(0, 1).flatten(1).tolist()


@pytest.mark.parametrize("sizes", [(3,), (3, 4), (3, 2, 5), (3, 2, 2, 2)])
@pytest.mark.parametrize(("r_max", "d_max"), [(3.0, 5.0), (1.1, 0.05), (1.0, 0.0)])
def test_batch_renorm_is_algorithm_1(sizes: tuple[int, ...], r_max: float, d_max: float) -> None:
    """Number by number in plain arithmetic, three batches and an evaluation."""
    torch.manual_seed(4)
    kind = CATALOG.parse("batch_renorm", {"r_max": r_max, "d_max": d_max, "momentum": 0.2})
    inputs = Inputs.of(Shape.batch(*sizes))
    layers = built(kind, inputs)
    layer = layers[""].double()
    gamma, beta = torch.randn(3, dtype=torch.float64), torch.randn(3, dtype=torch.float64)
    layer.load_state_dict({"weight": gamma, "bias": beta}, strict=False)
    means, deviations = [0.0] * 3, [1.0] * 3
    for _ in range(3):
        x = torch.randn(6, *sizes, dtype=torch.float64) * torch.rand(()) * 3 + 0.7
        found = columns(computed(kind, inputs, {"in": (x,)}, layers)["out"])
        for channel, values in enumerate(columns(x)):
            mean = sum(values) / len(values)
            deviation = math.sqrt(EPS + sum((value - mean) ** 2 for value in values) / len(values))
            r = max(1 / r_max, min(r_max, deviation / deviations[channel]))
            d = max(-d_max, min(d_max, (mean - means[channel]) / deviations[channel]))
            expected = [
                gamma[channel].item() * ((value - mean) / deviation * r + d) + beta[channel].item()
                for value in values
            ]
            assert found[channel] == pytest.approx(expected, rel=1e-6, abs=1e-6)
            means[channel] += 0.2 * (mean - means[channel])
            deviations[channel] += 0.2 * (deviation - deviations[channel])
    layer.eval()
    x = torch.randn(2, *sizes, dtype=torch.float64)
    found = columns(computed(kind, inputs, {"in": (x,)}, layers)["out"])
    for channel, values in enumerate(columns(x)):
        expected = [
            gamma[channel].item() * (value - means[channel]) / deviations[channel] + beta[channel].item()
            for value in values
        ]
        assert found[channel] == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_batch_renorm_learns_by_the_papers_backward_equations() -> None:
    """Section 3: r and d are constants for the gradient."""
    torch.manual_seed(5)
    kind, inputs = CATALOG.parse("batch_renorm", {"r_max": 1.5, "d_max": 0.5}), Inputs.of(Shape.batch(2))
    layers = built(kind, inputs)
    layers[""].double()
    x = (torch.randn(7, 2, dtype=torch.float64) * 2 + 0.3).requires_grad_()
    inflow = torch.randn(7, 2, dtype=torch.float64)
    (computed(kind, inputs, {"in": (x,)}, layers)["out"] * inflow).sum().backward()
    with torch.no_grad():
        mean, deviation = x.mean(0), (x.var(0, correction=0) + EPS).sqrt()
        r = deviation.clamp(1 / 1.5, 1.5)
        to_deviation = (inflow * (x - mean) * -r / deviation**2).sum(0)
        to_mean = (inflow * -r / deviation).sum(0)
        expected = inflow * r / deviation + to_deviation * (x - mean) / (7 * deviation) + to_mean / 7
    torch.testing.assert_close(x.grad, expected)


def test_without_correction_batch_renorm_is_batch_norm() -> None:
    kind, inputs = CATALOG.parse("batch_renorm", {"r_max": 1.0, "d_max": 0.0}), Inputs.of(Shape.batch(3, 4, 4))
    x = torch.randn(5, 3, 4, 4)
    found = computed(kind, inputs, {"in": (x,)}, built(kind, inputs))["out"]
    torch.testing.assert_close(found, nn.BatchNorm2d(3)(x))


def test_batch_renorm_takes_half_precision() -> None:
    kind, inputs = CATALOG.parse("batch_renorm", {}), Inputs.of(Shape.batch(3))
    layers, x = built(kind, inputs), torch.randn(50, 3) + 4
    computed(kind, inputs, {"in": (x.bfloat16(),)}, layers)
    torch.testing.assert_close(layers[""].running_mean, 0.01 * x.mean(0), rtol=0.01, atol=1e-3)


@pytest.mark.parametrize(("p", "expected"), [(2.0, [0.6, -0.8]), (1.0, [3 / 7, -4 / 7])])
@pytest.mark.parametrize("dim", [1, -1])
def test_unit_norm(p: float, expected: list[float], dim: int) -> None:
    kind, x = CATALOG.parse("unit_norm", {"p": p, "dim": dim}), torch.tensor([[3.0, -4.0], [0.0, 0.0]])
    found = computed(kind, Inputs.of(Shape.batch(2)), {"in": (x,)}, {})["out"]
    torch.testing.assert_close(found, torch.tensor([expected, [0.0, 0.0]]))
    maps = torch.randn(2, 3, 4)
    lengths = computed(kind, Inputs.of(Shape.batch(3, 4)), {"in": (maps,)}, {})["out"].abs().pow(p).sum(dim)
    torch.testing.assert_close(lengths, torch.ones_like(lengths))


def test_local_response_norm_is_its_equation() -> None:
    """Krizhevsky et al. 2012, with torch's alpha over size: three channels by hand."""
    kind = CATALOG.parse("local_response_norm", {"size": 3, "alpha": 3.0, "beta": 1.0, "k": 2.0})
    x = torch.tensor([1.0, 2.0, 3.0]).reshape(1, 3, 1)
    found = computed(kind, Inputs.of(Shape.batch(3, 1)), {"in": (x,)}, {})["out"]
    assert found.flatten().tolist() == pytest.approx([1 / (2 + 5), 2 / (2 + 14), 3 / (2 + 13)])


@pytest.mark.parametrize(
    ("id", "params", "shape", "sentence", "suggestion"),
    [
        (
            "group_norm",
            {"num_groups": 8},
            Shape.batch(12, 4, 4),
            "Group norm needs a number of channels that 8 groups divide. "
            "Received: N batch × 12 channels × 4 height × 4 width.",
            "Set num_groups to 4.",
        ),
        (
            "group_norm",
            {"num_groups": 6},
            Shape.batch(6),
            "Group norm needs several numbers in each group: one alone has no variance. "
            "Received: N batch × 6 features.",
            "Set num_groups lower, or use Layer norm instead.",
        ),
        (
            "instance_norm2d",
            {},
            Shape.batch(6, 1, 1),
            "Instance norm 2d needs several numbers in each channel: one alone has no variance. "
            "Received: N batch × 6 channels × 1 height × 1 width.",
            "Use Layer norm instead.",
        ),
    ],
)
def test_refusals_are_sentences(
    id: str, params: dict[str, Any], shape: Shape, sentence: str, suggestion: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        CATALOG.parse(id, params).shapes(Inputs.of(shape))
    assert str(caught.value) == sentence
    assert caught.value.suggestion == suggestion


def test_every_normalization_is_held_against_its_truth() -> None:
    kinds = {kind.id for kind in CATALOG if kind.category == "Normalization"}
    assert kinds == {id for id, *_ in TWINS} | {"batch_renorm", "unit_norm"}
