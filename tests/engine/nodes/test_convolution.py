"""Convolutions against torch's own layers, closed forms and published counts."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.catalog import Inputs, NodeKind, Shape
from engine.errors import ParamError, ShapeError
from engine.nodes import standard_catalog
from tests.support.torch_side import run

CATALOG = standard_catalog()
SIDES = {1: (11,), 2: (9, 10), 3: (5, 6, 7)}
ranks = pytest.mark.parametrize("ndim", [1, 2, 3])
Params = dict[str, Any]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(4)


def batch(ndim: int, channels: int = 4) -> Tensor:
    """Two samples."""
    return torch.randn(2, channels, *SIDES[ndim])


def twin(name: str, ndim: int, *args: Any, **kwargs: Any) -> nn.Module:
    """Torch's layer of a rank."""
    made = getattr(nn, f"{name}{ndim}d")(*args, **kwargs)
    assert isinstance(made, nn.Module)
    return made


def count(kinds: list[NodeKind], shape: Shape) -> tuple[int, Shape]:
    """Numbers learnt by kinds in a row, and the last shape."""
    learnt = 0
    for kind in kinds:
        inputs = Inputs.of(shape)
        learnt += sum(math.prod(sizes) for sizes in kind.weights(inputs).values())
        shape = kind.shapes(inputs)["out"]
    return learnt, shape


PLAIN: list[tuple[Params, Params]] = [
    ({}, {}),
    ({"stride": 2, "padding": 1}, {"stride": 2, "padding": 1}),
    ({"padding": "same", "groups": 4}, {"padding": 1, "groups": 4}),
    ({"dilation": 2, "padding": 1, "bias": False}, {"dilation": 2, "padding": 1, "bias": False}),
    ({"padding": 2, "padding_mode": "reflect"}, {"padding": 2, "padding_mode": "reflect"}),
    ({"padding": 3, "padding_mode": "replicate"}, {"padding": 3, "padding_mode": "replicate"}),
    ({"padding": "same", "padding_mode": "circular"}, {"padding": 1, "padding_mode": "circular"}),
]


@ranks
@pytest.mark.parametrize(("params", "torchs"), PLAIN, ids=str)
def test_plain_convolutions(ndim: int, params: Params, torchs: Params) -> None:
    x, layer = batch(ndim), twin("Conv", ndim, 4, 8, 3, **torchs)
    found = run(f"conv{ndim}d", {"out_channels": 8, **params}, layer, in_=x)["out"]
    torch.testing.assert_close(found, layer(x))


@pytest.mark.parametrize("id", ["conv2d", "conv3d"])
def test_windows_may_differ_along_each_axis(id: str) -> None:
    ndim = int(id[4])
    window = {"kernel_size": (1, 2, 3)[-ndim:], "stride": (2, 1, 3)[-ndim:], "padding": (0, 2, 1)[-ndim:]}
    x, layer = batch(ndim), twin("Conv", ndim, 4, 5, **window)
    assert torch.equal(run(id, {"out_channels": 5, **window}, layer, in_=x)["out"], layer(x))


def test_a_learnt_sobel_filter_finds_an_edge() -> None:
    sobel = nn.Conv2d(1, 1, 3, bias=False)
    sobel.weight = nn.Parameter(torch.tensor([[[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]]]) / 4)
    image = torch.tensor([[0.0, 0, 2]] * 3).reshape(1, 1, 3, 3)
    assert run("conv2d", {"out_channels": 1, "bias": False}, sobel, in_=image)["out"].item() == 2


@pytest.mark.parametrize(("ndim", "axes"), [(1, "NCT"), (2, "NCHW"), (3, "NCDHW")])
def test_what_comes_out_names_its_axes(ndim: int, axes: str) -> None:
    for id in ("conv", "max_pool", "adaptive_avg_pool"):
        kind, unnamed = CATALOG.parse(f"{id}{ndim}d", {}), Shape.batch(4, *SIDES[ndim])
        assert kind.shapes(Inputs.of(unnamed))["out"].axes == axes


