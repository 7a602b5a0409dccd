"""Changes of training samples: each against an independent way to compute it."""

from __future__ import annotations

import itertools
import statistics

import pytest
import torch
from torch import Generator, Tensor
from torch.nn import functional

from engine.torchside.transforms import geometry, mixing, values

PICTURES = torch.randn(12, 3, 8, 8, generator=Generator().manual_seed(0))
LABELS = torch.randint(5, (12, 8, 8), generator=Generator().manual_seed(1))


def chance(seed: int = 3) -> Generator:
    """A generator."""
    return Generator().manual_seed(seed)


def test_a_flip_mirrors_a_share_of_the_samples_and_labels_with_them() -> None:
    pictures, labels = geometry.random_flip([PICTURES, LABELS], chance(), 0.5, -1)
    mirrored = [bool((one == other.flip(-1)).all()) for one, other in zip(pictures, PICTURES, strict=True)]
    kept = [bool((one == other).all()) for one, other in zip(pictures, PICTURES, strict=True)]
    assert [a != b for a, b in zip(mirrored, kept, strict=True)] == [True] * 12
    assert any(mirrored)
    assert any(kept)
    expected = [label.flip(-1) if turned else label for label, turned in zip(LABELS, mirrored, strict=True)]
    assert torch.equal(labels, torch.stack(expected))
    (upside,) = geometry.random_flip([PICTURES], chance(), 1.0, -2)
    assert torch.equal(upside, PICTURES.flip(-2))


def test_a_crop_is_some_window_of_the_padded_picture() -> None:
    pictures, labels = geometry.random_crop([PICTURES, LABELS], chance(), 2)
    padded, padded_labels = functional.pad(PICTURES, (2, 2, 2, 2)), functional.pad(LABELS, (2, 2, 2, 2))
    places = set()
    for sample in range(12):
        found = [
            (top, left)
            for top, left in itertools.product(range(5), range(5))
            if torch.equal(padded[sample, :, top : top + 8, left : left + 8], pictures[sample])
        ]
        (place,) = found
        top, left = place
        assert torch.equal(labels[sample], padded_labels[sample, top : top + 8, left : left + 8])
        places.add(place)
    assert len(places) > 4


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_quarter_turns_are_exact(turns: int) -> None:
    pictures, labels = geometry.rotated([PICTURES, LABELS], torch.full((12,), 90.0 * turns))
    torch.testing.assert_close(pictures, torch.rot90(PICTURES, turns, (2, 3)), rtol=1e-4, atol=1e-4)
    assert torch.equal(labels, torch.rot90(LABELS, turns, (1, 2)))


def test_a_turn_keeps_the_form_of_what_is_not_square() -> None:
    picture = torch.zeros(1, 1, 9, 21)
    picture[0, 0, 4, 6:15] = 1.0  # a bar of 9 in the middle
    (turned,) = geometry.rotated([picture], torch.tensor([90.0]))
    assert torch.allclose(turned[0, 0, :, 10], torch.ones(9), atol=1e-4)
    assert turned.sum().item() == pytest.approx(9.0, abs=1e-3)


def test_whole_pixels_are_shifted_exactly() -> None:
    (moved,) = geometry.translated([PICTURES], torch.full((12,), 2 / 8), torch.full((12,), -1 / 8))
    expected = torch.zeros_like(PICTURES)
    expected[:, :, :7, 2:] = PICTURES[:, :, 1:, :6]
    torch.testing.assert_close(moved, expected, rtol=1e-4, atol=1e-4)


def test_twice_the_size_is_the_middle_resized() -> None:
    (zoomed,) = geometry.scaled([PICTURES], torch.full((12,), 2.0))
    # Resizing the whole, and cutting the middle out: no border comes in.
    whole = functional.interpolate(PICTURES, scale_factor=2, mode="bilinear", align_corners=False)
    torch.testing.assert_close(zoomed, whole[:, :, 4:12, 4:12], rtol=1e-4, atol=1e-4)


