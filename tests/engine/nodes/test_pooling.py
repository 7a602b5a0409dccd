"""Pools against torch's own layers, and against the formulas of what torch has no layer for."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.catalog import Inputs, Shape
from engine.errors import ParamError, ShapeError
from engine.nodes import standard_catalog
from engine.nodes.windows import binned
from tests.support.torch_side import built, computed, run

CATALOG = standard_catalog()
SIDES = {1: (11,), 2: (11, 8), 3: (7, 6, 8)}
ranks = pytest.mark.parametrize("ndim", [1, 2, 3])


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(5)


def batch(ndim: int) -> Tensor:
    """Two samples of three channels."""
    return torch.randn(2, 3, *SIDES[ndim])


def twin(name: str, ndim: int, *args: Any, **kwargs: Any) -> nn.Module:
    """Torch's layer of a rank."""
    made = getattr(nn, f"{name}{ndim}d")(*args, **kwargs)
    assert isinstance(made, nn.Module)
    return made


@ranks
@pytest.mark.parametrize("ceil", [False, True])
def test_max_and_average_pools(ndim: int, ceil: bool) -> None:
    x = batch(ndim)
    window: dict[str, Any] = {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": ceil}
    found = run(f"max_pool{ndim}d", window, in_=x)["out"]
    assert torch.equal(found, twin("MaxPool", ndim, 3, 2, 1, ceil_mode=ceil)(x))
    wide = run(f"max_pool{ndim}d", {"stride": 1, "dilation": 3}, in_=x)["out"]
    assert torch.equal(wide, twin("MaxPool", ndim, 2, 1, dilation=3)(x))
    for counted in (True, False):
        found = run(f"avg_pool{ndim}d", {**window, "count_include_pad": counted}, in_=x)["out"]
        expected = twin("AvgPool", ndim, 3, 2, 1, ceil_mode=ceil, count_include_pad=counted)(x)
        assert torch.equal(found, expected)


def test_windows_may_differ_along_each_axis() -> None:
    x = batch(3)
    window = {"kernel_size": (1, 2, 3), "stride": (3, 1, 2), "padding": (0, 1, 1)}
    found = run("max_pool3d", window, in_=x)["out"]
    assert torch.equal(found, nn.MaxPool3d((1, 2, 3), (3, 1, 2), (0, 1, 1))(x))


@ranks
@pytest.mark.parametrize("power", [1, 2, 4])
def test_lp_pools_are_norms(ndim: int, power: int) -> None:
    x = batch(ndim)
    found = run(f"lp_pool{ndim}d", {"norm_type": power, "stride": 1}, in_=x)["out"]
    corner = x[(0, 0, *(slice(0, 2),) * ndim)]
    total = sum(number**power for number in corner.flatten().tolist())
    assert found[0, 0].flatten()[0].item() == pytest.approx(total ** (1 / power) if power > 1 else total, rel=1e-4)
    torch.testing.assert_close(found, twin("LPPool", ndim, power, 2, 1)(x))


def test_lp_pools_learn_from_silence() -> None:
    x = torch.zeros(1, 1, 4, requires_grad=True)
    run("lp_pool1d", {}, in_=x)["out"].sum().backward()
    assert torch.equal(x.grad, torch.zeros(1, 1, 4))


@ranks
@pytest.mark.parametrize("size", [1, 3, 9])
def test_adaptive_pools(ndim: int, size: int) -> None:
    x = batch(ndim)
    for id, name in (("adaptive_max_pool", "AdaptiveMaxPool"), ("adaptive_avg_pool", "AdaptiveAvgPool")):
        found = run(f"{id}{ndim}d", {"output_size": size}, in_=x)["out"]
        assert torch.equal(found, twin(name, ndim, size)(x))


def test_adaptive_bins_share_their_edges() -> None:
    for size in range(1, 30):
        for bins in range(1, 30):
            reads = sum(-(-(i + 1) * size // bins) - i * size // bins for i in range(bins))
            assert binned(size, bins) == reads


@ranks
def test_global_pools(ndim: int) -> None:
    x = batch(ndim)
    for id, pooled in (
        ("global_avg_pool", x.flatten(2).mean(2)),
        ("global_max_pool", x.flatten(2).max(2).values),
    ):
        torch.testing.assert_close(run(f"{id}{ndim}d", {}, in_=x)["out"], pooled)
        kept = run(f"{id}{ndim}d", {"keepdim": True}, in_=x)["out"]
        assert kept.shape == (2, 3, *(1,) * ndim)
        torch.testing.assert_close(kept.flatten(1), pooled)


@pytest.mark.parametrize("ndim", [2, 3])
def test_fractional_pools_draw_in_training_only(ndim: int) -> None:
    x = batch(ndim)
    kind, inputs = (
        CATALOG.parse(f"fractional_max_pool{ndim}d", {"output_ratio": 0.5}),
        Inputs.of(Shape.batch(*x.shape[1:])),
    )
    layers = built(kind, inputs)
    torch.manual_seed(1)
    found = computed(kind, inputs, {"in": (x,)}, layers)["out"]
    torch.manual_seed(1)
    assert torch.equal(found, twin("FractionalMaxPool", ndim, 2, output_ratio=(0.5,) * ndim)(x))
    layers[""].eval()
    rested = computed(kind, inputs, {"in": (x,)}, layers)["out"]
    places = torch.full((2, 3, ndim), 0.5)
    fixed = twin("FractionalMaxPool", ndim, 2, output_ratio=(0.5,) * ndim, _random_samples=places)
    assert torch.equal(rested, fixed(x))
    assert not torch.equal(found, rested)


@pytest.mark.parametrize(("mode", "reduce"), [("max", torch.amax), ("avg", torch.mean)])
def test_a_pyramid_has_each_field_of_each_grid(mode: str, reduce: Any) -> None:
    x = torch.randn(2, 3, 7, 10)
    found = run("spatial_pyramid_pool", {"levels": (3, 1, 2), "mode": mode}, in_=x)["out"]
    expected = []
    for level in (3, 1, 2):
        for channel in range(3):
            for row in range(level):
                for column in range(level):
                    top, bottom = math.floor(row * 7 / level), math.ceil((row + 1) * 7 / level)
                    left, right = math.floor(column * 10 / level), math.ceil((column + 1) * 10 / level)
                    expected.append(reduce(x[:, channel, top:bottom, left:right], dim=(1, 2)))
    torch.testing.assert_close(found, torch.stack(expected, 1))


def test_the_pyramid_of_the_paper_has_30_fields() -> None:
    """He et al. 2014, section 4.1: levels 4, 3, 2 and 1 give 30 fields, whatever the size of the image."""
    kind = CATALOG.parse("spatial_pyramid_pool", {"levels": (4, 3, 2, 1)})
    for side in (10, 13):
        shapes = kind.shapes(Inputs.of(Shape.batch(256, side, side)))
        assert shapes["out"].sizes == ("N", 30 * 256)


@pytest.mark.parametrize(
    ("id", "params", "shape", "flops"),
    [
        ("max_pool3d", {"kernel_size": (1, 2, 2)}, Shape.batch(3, 4, 6, 6), 3 * 2 * 3 * 3 * 4),
        ("lp_pool1d", {"kernel_size": 4, "stride": 4}, Shape.batch(3, 8), 3 * 8),
        ("adaptive_avg_pool2d", {"output_size": (2, 3)}, Shape.batch(5, 4, 6), 5 * 4 * 6),
        ("adaptive_max_pool1d", {"output_size": 2}, Shape.batch(5, 3), 5 * 4),
        ("global_max_pool1d", {}, Shape.batch(5, 7), 35),
        ("spatial_pyramid_pool", {}, Shape.batch(2, 8, 8), 3 * 128),
        ("fractional_max_pool2d", {"output_ratio": 0.5}, Shape.batch(2, 8, 8), 2 * 4 * 4 * 4),
    ],
)
def test_work_is_one_operation_a_number_read(id: str, params: dict[str, Any], shape: Shape, flops: int) -> None:
    kind, inputs = CATALOG.parse(id, params), Inputs.of(shape)
    assert kind.flops(inputs, kind.shapes(inputs)) == flops


@pytest.mark.parametrize(
    ("id", "params", "shape", "sentence"),
    [
        (
            "max_pool1d",
            {"kernel_size": 5},
            Shape.batch(2, 3, axes="CT"),
            "Max pool 1d needs a signal of at least its window of 5, here it has 3. "
            "Received: N batch × 2 channels × 3 time.",
        ),
        (
            "avg_pool3d",
            {"padding": 1},
            Shape.batch(2, 1, 4, 4),
            "Average pool 3d needs a volume of at least its window of 2×2×2, here it has 1×4×4. "
            "Received: N batch × 2 channels × 1 depth × 4 height × 4 width.",
        ),
        (
            "global_max_pool3d",
            {},
            Shape.batch(2, 4, 4),
            "Global max pool 3d needs 5 axes: batch × channels × depth × height × width. "
            "Received: N batch × 2 channels × 4 height × 4 width.",
        ),
        (
            "fractional_max_pool2d",
            {"output_ratio": 0.9, "kernel_size": 3},
            Shape.batch(2, 8, 8, axes="CHW"),
            "Fractional max pool 2d leaves 7×7 of the input and its window of 3×3 has no room in between. "
            "Received: N batch × 2 channels × 8 height × 8 width.",
        ),
    ],
)
def test_refusals_are_sentences(id: str, params: dict[str, Any], shape: Shape, sentence: str) -> None:
    with pytest.raises(ShapeError) as error:
        CATALOG.parse(id, params).shapes(Inputs.of(shape))
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ("id", "params", "fault"),
    [
        ("max_pool3d", {"padding": (0, 0, 2)}, "padding must be at most half of kernel_size"),
        ("lp_pool2d", {"norm_type": 3}, "norm_type must be 1 or even, for inputs may be negative"),
        ("spatial_pyramid_pool", {"levels": ()}, "levels must be 1 to 16 grids"),
    ],
)
def test_parameters_that_do_not_go_together(id: str, params: dict[str, Any], fault: str) -> None:
    with pytest.raises(ParamError, match=fault):
        CATALOG.parse(id, params)
