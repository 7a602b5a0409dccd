"""A12: each change of a training picture is what its closed form says."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engine.recipe import all_transforms
from engine.torchside.transforms.geometry import rotated, scaled, translated
from engine.torchside.transforms.mixing import mixup
from engine.training.setup import build
from tests.support.training import digits

COURSE = ("crop", "horizontal_flip", "vertical_flip", "scale", "rotate", "translate", "noise", "cutout", "mixup")


def changed(id: str, *, twice: bool = False, **params: Any) -> tuple[Tensor, Tensor]:
    """32 digits, and what a transform makes of them."""
    setup = build(digits(transforms=[{"id": id, "params": params}] * (1 + twice)))
    assert setup.augmentation is not None
    batch = setup.data.train.between(0, 32)
    return batch[0][0], setup.augmentation(batch, 0)[0][0]


def test_all_of_the_course_are_there_and_change_pictures() -> None:
    for id in COURSE:
        assert all_transforms()[id].help()
        before, after = changed(id)
        assert before.shape == after.shape
        assert not torch.equal(before, after)


@pytest.mark.parametrize(("id", "axis"), [("horizontal_flip", 3), ("vertical_flip", 2)])
def test_a_flip_mirrors_and_two_flips_change_nothing(id: str, axis: int) -> None:
    before, after = changed(id, p=1.0)
    assert torch.equal(after, before.flip(axis))
    before, after = changed(id, p=1.0, twice=True)
    assert torch.equal(after, before)


def test_a_crop_is_a_window_of_the_padded_picture() -> None:
    before, after = changed("crop", padding=1)
    padded = functional.pad(before, (1, 1, 1, 1))
    windows = [padded[..., top : top + 8, left : left + 8] for top, left in itertools.product(range(3), repeat=2)]
    hits = torch.stack([(window == after).flatten(1).all(1) for window in windows])
    assert hits.any(0).all()
    assert hits.any(1).sum() > 4  # not always the same window


@pytest.mark.parametrize(("right", "down"), [(1, 0), (0, 2), (-3, 1)])
def test_a_shift_by_whole_pixels_moves_each(right: int, down: int) -> None:
    x = torch.rand(2, 1, 8, 8)
    (found,) = translated([x], torch.full((2,), right / 8), torch.full((2,), down / 8))
    expected = torch.zeros_like(x)
    for row, column in itertools.product(range(8), repeat=2):
        if 0 <= row - down < 8 and 0 <= column - right < 8:
            expected[..., row, column] = x[..., row - down, column - right]
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("degrees", "quarters"), [(90, 1), (180, 2), (-90, -1), (0, 0)])
def test_quarter_turns_are_those_of_the_grid(degrees: float, quarters: int) -> None:
    x = torch.rand(2, 1, 8, 8)
    (found,) = rotated([x], torch.full((2,), float(degrees)))
    torch.testing.assert_close(found, torch.rot90(x, quarters, (2, 3)), rtol=0, atol=1e-5)


def test_twice_the_size_shows_the_middle_half() -> None:
    x = torch.rand(2, 1, 8, 8)
    (found,) = scaled([x], torch.full((2,), 2.0))
    large = functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    torch.testing.assert_close(found, large[..., 4:12, 4:12], rtol=0, atol=1e-5)


def test_noise_has_its_deviation() -> None:
    before, after = changed("noise", std=0.2)
    noise = after - before
    assert noise.mean().item() == pytest.approx(0, abs=0.015)
    assert noise.std().item() == pytest.approx(0.2, rel=0.05)


def test_cutout_blackens_one_square() -> None:
    before, after = changed("cutout", size=0.5)
    for old, new in zip(before[:, 0], after[:, 0], strict=True):
        rows, columns = torch.nonzero(old != new, as_tuple=True)
        if len(rows):
            height, width = rows.max() - rows.min() + 1, columns.max() - columns.min() + 1
            assert height <= 4
            assert width <= 4
            assert (new[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] == 0).all()
    assert (before != after).any()


def test_mixup_is_a_mean_of_two_pictures_with_one_share() -> None:
    x = torch.rand(16, 1, 8, 8)
    (found,), others, share = mixup([x], torch.Generator().manual_seed(0), 1.0)
    assert 0 < share < 1
    assert sorted(others.tolist()) == list(range(16))
    torch.testing.assert_close(found, share * x + (1 - share) * x[others])