def test_angles_sizes_and_shifts_stay_within_their_limits() -> None:
    for found in (
        geometry.random_rotate([PICTURES], chance(), 0.0, "zeros"),
        geometry.random_scale([PICTURES], chance(), 1.0, 1.0, "border"),
        geometry.random_translate([PICTURES], chance(), 0.0, "reflection"),
    ):
        torch.testing.assert_close(found[0], PICTURES, rtol=1e-4, atol=1e-4)
    assert not torch.allclose(geometry.random_rotate([PICTURES], chance(), 20.0, "zeros")[0], PICTURES)


def test_noise_has_its_deviation_and_any_shape() -> None:
    flat = torch.zeros(2000, 7)
    (noisy,) = values.add_noise([flat], chance(), 0.3)
    assert noisy.std().item() == pytest.approx(0.3, rel=0.03)
    assert noisy.mean().item() == pytest.approx(0.0, abs=0.01)


def test_brightness_adds_one_number_and_contrast_keeps_the_mean() -> None:
    (bright,) = values.random_brightness([PICTURES], chance(), 0.5)
    change = (bright - PICTURES).flatten(1)
    assert (change.std(1) < 1e-5).all()
    span = PICTURES.flatten(1).amax(1) - PICTURES.flatten(1).amin(1)
    assert (change[:, 0].abs() <= 0.5 * span).all()
    (strong,) = values.random_contrast([PICTURES], chance(), 0.5)
    torch.testing.assert_close(strong.mean((1, 2, 3)), PICTURES.mean((1, 2, 3)), rtol=1e-4, atol=1e-5)
    ratio = strong.std((1, 2, 3)) / PICTURES.std((1, 2, 3))
    assert (ratio > 0.499).all()
    assert (ratio < 1.501).all()
    assert ratio.std() > 0.05


def test_cutout_leaves_a_square_of_nothing() -> None:
    ones = torch.ones(200, 2, 20, 20)
    (cut,) = values.cutout([ones], chance(), 0.5, 1.0)
    for sample in cut[:, 0]:
        rows, columns = (sample == 0).any(1), (sample == 0).any(0)
        assert (sample == 0).sum() == rows.sum() * columns.sum()  # a rectangle
        assert max(rows.sum(), columns.sum()) <= 11
    assert torch.equal(cut[:, 0], cut[:, 1])
    none, half = (values.cutout([ones], chance(), 0.5, p)[0] for p in (0.0, 0.5))
    assert torch.equal(none, ones)
    touched = int((half == 0).flatten(1).any(1).sum())
    assert 70 < touched < 130


def test_mixup_averages_with_shares_of_a_beta_distribution() -> None:
    (mixed,), others, share = mixing.mixup([PICTURES], chance(), 0.4)
    torch.testing.assert_close(mixed, share * PICTURES + (1 - share) * PICTURES[others])
    shares = [mixing.mixup([PICTURES[:2]], chance(seed), 0.4)[2] for seed in range(1500)]
    assert statistics.fmean(shares) == pytest.approx(0.5, abs=0.04)
    # The variance of Beta(α, α) is 1 / (4·(2α + 1)).
    assert statistics.pvariance(shares) == pytest.approx(1 / (4 * 1.8), rel=0.1)


def test_cutmix_fills_one_window_and_its_share_is_what_is_left() -> None:
    for seed in range(20):
        (mixed,), others, share = mixing.cutmix([PICTURES], chance(seed), 1.0)
        own = (mixed == PICTURES).all(1).all(0)
        other = (mixed == PICTURES[others]).all(1)[others != torch.arange(12)].all(0)
        assert bool((own | other).all())
        assert share == pytest.approx(own.float().mean().item())


def test_nothing_is_changed_in_place() -> None:
    before = PICTURES.clone()
    calls: list[Tensor] = [
        *geometry.random_crop([PICTURES], chance(), 1),
        *values.cutout([PICTURES], chance(), 0.5, 1.0),
        *mixing.cutmix([PICTURES], chance(), 1.0)[0],
    ]
    assert len(calls) == 3
    assert torch.equal(before, PICTURES)