def test_vgg16_has_its_138357544_parameters() -> None:
    """Simonyan and Zisserman 2014, configuration D."""
    parse, kinds = CATALOG.parse, []
    for channels, times in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        kinds += [parse("conv2d", {"out_channels": channels, "padding": "same"})] * times
        kinds.append(parse("max_pool2d", {}))
    kinds += [parse("flatten", {}), *(parse("dense", {"out_features": n}) for n in (4096, 4096, 1000))]
    assert count(kinds, Shape.batch(3, 224, 224)) == (138_357_544, Shape.batch(1000))


def test_c3d_has_its_78409573_parameters() -> None:
    """Tran et al. 2015, for the 101 classes of UCF101."""
    parse, kinds = CATALOG.parse, []
    for stage, (channels, times) in enumerate(((64, 1), (128, 1), (256, 2), (512, 2), (512, 2))):
        kinds += [parse("conv3d", {"out_channels": channels, "padding": 1})] * times
        window = (2, 2, 2) if stage else (1, 2, 2)
        border = (0, 1, 1) if stage == 4 else 0
        kinds.append(parse("max_pool3d", {"kernel_size": window, "stride": window, "padding": border}))
    kinds += [parse("flatten", {}), *(parse("dense", {"out_features": n}) for n in (4096, 4096, 101))]
    assert count(kinds, Shape.batch(3, 16, 112, 112)) == (78_409_573, Shape.batch(101))


@pytest.mark.parametrize(
    ("id", "params", "shape", "sentence"),
    [
        (
            "conv1d",
            {},
            Shape.batch(64),
            "Conv 1d needs 3 axes: batch × channels × time. Received: N batch × 64 features.",
        ),
        (
            "conv3d",
            {"kernel_size": (3, 5, 1), "dilation": 2},
            Shape.batch(2, 8, 8, 8),
            "Conv 3d needs a volume of at least its window of 5×9×1, here it has 8×8×8. "
            "Received: N batch × 2 channels × 8 depth × 8 height × 8 width.",
        ),
        (
            "conv2d",
            {"padding": (3, 4), "padding_mode": "reflect"},
            Shape.batch(2, 4, 4),
            'Conv 2d needs an image larger than its border of 3×4 with padding_mode "reflect", here it has 4×4. '
            "Received: N batch × 2 channels × 4 height × 4 width.",
        ),
        (
            "conv1d",
            {"padding": 5, "padding_mode": "circular"},
            Shape.batch(2, 4, axes="CT"),
            "Conv 1d needs a signal at least as large as its border of 5 with padding_mode "
            '"circular", here it has 4. Received: N batch × 2 channels × 4 time.',
        ),
    ],
)
def test_refusals_are_sentences(id: str, params: Params, shape: Shape, sentence: str) -> None:
    with pytest.raises(ShapeError) as error:
        CATALOG.parse(id, params).shapes(Inputs.of(shape))
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ("id", "params", "fault"),
    [
        ("conv1d", {"padding": "same", "stride": 2}, 'padding can be "same" only where stride is 1'),
        ("conv3d", {"padding": "same", "kernel_size": (3, 3, 2)}, "only where kernel_size is odd"),
        ("conv3d", {"out_channels": 6, "groups": 4}, "groups must divide out_channels, which is 6"),
    ],
)
def test_parameters_that_do_not_go_together(id: str, params: Params, fault: str) -> None:
    with pytest.raises(ParamError, match=fault):
        CATALOG.parse(id, params)


@pytest.mark.parametrize(
    ("id", "params", "card"),
    [
        ("conv1d", {"kernel_size": 5}, "5, 16"),
        ("conv3d", {"out_channels": 8, "stride": (1, 2, 2)}, "3×3×3, 8, s1×2×2"),
    ],
)
def test_cards(id: str, params: Params, card: str) -> None:
    assert CATALOG.parse(id, params).card() == card
