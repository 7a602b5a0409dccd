"""Checking, splitting, scaling and ordering data."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from engine.analysis import Plan, analyse, plan
from engine.catalog import Shape
from engine.data import Field, Samples
from engine.errors import DataError
from engine.nodes import standard_catalog
from engine.recipe import Recipe
from engine.training import order
from engine.training.checks import check
from engine.training.data import prepare
from engine.training.scaling import fit
from engine.training.split import split
from tests.support.drawing import Drawing


def planned(target: dict[str, object] | None = None, classes: int = 3) -> Plan:
    """Four features to three classes."""
    drawing = Drawing("Small")
    drawing.add("x", "input", shape=[4])
    drawing.add("fc", "dense", "x", out_features=classes)
    drawing.add("label", "target", **(target or {}))
    drawing.add("loss", "cross_entropy", to={"in": "fc", "target": "label"})
    catalog = standard_catalog()
    return plan(drawing.document, analyse(drawing.document, catalog), catalog)


def samples(count: int = 30, **arrays: np.ndarray) -> Samples:
    """Sound data for it, with some arrays replaced."""
    found = {
        "x": np.random.default_rng(0).normal(size=(count, 4)).astype(np.float32),
        "y": np.arange(count) % 3,
        **arrays,
    }
    fields = tuple(
        Field(name, Shape.batch(*values.shape[1:], dtype="int64" if values.dtype.kind == "i" else "float32"))
        for name, values in found.items()
    )
    return Samples(fields, found)


def test_sound_data_passes() -> None:
    check(samples(), planned())


def broken(name: str, change: Callable[[np.ndarray], None]) -> Samples:
    """Sound data with one array spoilt."""
    found = samples()
    change(found.arrays[name])
    return found


def set_at(place: tuple[int, ...] | int, value: float) -> Callable[[np.ndarray], None]:
    """Put a value somewhere."""

    def change(values: np.ndarray) -> None:
        values[place] = value

    return change


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (broken("x", set_at((6, 2), np.nan)), r'row 7, column "x": 1 of 30 samples hold .* the first is sample 7'),
        (broken("x", set_at((0, 0), np.inf)), "no finite number; the first is sample 1"),
        (broken("y", set_at(4, 3)), r"labels go from 0 to 2, but the field \"y\" of sample 5 is 3.*4 outputs"),
        (broken("y", set_at(4, -1)), r"of sample 5 is -1\. Number the classes from 0"),
        (
            samples(x=np.zeros((30, 5), np.float32)),
            r'node "x" is N×4 .* of the data is N×5 \(N batch × 5 features\)',
        ),
        (samples(x=np.zeros((30, 2, 2), np.float32)), "of the data is N×2×2"),
        (
            samples(y=np.full(30, 0.5, np.float32)),
            r"whole numbers \(int64\), but the field \"y\" holds numbers with",
        ),
        (samples(0), "gives no samples"),
    ],
)
def test_wrong_data_is_refused_with_its_place(data: Samples, words: str) -> None:
    with pytest.raises(DataError, match=words):
        check(data, planned())


def test_a_missing_field_names_the_nearest() -> None:
    with pytest.raises(DataError, match=r'takes the field "yy", but the data gives x, y\. Did you mean "y"'):
        check(samples(), planned({"field": "yy"}))


def test_whole_numbers_in_a_float_array_are_labels() -> None:
    whole = samples(y=(np.arange(30) % 3).astype(np.float32))
    check(whole, planned())
    data = prepare(whole, Recipe(), planned())
    assert data.train.targets[0].dtype == torch.int64


@given(st.integers(2, 200), st.floats(0, 0.9), st.integers(0, 2**32 - 1), st.booleans())
def test_a_split_holds_every_row_once_and_as_many_as_asked(
    count: int, share: float, seed: int, labelled: bool
) -> None:
    labels = np.random.default_rng(seed).integers(0, 4, count) if labelled else None
    parts = split(count, share, seed, labels)
    assert sorted([*parts.train, *parts.val]) == list(range(count))
    assert len(parts.val) == min(round(count * share), count - 1)
    again = split(count, share, seed, labels)
    assert (parts.val == again.val).all()
    if labels is not None and len(parts.val):
        exact = np.bincount(labels) * len(parts.val) / count
        assert (np.abs(np.bincount(labels[parts.val], minlength=len(exact)) - exact) < 1).all()


def test_another_seed_holds_out_others() -> None:
    assert set(split(100, 0.2, 0).val) != set(split(100, 0.2, 1).val)


@pytest.mark.parametrize(("method", "scaler"), [("standard", StandardScaler()), ("min-max", MinMaxScaler())])
def test_scaling_equals_scikit_learn(method: str, scaler: StandardScaler | MinMaxScaler) -> None:
    values = (np.random.default_rng(1).normal(size=(50, 4)) * [1, 100, 0.01, 0] + [0, 5, -3, 7]).astype(np.float32)
    scale = fit(method, values[:40], Shape.batch(4))
    assert scale is not None
    expected = scaler.fit(values[:40].astype(np.float64)).transform(values.astype(np.float64))
    np.testing.assert_allclose(scale.apply(values), expected, rtol=1e-6, atol=1e-6)


def test_pictures_are_scaled_by_channel_and_labels_never() -> None:
    pictures = np.random.default_rng(2).normal(3, 2, size=(20, 3, 5, 5)).astype(np.float32)
    scale = fit("standard", pictures, Shape.batch(3, 5, 5))
    assert scale is not None
    assert (scale.axis, len(scale.shift)) == (1, 3)
    scaled = scale.apply(pictures).astype(np.float64)
    np.testing.assert_allclose(scaled.mean(axis=(0, 2, 3)), 0, atol=1e-6)
    np.testing.assert_allclose(scaled.std(axis=(0, 2, 3)), 1, atol=1e-6)
    assert fit("standard", np.arange(5), Shape.batch(dtype="int64")) is None
    assert fit("none", pictures, Shape.batch(3, 5, 5)) is None


def test_scaling_is_fitted_on_the_training_split_only() -> None:
    data = prepare(samples(50), Recipe(scaling="standard", validation_split=0.4), planned())
    train, val = data.train.inputs[0].double(), data.val.inputs[0].double()
    assert torch.allclose(train.mean(0), torch.zeros(4, dtype=torch.float64), atol=1e-6)
    assert (val.mean(0).abs() > 1e-3).all()


def test_an_epoch_sees_each_sample_once_in_its_own_order() -> None:
    first, second = order.order(50, 3, 0, shuffle=True), order.order(50, 3, 1, shuffle=True)
    assert sorted(first.tolist()) == list(range(50))
    assert not torch.equal(first, second)
    assert torch.equal(first, order.order(50, 3, 0, shuffle=True))
    assert torch.equal(first, torch.randperm(50, generator=torch.Generator().manual_seed(3 * 1_000_003)))
    assert order.order(5, 0, 9, shuffle=False).tolist() == [0, 1, 2, 3, 4]


@given(st.integers(1, 300), st.integers(1, 64))
def test_batches_cover_all_and_none_is_a_single_sample(count: int, size: int) -> None:
    found = order.bounds(count, size)
    assert [row for start, end in found for row in range(start, end)] == list(range(count))
    assert all(1 <= end - start <= size + 1 for start, end in found)
    if size > 1 and count > 1:
        assert all(end - start > 1 for start, end in found)


def test_taking_rows_gives_those_rows() -> None:
    data = prepare(samples(), Recipe(validation_split=0.0), planned())
    rows = torch.tensor([4, 0, 9])
    (x,), (y,) = data.train.take(rows)
    assert torch.equal(x, data.train.inputs[0][rows])
    assert torch.equal(y, data.train.targets[0][rows])
    assert data.val.count == 0
    assert sum(count for _, count in data.train.batches(7)) == 30


def one_score(loss: str, classes: int) -> Plan:
    """The plan of one number a sample, held against the label of a class."""
    drawing = Drawing("One score")
    drawing.add("x", "input", shape=[2])
    drawing.add("fc", "dense", "x", out_features=classes)
    drawing.add("y", "target")
    drawing.add("loss", loss, to={"in": "fc", "target": "y"})
    document, catalog = drawing.document, standard_catalog()
    return plan(document, analyse(document, catalog), catalog)


def labelled_samples(highest: int) -> Samples:
    """Six points with labels from 0 up."""
    fields = (Field("x", Shape.batch(2)), Field("y", Shape.batch(dtype="int64")))
    labels = np.arange(6) % (highest + 1)
    return Samples(fields, {"x": np.ones((6, 2), np.float32), "y": labels})


def test_one_score_tells_no_from_yes() -> None:
    check(labelled_samples(1), one_score("bce_with_logits", 1))
    with pytest.raises(DataError, match="labels go from 0 to 1"):
        check(labelled_samples(2), one_score("bce_with_logits", 1))


def test_whole_numbers_to_regress_are_no_labels() -> None:
    check(labelled_samples(5), one_score("mse", 1))
    with pytest.raises(DataError, match="labels go from 0 to 3"):
        check(labelled_samples(5), one_score("cross_entropy", 4))
