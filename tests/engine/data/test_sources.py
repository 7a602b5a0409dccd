"""The contract every source keeps, and the bundled sets against scikit-learn's own loaders."""

from __future__ import annotations

import importlib
import subprocess
import sys

import numpy as np
import pytest
import torch

from engine.data import Source, all_sources
from engine.data.sources.diabetes import Diabetes
from engine.data.sources.digits import Digits, resize
from engine.errors import ParamError

WITHOUT_FILES = ["breast_cancer", "diabetes", "digits", "iris", "playground", "wine"]


def source(id: str, **params: object) -> Source:
    return all_sources()[id].parse(params)


def test_every_module_of_the_folder_is_a_source() -> None:
    assert all_sources().problems == []
    assert {*WITHOUT_FILES, "csv", "image_folder", "npz"} <= set(all_sources().ids())


@pytest.mark.parametrize("id", all_sources().ids())
def test_a_source_says_what_it_is(id: str) -> None:
    declared = all_sources()[id]
    assert declared.title
    assert declared.help().endswith((".", ":"))
    assert "x:" in declared.details()
    assert all(param.help for param in declared.params.values())


@pytest.mark.parametrize("id", WITHOUT_FILES)
def test_what_is_loaded_is_what_the_fields_say(id: str) -> None:
    samples = source(id).load()
    assert samples.fields == source(id).fields()
    assert {field.name for field in samples.fields} == {"x", "y"} == set(samples.arrays)
    for field in samples.fields:
        array = samples.arrays[field.name]
        assert array.shape == (len(samples), *field.shape.sample)
        assert array.dtype == field.shape.dtype
        assert np.isfinite(array).all()
        if field.classes:
            assert set(np.unique(array)) == set(range(len(field.classes)))


@pytest.mark.parametrize("id", ["iris", "wine", "breast_cancer"])
def test_bundled_classes_equal_those_of_scikit_learn(id: str) -> None:
    theirs = getattr(importlib.import_module("sklearn.datasets"), f"load_{id}")()
    ours = source(id).load()
    np.testing.assert_array_equal(ours.arrays["x"], theirs.data.astype(np.float32))
    np.testing.assert_array_equal(ours.arrays["y"], theirs.target)
    assert ours.fields[1].classes == tuple(theirs.target_names)


def test_digits_equal_those_of_scikit_learn() -> None:
    theirs = importlib.import_module("sklearn.datasets").load_digits()
    ours = Digits().load()
    np.testing.assert_array_equal(ours.arrays["x"][:, 0] * 16, theirs.images)
    np.testing.assert_array_equal(ours.arrays["y"], theirs.target)


def test_diabetes_equals_that_of_scikit_learn() -> None:
    theirs = importlib.import_module("sklearn.datasets").load_diabetes()
    ours = Diabetes().load()
    np.testing.assert_allclose(ours.arrays["x"], theirs.data, atol=1e-7)
    np.testing.assert_array_equal(ours.arrays["y"][:, 0], theirs.target)


@pytest.mark.parametrize("size", [28, 32])
def test_padded_digits_keep_their_pixels_in_the_middle(size: int) -> None:
    small = Digits().load().arrays["x"]
    padded = Digits(size=size, fit="pad").load().arrays["x"]
    start = (size - 8) // 2
    np.testing.assert_array_equal(padded[:, :, start : start + 8, start : start + 8], small)
    assert padded.sum() == pytest.approx(small.sum(), rel=1e-6)


@pytest.mark.parametrize("size", [28, 32])
def test_resized_digits_equal_those_that_torch_interpolates(size: int) -> None:
    small = torch.from_numpy(Digits().load().arrays["x"][:50])
    theirs = torch.nn.functional.interpolate(small, size=size, mode="bilinear", align_corners=False)
    ours = Digits(size=size, fit="resize").load().arrays["x"][:50]
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-6)


def test_resizing_to_the_same_size_changes_nothing() -> None:
    small = Digits().load().arrays["x"][:5]
    np.testing.assert_array_equal(resize(small, 8), small)


def test_a_size_that_is_not_offered_is_refused() -> None:
    with pytest.raises(ParamError, match=r"size must be one of 8, 28, 32\. Received: 64"):
        source("digits", size=64)


def test_listing_sources_imports_nothing_heavy() -> None:
    code = (
        "import sys; from engine.data import all_sources; "
        "[kind().fields() for kind in all_sources() if 'path' not in kind.params]; "
        "print([m for m in ('numpy', 'sklearn', 'torch', 'PIL', 'PySide6') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_loading_digits_does_not_import_scikit_learn() -> None:
    code = (
        "import sys; from engine.data import all_sources; all_sources()['digits']().load(); "
        "print('sklearn' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
