"""`.npz` files, good and hostile."""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.data.source import Samples
from engine.data.sources.npz import NpzFile
from engine.errors import DataError, ParamError


@pytest.fixture
def write(tmp_path: Path):
    def write(**arrays: object) -> str:
        path = tmp_path / "data.npz"
        np.savez_compressed(path, **{name: np.asarray(array) for name, array in arrays.items()})
        return str(path)

    return write


def member(shape: str, dtype: str, content: bytes, tmp_path: Path) -> str:
    """A file whose x declares a shape and a dtype, and holds other bytes."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    path = tmp_path / "made.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "x.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + content
        )
        labels = io.BytesIO()
        np.save(labels, np.zeros(4, np.int64))
        archive.writestr("y.npy", labels.getvalue())
    return str(path)


def load(path: str, **params: object) -> Samples:
    source = NpzFile.parse({"path": path, **params})
    samples = source.load()
    assert source.fields() == samples.fields
    for field in samples.fields:
        assert samples.arrays[field.name].shape == (len(samples), *field.shape.sample)
        assert samples.arrays[field.name].dtype == field.shape.dtype
    return samples


def refused(path: str, **params: object) -> str:
    with pytest.raises(DataError) as caught:
        NpzFile.parse({"path": path, **params}).load()
    return str(caught.value)


def test_numbers_and_labels_come_as_they_are(write) -> None:
    x = np.arange(12.0).reshape(4, 3)
    samples = load(write(x=x, y=[2, 0, 1, 2]))
    np.testing.assert_array_equal(samples.arrays["x"], x)
    assert samples.arrays["y"].tolist() == [2, 0, 1, 2]
    assert samples.fields[1].classes == ("0", "1", "2")


@pytest.mark.parametrize("dtype", ["float16", "float64", "int8", "uint32", "bool", ">f4", ">i8"])
def test_every_number_becomes_float32(write, dtype: str) -> None:
    x = np.array([[1, 0], [0, 1]], dtype)
    np.testing.assert_array_equal(load(write(x=x, y=[0, 1])).arrays["x"], x.astype(np.float32))


def test_bytes_become_shares_of_one(write) -> None:
    x = np.array([[[0, 51], [102, 255]]], np.uint8)
    samples = load(write(x=x, y=[0]), channel_axis="add")
    np.testing.assert_allclose(samples.arrays["x"], [[[[0, 0.2], [0.4, 1]]]])


def test_fortran_order_and_one_axis(write) -> None:
    x = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(load(write(x=x, y=[0, 1])).arrays["x"], x)
    assert load(write(x=[1.0, 2.0], y=[0, 1])).arrays["x"].tolist() == [[1], [2]]


def test_fractions_are_numbers_to_predict_and_texts_are_classes(write) -> None:
    assert load(write(x=[[1.0], [2.0]], y=[0.5, 1.5])).arrays["y"].tolist() == [[0.5], [1.5]]
    samples = load(write(x=[[1.0], [2.0]], y=["rose", "iris"]))
    assert samples.fields[1].classes == ("iris", "rose")
    assert samples.arrays["y"].tolist() == [1, 0]


def test_arrays_of_other_names(write) -> None:
    path = write(x_train=[[1.0]], y_train=[0])
    assert len(load(path, x="x_train", y="y_train")) == 1
    assert refused(path, y="y_train").endswith('There is no array "x". Did you mean "x_train"?') or (
        "There are: x_train, y_train." in refused(path, y="y_train")
    )


def test_pickles_are_refused_with_what_to_do_and_never_run(tmp_path: Path) -> None:
    class Attack:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "executed",))

    path = tmp_path / "data.npz"
    np.savez(path, x=np.array([Attack(), Attack()], object), y=np.zeros(2))
    assert "unpickling" in refused(str(path))
    (tmp_path / "pickle.npz").write_bytes(pickle.dumps(Attack()))
    assert "is no .npz archive" in refused(str(tmp_path / "pickle.npz"))
    assert not (tmp_path / "executed").exists()


def test_numbers_that_are_not_finite_are_counted_and_placed(write) -> None:
    x = np.ones((4, 2, 2))
    x[2, 0, 1] = np.nan
    x[3] = np.inf
    message = refused(write(x=x, y=[0, 1, 0, 1]))
    assert 'row 3, column "x": 5 numbers are not finite, the first at [2, 0, 1].' in message


def test_rows_must_agree_and_labels_count_from_0(write) -> None:
    assert '"x" has 2 rows and "y" has 3' in refused(write(x=[[1.0], [2.0]], y=[0, 1, 2]))
    assert 'row 2, column "y": Labels count from 0. Received: -1.' in refused(write(x=[[1.0], [2.0]], y=[0, -1]))
    assert "would have 100,000,000 classes" in refused(write(x=[[1.0]], y=[99_999_999]))
    assert "no rows" in refused(write(x=np.zeros((0, 2)), y=np.zeros(0)))
    assert "no rows" in refused(write(x=np.float32(1), y=np.float32(1)))


@pytest.mark.parametrize("x", [np.array([[1j]]), np.array(["2020-01-01"], "M8[D]"), np.array([(1, 2)], "i4,i4")])
def test_other_dtypes_are_refused_by_name(write, x: np.ndarray) -> None:
    assert "are not read" in refused(write(x=x, y=[0]))


def test_texts_as_inputs_are_refused(write) -> None:
    assert "The inputs are texts" in refused(write(x=["a"], y=[0]))


def test_an_array_shorter_or_longer_than_declared(tmp_path: Path) -> None:
    assert "ends after 8 of 32 bytes" in refused(member("(4, 2)", "<f4", b"\0" * 8, tmp_path))
    assert "goes on after its declared end" in refused(member("(4, 2)", "<f4", b"\0" * 40, tmp_path))


def test_declared_sizes_are_not_believed(tmp_path: Path) -> None:
    assert "declares 17,179,869,184 bytes" in refused(member("(4, 1073741824)", "<f4", b"", tmp_path))
    assert "makes no sense" in refused(member("(4, -1)", "<f4", b"", tmp_path))
    assert refused(member("(4, 10**9)", "<f4", b"", tmp_path))
    assert refused(member("(" + "4," * 3_000 + ")", "<f4", b"", tmp_path))


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("x.npy", "w") as file:
            for _ in range(17):
                file.write(bytes(2**24))
        archive.writestr("y.npy", b"")
    assert path.stat().st_size < 2**21
    assert "as a zip bomb would" in refused(str(path))


def test_mutated_files_raise_nothing_else(write, tmp_path: Path) -> None:
    whole = bytearray(Path(write(x=np.arange(12.0).reshape(4, 3), y=[0, 1, 0, 1])).read_bytes())
    random = np.random.default_rng(0)
    path = tmp_path / "mutated.npz"
    refusals = 0
    for _ in range(300):
        mutated = bytearray(whole)
        for place in random.integers(0, len(whole), 3):
            mutated[place] = random.integers(0, 256)
        path.write_bytes(mutated[: random.integers(1, len(whole) + 1)] if random.random() < 0.3 else mutated)
        try:
            NpzFile(path=str(path)).load()
        except DataError:
            refusals += 1
    assert refusals > 100


def test_more_arrays_are_fields_of_their_own(write) -> None:
    tokens = np.array([[3, 1, 0], [2, 0, 0]], np.int32)
    weights, lengths = np.array([0.5, 2.0]), np.array([2, 1], np.uint8)
    path = write(x=tokens, y=[0, 1], lengths=lengths, weights=weights)
    samples = load(path, x_dtype="int64", more=["lengths", "weights"])
    assert [field.name for field in samples.fields] == ["x", "y", "lengths", "weights"]
    for name, expected in (("x", tokens), ("lengths", lengths), ("weights", weights)):
        np.testing.assert_array_equal(samples.arrays[name], expected)
    assert [field.shape.dtype for field in samples.fields] == ["int64", "int64", "int64", "float32"]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"x_dtype": "int64"}, "whole numbers. Received: float64"),
        ({"more": ["short"]}, '"x" has 2 rows and "short" has 1'),
        ({"more": ["words"]}, "holds texts"),
        ({"more": ["shrt"]}, 'Did you mean "short"'),
    ],
)
def test_more_arrays_that_do_not_fit_are_refused(write, params: dict[str, object], words: str) -> None:
    path = write(x=[[0.5], [1.5]], y=[0, 1], short=[1], words=["a", "b"])
    with pytest.raises(DataError, match=words):
        load(path, **params)


def test_a_field_has_a_name_of_its_own() -> None:
    with pytest.raises(ParamError, match="none x or y"):
        NpzFile.parse({"more": ["x"]})
