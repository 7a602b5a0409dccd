"""A14: convolutions and pools give torch's numbers and the sizes of the formula; a Sobel filter gives 2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.analysis import analyse
from engine.nodes import standard_catalog
from tests.support.drawn import drawn, given

Params = dict[str, Any]
CONV = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
TRANSPOSED = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
ALL = pytest.mark.parametrize("ndim", [1, 2, 3])


def batch(ndim: int) -> Tensor:
    """Two samples of 4 channels."""
    return torch.randn(2, 4, *(11, 9, 8)[:ndim], generator=torch.Generator().manual_seed(ndim))


@ALL
@pytest.mark.parametrize(
    "options",
    [{}, {"stride": 2, "padding": 1}, {"groups": 2}, {"dilation": 2, "padding": 2}, {"bias": False}],
    ids=str,
)
def test_convolutions(ndim: int, options: Params) -> None:
    twin = CONV[ndim](4, 6, 3, **options)
    params = {"out_channels": 6, "kernel_size": 3, **options}
    x = batch(ndim)
    torch.testing.assert_close(given(f"conv{ndim}d", params, twin=twin, in_=x), twin(x))


@ALL
def test_transposed_convolutions(ndim: int) -> None:
    options = {"stride": 2, "padding": 1, "output_padding": 1}
    twin, x = TRANSPOSED[ndim](4, 6, 3, **options), batch(ndim)
    params = {"out_channels": 6, "kernel_size": 3, **options}
    torch.testing.assert_close(given(f"conv_transpose{ndim}d", params, twin=twin, in_=x), twin(x))


@ALL
def test_depthwise_convolutions_see_one_channel_each(ndim: int) -> None:
    twin, x = CONV[ndim](4, 4, 3, groups=4), batch(ndim)
    found = given(f"depthwise_conv{ndim}d", {"kernel_size": 3}, twin=twin, in_=x)
    torch.testing.assert_close(found, twin(x))


@pytest.mark.parametrize("size", [7, 8, 11])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "dilation"), [(3, 1, 0, 1), (3, 2, 1, 1), (2, 3, 0, 2), (5, 2, 2, 1)]
)
def test_sizes_are_those_of_the_formula(size: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    options = {"kernel_size": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    side = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    x = torch.zeros(1, 3, size, size)
    document = drawn("conv2d", {"out_channels": 5, **options}, in_=x)
    told = analyse(document, standard_catalog()).nodes["node"].outputs["out"].sizes
    assert told[1:] == given("conv2d", {"out_channels": 5, **options}, in_=x).shape[1:] == (5, side, side)


Pool = Callable[..., Tensor]
MAX: tuple[Pool, ...] = (functional.max_pool1d, functional.max_pool2d, functional.max_pool3d)
MEAN: tuple[Pool, ...] = (functional.avg_pool1d, functional.avg_pool2d, functional.avg_pool3d)


@ALL
def test_pools(ndim: int) -> None:
    x, places = batch(ndim), tuple(range(2, 2 + ndim))
    window = {"kernel_size": 3, "stride": 2, "padding": 1}
    assert torch.equal(given(f"max_pool{ndim}d", window, in_=x), MAX[ndim - 1](x, 3, 2, 1))
    torch.testing.assert_close(given(f"avg_pool{ndim}d", window, in_=x), MEAN[ndim - 1](x, 3, 2, 1))
    torch.testing.assert_close(given(f"global_avg_pool{ndim}d", in_=x), x.mean(places))
    assert torch.equal(given(f"global_max_pool{ndim}d", in_=x), x.amax(places))
    for name, reduce in (("avg", Tensor.mean), ("max", Tensor.amax)):
        found = given(f"adaptive_{name}_pool{ndim}d", {"output_size": 1}, in_=x)
        torch.testing.assert_close(found.flatten(1), reduce(x, places))


def test_an_adaptive_pools_bins_may_share_a_place() -> None:
    x = batch(1)
    found = given("adaptive_avg_pool1d", {"output_size": 2}, in_=x)
    torch.testing.assert_close(found, torch.stack([x[..., :6].mean(-1), x[..., 5:].mean(-1)], -1))


SOBEL = [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]


@pytest.mark.parametrize(
    "patch",
    [
        [[0.0, 0.0, 0.5], [0.0, 0.0, 0.5], [0.0, 0.0, 0.5]],  # an edge between black and grey: (1 + 2 + 1)·½
        [[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]],  # a white pixel right of the middle
        [[1.0, 1.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]],  # a corner: 2 from the middle row, 1 − 1 above
    ],
)
def test_the_sobel_example_gives_2(patch: list[list[float]]) -> None:
    x = torch.tensor(patch)[None, None]
    assert given("filter2d", {"kernel": "sobel_x"}, in_=x).item() == 2
    numbers = [number for row in SOBEL for number in row]
    assert given("filter2d", {"kernel": "own", "numbers": numbers}, in_=x).item() == 2
    learnt = nn.Conv2d(1, 1, 3, bias=False)
    learnt.weight.data = torch.tensor(SOBEL)[None, None]
    assert given("conv2d", {"out_channels": 1, "kernel_size": 3, "bias": False}, twin=learnt, in_=x).item() == 2
