"""Axes laid out, ordered, cut and padded, against torch and plain indexing."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.catalog import Shape
from engine.errors import ParamError
from tests.support.one_node import CATALOG, axes, out, refusal, run

X = torch.randn(2, 3, 4, 6)


@pytest.mark.parametrize(
    ("id", "params", "expected"),
    [
        ("unflatten", {"dim": 3, "sizes": [2, -1]}, X.reshape(2, 3, 4, 2, 3)),
        ("unflatten", {"dim": 1, "sizes": [1, 3, 1]}, X[:, None, :, None]),
        ("permute", {"dims": [2, 3, 1]}, X.movedim(1, -1)),
        ("permute", {"dims": [-1, 1, 2]}, X.movedim(-1, 1)),
        ("unsqueeze", {}, X[:, None]),
        ("unsqueeze", {"dim": -1}, X[..., None]),
        ("flip", {}, X[..., [5, 4, 3, 2, 1, 0]]),
        ("flip", {"dim": 1}, X[:, [2, 1, 0]]),
        ("roll", {}, X[:, [2, 0, 1]]),
        ("roll", {"shifts": [-1, 2], "dims": [2, -1]}, X[:, :, [1, 2, 3, 0]][..., [4, 5, 0, 1, 2, 3]]),
        ("slice", {"start": 1}, X[:, 1:]),
        ("slice", {"dim": -1, "start": -4, "end": -1}, X[..., -4:-1]),
        ("slice", {"dim": 2, "start": 1, "step": 2}, X[:, :, 1::2]),
        ("slice", {"dim": 3, "end": 100, "step": 4}, X[..., ::4]),
        ("crop", {"size": 2}, X[..., 1:3, 2:4]),
        ("crop", {"size": [4, 3]}, X[..., 1:4]),
        ("crop", {"size": [2, 3], "top": 0, "left": 3}, X[..., :2, 3:]),
        ("repeat", {"repeats": [2, 1, 1]}, torch.cat([X, X], 1)),
        ("repeat", {"repeats": [1, 1, 3]}, torch.cat([X, X, X], 3)),
        ("pad", {}, torch.cat([torch.zeros(2, 3, 4, 1), X, torch.zeros(2, 3, 4, 1)], 3)),
        ("pad", {"pad": [0, 0, 2, 0], "value": -1.5}, torch.cat([torch.full((2, 3, 2, 6), -1.5), X], 2)),
        ("pad", {"pad": [2, 0, 0, 1], "mode": "reflect"}, X[:, :, [0, 1, 2, 3, 2]][..., [2, 1, *range(6)]]),
        ("pad", {"pad": [2, 0, 0, 1], "mode": "replicate"}, X[:, :, [0, 1, 2, 3, 3]][..., [0, 0, *range(6)]]),
        ("pad", {"pad": [2, 0, 0, 1], "mode": "circular"}, X[:, :, [0, 1, 2, 3, 0]][..., [4, 5, *range(6)]]),
    ],
)
def test_numbers_go_where_they_should(id: str, params: dict[str, Any], expected: torch.Tensor) -> None:
    assert torch.equal(out(id, params, in_=X), expected)


def test_thin_axes() -> None:
    thin = X[:, :1]
    assert torch.equal(out("squeeze", {"dim": 1}, in_=thin), X[:, 0])
    assert torch.equal(out("expand", {"sizes": [5, -1, 6]}, in_=thin), torch.cat([thin] * 5, 1))
    assert "axis 1 has 3" in str(refusal("squeeze", Shape.batch(3, 4), params={"dim": 1}))
    assert "only axes of size 1 grow" in str(refusal("expand", Shape.batch(3), params={"sizes": [6]}))


def test_parts_of_their_own_sizes() -> None:
    parts = run("split", {"sizes": [1, 2, 3], "dim": 3}, in_=X)
    assert list(parts) == ["out1", "out2", "out3"]
    assert torch.equal(torch.cat(list(parts.values()), 3), X)
    assert parts["out2"].shape[3] == 2
    assert "which make 4" in str(refusal("split", Shape.batch(6), params={"sizes": [1, 3]}))
    assert CATALOG.parse("split", {"sizes": [1, 3]}).card() == "1, 3"


def test_patches_are_read_like_a_page() -> None:
    images = torch.randn(2, 3, 8, 6)
    rows = out("patchify", {"patch_size": [4, 2]}, in_=images)
    assert rows.shape == (2, 6, 24)
    for number in range(6):
        top, left = number // 3 * 4, number % 3 * 2
        assert torch.equal(rows[:, number], images[:, :, top : top + 4, left : left + 2].flatten(1))
    assert torch.equal(out("unpatchify", {"patch_size": [4, 2], "output_size": [8, 6]}, in_=rows), images)


def test_letters_go_with_their_axes() -> None:
    images = Shape.batch(3, 8, 8)
    assert axes("permute", images, dims=[2, 3, 1]) == "NHWC"
    assert axes("unsqueeze", images, dim=2) == "NC·HW"
    assert axes("unflatten", images, dim=1, sizes=[3, 1]) == "N··HW"
    assert axes("slice", images) == axes("roll", images) == axes("pad", images) == axes("crop", images) == "NCHW"
    assert axes("patchify", images) == "NTF"
    assert axes("unpatchify", Shape.batch(49, 16)) == "NCHW"


@pytest.mark.parametrize(
    ("id", "params", "shape", "words"),
    [
        ("unflatten", {"sizes": [5, -1]}, Shape.batch(24), "cannot lay axis 1 out as 5×-1"),
        ("permute", {"dims": [1, 1]}, Shape.batch(3, 4), "needs each axis from 1 to 2 once in dims"),
        ("permute", {"dims": [0, 1]}, Shape.batch(3, 4), "needs each axis from 1 to 2 once"),
        ("unsqueeze", {"dim": 0}, Shape.batch(3), "axis 0 is the batch"),
        ("unsqueeze", {"dim": -3}, Shape.batch(3), "axis 0 is the batch"),
        ("slice", {"start": 5}, Shape.batch(5), "keeps nothing of axis 1 from 5 to the end"),
        ("slice", {"start": 3, "end": 1}, Shape.batch(5), "keeps nothing of axis 1 from 3 to 1"),
        ("crop", {"size": 4}, Shape.batch(3, 8, 3), "needs a window inside the image"),
        ("crop", {"size": 4, "top": 5}, Shape.batch(3, 8, 8), "4×4 from row 5 and column 2 is not"),
        ("repeat", {"repeats": [2, 2]}, Shape.batch(3), "needs a number for each axis of a sample, 2 are given"),
        ("pad", {"pad": [1, 1, 1, 1]}, Shape.batch(3), "at least 3 axes"),
        ("pad", {"pad": [8, 0, 0, 0], "mode": "reflect"}, Shape.batch(3, 8, 8), "at most 7 to each end of axis 3"),
        ("pad", {"mode": "circular"}, Shape.batch(3, 8, 8), "two numbers for each axis after the first two"),
        ("pad", {"mode": "reflect"}, Shape.batch(3, 8, dtype="int64"), "float32"),
        ("pad", {"value": 0.5}, Shape.batch(3, dtype="int64"), "float32"),
        ("patchify", {}, Shape.batch(3, 8, 6), "8×6 does not divide so"),
        ("unpatchify", {}, Shape.batch(48, 16), "needs 49 patches"),
        ("stack", {"dim": 3}, Shape.batch(3), "puts an axis in at 1 to 2"),
    ],
)
def test_what_does_not_fit_is_said(id: str, params: dict[str, Any], shape: Shape, words: str) -> None:
    assert words in str(refusal(id, shape, params=params))


@pytest.mark.parametrize(
    ("id", "params", "words"),
    [
        ("roll", {"shifts": [1, 2]}, "shifts must have as many numbers as dims"),
        ("roll", {"dims": [1, 2]}, "dims must have as many numbers as shifts"),
        ("unpatchify", {"output_size": 30}, "output_size must be a multiple of patch_size"),
        ("unpatchify", {"patch_size": 5}, "patch_size must divide output_size"),
        ("pad", {"pad": [1]}, "pad must have two numbers for each axis"),
        ("unflatten", {"sizes": [-1, -1]}, "must have at most one -1"),
        ("unflatten", {"sizes": [0]}, "must hold sizes of at least 1"),
        ("expand", {"sizes": [0]}, "must have no axis of size 0"),
        ("split", {"sizes": [3]}, "must be empty or have 2 to 64 numbers"),
    ],
)
def test_params_that_do_not_go_together(id: str, params: dict[str, Any], words: str) -> None:
    with pytest.raises(ParamError, match=words):
        CATALOG.parse(id, params)


def test_token_sequences_are_padded_with_a_whole_number() -> None:
    tokens = torch.tensor([[5, 6]])
    assert out("pad", {"pad": [0, 2], "value": 3.0}, in_=tokens).tolist() == [[5, 6, 3, 3]]
