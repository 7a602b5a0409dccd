"""Patches, pixels and channels put elsewhere, sizes changed, and known filters."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.catalog import Inputs, Shape
from engine.errors import ParamError, ShapeError
from engine.nodes import standard_catalog
from tests.support.torch_side import run

CATALOG = standard_catalog()
Params = dict[str, Any]
EDGE = torch.tensor([[0.0, 0, 2]] * 3).reshape(1, 1, 3, 3)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(6)


def test_unfold_and_fold() -> None:
    x = torch.randn(2, 3, 8, 9)
    window: Params = {"kernel_size": (2, 3), "stride": (2, 1), "padding": 1, "dilation": (1, 2)}
    patches = run("unfold", window, in_=x)["out"]
    assert torch.equal(patches, nn.Unfold((2, 3), (1, 2), 1, (2, 1))(x))
    found = run("fold", {**window, "output_size": (8, 9)}, in_=patches)["out"]
    assert torch.equal(found, nn.Fold((8, 9), (2, 3), (1, 2), 1, (2, 1))(patches))


def test_fold_undoes_unfold_where_patches_do_not_overlap() -> None:
    x = torch.randn(2, 3, 6, 8)
    patches = run("unfold", {}, in_=x)["out"]
    assert patches[0, :, 1].tolist() == x[0, :, 0:2, 2:4].flatten().tolist()
    assert torch.equal(run("fold", {"output_size": (6, 8)}, in_=patches)["out"], x)


def test_pixels_become_channels_and_back() -> None:
    x, r = torch.randn(2, 18, 2, 5), 3
    large = run("pixel_shuffle", {"upscale_factor": r}, in_=x)["out"]
    assert large.shape == (2, 2, 6, 15)
    for c, h, w, i, j in ((0, 0, 0, 0, 0), (1, 1, 4, 2, 1), (0, 1, 2, 1, 2)):
        assert large[0, c, r * h + i, r * w + j] == x[0, r * r * c + r * i + j, h, w]
    assert torch.equal(run("pixel_unshuffle", {"downscale_factor": r}, in_=large)["out"], x)


INPUTS = {1: torch.randn(2, 3, 7), 2: torch.randn(2, 3, 7, 5), 3: torch.randn(2, 3, 4, 5, 6)}


@pytest.mark.parametrize("scale", [2.0, 1.7, 0.5])
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_upsample_by_a_factor(ndim: int, scale: float) -> None:
    x = INPUTS[ndim]
    for mode in ("nearest", "nearest-exact", "area", {1: "linear", 2: "bilinear", 3: "trilinear"}[ndim]):
        found = run("upsample", {"mode": mode, "scale_factor": scale}, in_=x)["out"]
        assert torch.equal(found, F.interpolate(x, scale_factor=scale, mode=mode))


@pytest.mark.parametrize(
    ("ndim", "mode", "size"),
    [(1, "linear", (9,)), (2, "bilinear", (4, 9)), (2, "bicubic", (9,)), (3, "trilinear", (4, 9, 2))],
)
def test_upsample_to_a_size(ndim: int, mode: str, size: tuple[int, ...]) -> None:
    x, whole = INPUTS[ndim], size if len(size) == ndim else size * ndim
    for aligned in (True, False):
        found = run("upsample", {"mode": mode, "size": size, "align_corners": aligned}, in_=x)["out"]
        assert torch.equal(found, F.interpolate(x, size=whole, mode=mode, align_corners=aligned))


def test_numbers_in_between_lie_on_a_line() -> None:
    found = run(
        "upsample", {"mode": "linear", "size": (5,), "align_corners": True}, in_=torch.tensor([[[0.0, 8]]])
    )
    assert found["out"].tolist() == [[[0, 2, 4, 6, 8]]]
    twice = run("upsample", {}, in_=torch.tensor([[[1.0, 2]]]))["out"]
    assert twice.tolist() == [[[1, 1, 2, 2]]]


def filtered(kernel: str, x: Tensor, **more: Any) -> Tensor:
    """What a known filter answers."""
    return run("filter2d", {"kernel": kernel, **more}, in_=x)["out"]


def test_sobel_finds_a_vertical_edge() -> None:
    """(1 + 2 + 1) times the step of 2, and nothing across it."""
    assert filtered("sobel_x", EDGE).item() == 8
    assert filtered("sobel_y", EDGE).item() == 0
    assert filtered("sobel_x", -EDGE).item() == -8
    assert filtered("sobel_y", EDGE.transpose(2, 3)).item() == 8


def test_known_filters_keep_their_promises() -> None:
    flat, spot = torch.ones(1, 1, 3, 3), torch.zeros(1, 1, 3, 3)
    spot[0, 0, 1, 1] = 1
    sums = {kernel: filtered(kernel, flat).item() for kernel in CATALOG["filter2d"].params["kernel"].choices}
    assert sums == {
        **dict.fromkeys(("sobel_x", "sobel_y", "laplacian"), 0.0),
        **dict.fromkeys(("gaussian_blur", "box_blur", "sharpen", "emboss", "own"), pytest.approx(1.0)),
    }
    assert filtered("laplacian", spot).item() == -4
    assert filtered("sharpen", spot).item() == 5
    assert filtered("gaussian_blur", spot).item() == 0.25
    x = torch.randn(1, 1, 3, 3)
    assert filtered("box_blur", x).item() == pytest.approx(x.mean().item(), abs=1e-6)
    outer = torch.tensor([1.0, 2, 1])
    assert filtered("gaussian_blur", x).item() == pytest.approx((outer @ x[0, 0] @ outer / 16).item(), abs=1e-6)
    assert torch.equal(filtered("own", x), x[:, :, 1:2, 1:2])


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
def test_ones_own_numbers_slide_over_each_channel(mode: str) -> None:
    x, numbers = torch.randn(2, 3, 7, 8), tuple(float(number) for number in range(25))
    found = filtered("own", x, numbers=numbers, padding="same", padding_mode=mode)
    torchs = nn.Conv2d(1, 1, 5, padding=2, padding_mode=mode, bias=False)  # type: ignore[arg-type]
    torchs.weight = nn.Parameter(torch.arange(25.0).reshape(1, 1, 5, 5))
    expected = torch.cat([torchs(x[:, channel : channel + 1]) for channel in range(3)], 1)
    torch.testing.assert_close(found, expected)
    strided = filtered("own", x, numbers=numbers, stride=(2, 1))
    torch.testing.assert_close(strided, expected[:, :, 2:-2:2, 2:-2])


@pytest.mark.parametrize(
    ("id", "params", "shape", "flops"),
    [
        ("unfold", {}, Shape.batch(3, 4, 4), 0),
        ("fold", {"output_size": 4}, Shape.batch(8, 4), 32),
        ("pixel_shuffle", {}, Shape.batch(4, 3, 3), 0),
        ("upsample", {}, Shape.batch(4, 3, 3), 0),
        ("upsample", {"mode": "bilinear"}, Shape.batch(4, 3, 3), 2 * 4 * 4 * 36),
        ("upsample", {"mode": "area", "size": (2,)}, Shape.batch(4, 3, 3), 4 * 16),
    ],
)
def test_work(id: str, params: Params, shape: Shape, flops: int) -> None:
    kind, inputs = CATALOG.parse(id, params), Inputs.of(shape)
    assert kind.flops(inputs, kind.shapes(inputs)) == flops


@pytest.mark.parametrize(
    ("id", "params", "shape", "sentence", "suggestion"),
    [
        (
            "fold",
            {"output_size": 4},
            Shape.batch(7, 4, axes="CT"),
            "Fold patches needs columns of whole patches, a multiple of 4 numbers. "
            "Received: N batch × 7 channels × 4 time.",
            "Set kernel_size to that of the Unfold, or put a Transpose before it.",
        ),
        (
            "fold",
            {"output_size": 6},
            Shape.batch(8, 4, axes="CT"),
            "Fold patches needs 9 patches for an image of 6×6. Received: N batch × 8 channels × 4 time.",
            "Set output_size, kernel_size and stride to those of the Unfold.",
        ),
        (
            "pixel_shuffle",
            {},
            Shape.batch(6, 4, 4),
            "Pixel shuffle makes 2×2 pixels of each 4 channels, 6 cannot be split so. "
            "Received: N batch × 6 channels × 4 height × 4 width.",
            "Put a Conv 2d with a multiple of 4 out_channels before it.",
        ),
        (
            "pixel_unshuffle",
            {"downscale_factor": 4},
            Shape.batch(6, 4, 6),
            "Pixel unshuffle splits the image into squares of 4×4 pixels, 4×6 cannot be. "
            "Received: N batch × 6 channels × 4 height × 6 width.",
            "Set downscale_factor to a divisor of 2.",
        ),
        (
            "upsample",
            {"mode": "bilinear"},
            Shape.batch(6, 4, axes="CT"),
            "Upsample needs 4 axes: batch × channels × height × width. Received: N batch × 6 channels × 4 time.",
            "Insert a Reshape before it that splits the features into the axes that are missing.",
        ),
        (
            "upsample",
            {"size": (3, 3, 3)},
            Shape.batch(6, 4, axes="CT"),
            "Upsample needs a size for each axis behind the channels, 1 here, or one for all; size has 3. "
            "Received: N batch × 6 channels × 4 time.",
            "Give size one number, or one for each axis.",
        ),
        (
            "upsample",
            {"scale_factor": 0.2},
            Shape.batch(6, 4, axes="CT"),
            "Upsample leaves nothing of an axis with a scale_factor of 0.2. "
            "Received: N batch × 6 channels × 4 time.",
            "Take a larger scale_factor.",
        ),
        (
            "filter2d",
            {},
            Shape.batch(1, 2, 4),
            "Fixed filter 2d needs an image of at least its window of 3×3, here it has 2×4. "
            "Received: N batch × 1 channels × 2 height × 4 width.",
            "Take a larger padding, or pool less before it.",
        ),
    ],
)
def test_refusals_are_sentences(id: str, params: Params, shape: Shape, sentence: str, suggestion: str) -> None:
    with pytest.raises(ShapeError) as error:
        CATALOG.parse(id, params).shapes(Inputs.of(shape))
    assert (str(error.value), error.value.suggestion) == (sentence, suggestion)


@pytest.mark.parametrize(
    ("id", "params", "fault"),
    [
        ("upsample", {"align_corners": True}, "align_corners is only for linear, bilinear, bicubic, trilinear"),
        ("upsample", {"mode": "bicubic", "size": (1, 2, 3)}, "size must have at most 2 numbers"),
        ("filter2d", {"numbers": [1, 2, 3]}, "numbers must fill a square: 1, 4, 9, 16, 25 … numbers, here are 3"),
        ("filter2d", {"numbers": []}, "numbers must fill a square"),
        (
            "filter2d",
            {"kernel": "own", "numbers": [1] * 4, "padding": "same"},
            "only where the filter's side is odd",
        ),
    ],
)
def test_parameters_that_do_not_go_together(id: str, params: Params, fault: str) -> None:
    with pytest.raises(ParamError, match=fault):
        CATALOG.parse(id, params)


def test_bilinear_equals_its_sum() -> None:
    twin = nn.Bilinear(3, 4, 2)
    a, b = torch.randn(5, 6, 3), torch.randn(5, 6, 4)
    found = run("bilinear", {"out_features": 2}, twin, a=a, b=b)["out"]
    torch.testing.assert_close(found, torch.einsum("nti,kij,ntj->ntk", a, twin.weight, b) + twin.bias)


def test_bilinear_refuses_other_axes() -> None:
    with pytest.raises(
        ShapeError, match=r"all axes but the last equal. Received: a N batch × 5 time × 3 features"
    ):
        CATALOG.parse("bilinear", {}).shapes(Inputs.of(a=Shape.batch(5, 3), b=Shape.batch(3)))
