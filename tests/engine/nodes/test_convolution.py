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


TRANSPOSED: list[Params] = [
    {"stride": 2},
    {"stride": 3, "padding": 1, "output_padding": 2, "bias": False},
    {"stride": 1, "dilation": 3, "output_padding": 2, "groups": 2},
]


@ranks
@pytest.mark.parametrize("params", TRANSPOSED, ids=str)
def test_transposed_convolutions(ndim: int, params: Params) -> None:
    x, layer = batch(ndim), twin("ConvTranspose", ndim, 4, 6, 3, **params)
    found = run(f"conv_transpose{ndim}d", {"out_channels": 6, "kernel_size": 3, **params}, layer, in_=x)["out"]
    torch.testing.assert_close(found, layer(x))


def test_a_transposed_convolution_paints_its_filter() -> None:
    layer = nn.ConvTranspose1d(1, 1, 3, 2, bias=False)
    layer.weight = nn.Parameter(torch.tensor([[[1.0, 10, 100]]]))
    params = {"out_channels": 1, "kernel_size": 3, "bias": False}
    found = run("conv_transpose1d", params, layer, in_=torch.tensor([[[2.0, 3]]]))["out"]
    assert found.tolist() == [[[2, 20, 203, 30, 300]]]


@ranks
@pytest.mark.parametrize("multiplier", [1, 3])
def test_depthwise_filters_see_one_channel(ndim: int, multiplier: int) -> None:
    x, params = batch(ndim), {"multiplier": multiplier, "padding": 1, "padding_mode": "replicate", "stride": 2}
    layer = twin("Conv", ndim, 4, 4 * multiplier, 3, 2, 1, groups=4, padding_mode="replicate")
    found = run(f"depthwise_conv{ndim}d", params, layer, in_=x)["out"]
    weight, bias = layer.get_parameter("weight"), layer.get_parameter("bias")
    for channel in range(4):
        own = slice(channel * multiplier, (channel + 1) * multiplier)
        alone = twin("Conv", ndim, 1, multiplier, 3, 2, 1, padding_mode="replicate")
        alone.load_state_dict({"weight": weight[own], "bias": bias[own]})
        torch.testing.assert_close(found[:, own], alone(x[:, channel : channel + 1]))


@pytest.mark.parametrize("ndim", [1, 2])
@pytest.mark.parametrize("bias", [True, False])
def test_separable_convolutions_are_of_rank_one_in_channels(ndim: int, bias: bool) -> None:
    """The product of both filters is a plain convolution's weight."""
    x, params = batch(ndim), {"out_channels": 5, "multiplier": 2, "padding": "same", "dilation": 2, "bias": bias}
    deep, mixed = torch.randn(8, 1, *(3,) * ndim), torch.randn(5, 8, *(1,) * ndim)
    layer = twin("Conv", ndim, 4, 5, 3, padding=2, dilation=2, bias=bias)
    whole = torch.einsum("kcm,cm...->kc...", mixed.reshape(5, 4, 2), deep.reshape(4, 2, *(3,) * ndim))
    values = {"weight": whole, **({"bias": torch.randn(5)} if bias else {})}
    layer.load_state_dict(values)
    own = nn.Module()
    own.depthwise, own.pointwise = nn.Module(), nn.Module()
    own.depthwise.weight, own.pointwise.weight = nn.Parameter(deep), nn.Parameter(mixed)
    if bias:
        own.pointwise.bias = nn.Parameter(values["bias"])
    found = run(f"separable_conv{ndim}d", params, own, in_=x)["out"]
    torch.testing.assert_close(found, layer(x), atol=1e-4, rtol=1e-4)


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


MOBILENET = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *((512, 1),) * 5, (1024, 2), (1024, 1))


def test_mobilenet_has_its_4231976_parameters() -> None:
    """Howard et al. 2017, table 1: what Keras counts as trainable."""
    parse = CATALOG.parse
    norm = parse("batch_norm2d", {})
    kinds = [parse("conv2d", {"out_channels": 32, "stride": 2, "padding": 1, "bias": False}), norm]
    for channels, stride in MOBILENET:
        kinds += [parse("depthwise_conv2d", {"stride": stride, "padding": 1, "bias": False}), norm]
        kinds += [parse("conv2d", {"out_channels": channels, "kernel_size": 1, "bias": False}), norm]
    kinds += [parse("global_avg_pool2d", {}), parse("dense", {"out_features": 1000})]
    assert count(kinds, Shape.batch(3, 224, 224)) == (4_231_976, Shape.batch(1000))


def test_a_separable_convolution_saves_what_the_paper_says() -> None:
    """Howard et al. 2017, section 3.1: 1/out_channels + 1/kernel_size² of the work and of the weights."""
    inputs = Inputs.of(Shape.batch(512, 14, 14))
    settings = {"out_channels": 512, "padding": 1, "bias": False}
    plain, apart = (CATALOG.parse(id, settings) for id in ("conv2d", "separable_conv2d"))
    share = 1 / 512 + 1 / 9
    work = [kind.flops(inputs, kind.shapes(inputs)) for kind in (plain, apart)]
    assert work[1] / work[0] == pytest.approx(share)
    learnt = [count([kind], inputs["in"])[0] for kind in (plain, apart)]
    assert learnt[1] / learnt[0] == pytest.approx(share)


def test_the_dcgan_generator_has_its_3576704_parameters() -> None:
    """Radford, Metz and Chintala 2016, with 64 maps as in torch's tutorial."""
    parse, kinds = CATALOG.parse, []
    for stage, channels in enumerate((512, 256, 128, 64, 3)):
        border = {"stride": 2, "padding": 1} if stage else {"stride": 1}
        settings = {"out_channels": channels, "kernel_size": 4, "bias": False, **border}
        kinds += [parse("conv_transpose2d", settings), parse("batch_norm2d", {})]
    assert count(kinds[:-1], Shape.batch(100, 1, 1)) == (3_576_704, Shape.batch(3, 64, 64))


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
            "conv_transpose2d",
            {"padding": (1, 4)},
            Shape.batch(2, 4, 4),
            "Transposed conv 2d cuts away all that it paints with a padding of 1×4. "
            "Received: N batch × 2 channels × 4 height × 4 width.",
        ),
        (
            "conv_transpose3d",
            {"groups": 4},
            Shape.batch(6, 4, 4, 4),
            "Transposed conv 3d splits the channels into 4 equal groups, 6 channels cannot be. "
            "Received: N batch × 6 channels × 4 depth × 4 height × 4 width.",
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
        ("conv_transpose2d", {"output_padding": (1, 2)}, "output_padding must be smaller than stride or dilation"),
        ("conv_transpose1d", {"out_channels": 6, "groups": 4}, "groups must divide out_channels, which is 6"),
        ("depthwise_conv2d", {"padding": "same", "stride": 2}, 'padding can be "same" only where stride is 1'),
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
        ("conv_transpose2d", {}, "2×2, 16, s2"),
        ("depthwise_conv2d", {"multiplier": 2}, "3×3, m2"),
        ("separable_conv2d", {"stride": 2}, "3×3, 16, s2"),
        ("conv3d", {"out_channels": 8, "stride": (1, 2, 2)}, "3×3×3, 8, s1×2×2"),
    ],
)
def test_cards(id: str, params: Params, card: str) -> None:
    assert CATALOG.parse(id, params).card() == card
