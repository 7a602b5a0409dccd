"""Arrays in numpy's `.npz` files."""

from __future__ import annotations

import functools
import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from engine.catalog import Shape
from engine.data import npz_reader
from engine.data.npz_reader import Head
from engine.data.paths import given_file
from engine.data.source import Field, Samples, Source
from engine.errors import DataError, ParamError
from engine.spec import param

if TYPE_CHECKING:
    import numpy as np

MAX_CLASSES: Final = 100_000


class NpzFile(Source):
    """Arrays of an `.npz` file: inputs, a target of as many rows, and more such as lengths or a second input.

    A target of whole numbers or texts gives classes, one of other numbers is a number to predict. Bytes
    (pictures) become numbers from 0 to 1. Files that need unpickling are refused.

    Shapes:
        x: (N, …)
        y: (N) int64 for classes, else (N, …)
        each more: (N, …), int64 where it holds whole numbers
    """

    id, title, icon = "npz", "NumPy file (.npz)", "mdi6.file-table-box-outline"

    path: str = param("", "The file.", editor="path")
    x: str = param("x", "Name of the array of inputs.")
    y: str = param("y", "Name of the array of targets.")
    x_dtype: Literal["float32", "int64"] = param(
        "float32", "What inputs become: float32 for measurements and pictures, int64 for tokens."
    )
    more: tuple[str, ...] = param((), "Names of more arrays, each a field of its own for an input that names it.")
    channel_axis: Literal["none", "add"] = param(
        "none", "Add an axis of one channel after the batch: grey pictures (N, H, W) become (N, 1, H, W)."
    )

    def conflicts(self) -> list[ParamError]:
        """Each field has a name of its own."""
        wrong = [name for name in self.more if name in ("x", "y") or self.more.count(name) > 1]
        return [ParamError("more", "names each array once, and none x or y", wrong[0])] if wrong else []

    def fields(self) -> tuple[Field, ...]:
        path = given_file(self.path)
        status = path.stat()
        return _fields_of(self, str(path), status.st_mtime_ns, status.st_size)

    def load(self) -> Samples:
        path = given_file(self.path)
        self._check_rows(path)
        x = self._inputs(npz_reader.array(path, self.x), path)
        y, classes = _targets(npz_reader.array(path, self.y), path, self.y)
        arrays = {"x": x, "y": y, **{name: _more(npz_reader.array(path, name), path, name) for name in self.more}}
        fields = (
            Field(name, Shape.batch(*found.shape[1:], dtype=_dtype(found)), classes if name == "y" else ())
            for name, found in arrays.items()
        )
        return Samples(tuple(fields), arrays)

    def _inputs(self, raw: np.ndarray, path: Path) -> np.ndarray:
        import numpy as np

        if raw.dtype.kind in "US":
            raise DataError("The inputs are texts; save them as numbers.", file=str(path), column=self.x)
        x = raw[:, None] if raw.ndim == 1 or self.channel_axis == "add" else raw
        if self.x_dtype == "int64":
            if raw.dtype.kind == "f":
                raise DataError(
                    "Inputs of x_dtype int64 are whole numbers. Received: " + str(raw.dtype) + ".",
                    file=str(path),
                    column=self.x,
                )
            return np.ascontiguousarray(x, np.int64)
        if raw.dtype == np.uint8:
            return np.ascontiguousarray(x, np.float32) / np.float32(255)
        return _numbers(x, path, self.x)

    def _check_rows(self, path: Path) -> tuple[Head, Head]:
        """The heads of inputs and target; all arrays must have as many rows."""
        heads = {name: npz_reader.head(path, name) for name in (self.x, self.y, *self.more)}
        for name, found in heads.items():
            if not found.shape or not found.shape[0]:
                raise DataError("The array has no rows.", file=str(path), column=name)
        x = heads[self.x]
        for name, found in heads.items():
            if x.shape[0] != found.shape[0]:
                raise DataError(
                    f'"{self.x}" has {x.shape[0]:,} rows and "{name}" has {found.shape[0]:,}; '
                    "they must have as many.",
                    file=str(path),
                )
        return x, heads[self.y]

    def _described(self, path: Path) -> tuple[Field, ...]:
        x, y = self._check_rows(path)
        sample = x.shape[1:] or (1,)
        sample = (1, *sample) if self.channel_axis == "add" and len(x.shape) > 1 else sample
        field = Field("x", Shape.batch(*sample, dtype=self.x_dtype))
        more = tuple(_more_field(name, npz_reader.head(path, name)) for name in self.more)
        if y.dtype.kind == "f":
            return field, Field("y", Shape.batch(*(y.shape[1:] or (1,)))), *more
        labels, classes = _targets(npz_reader.array(path, self.y), path, self.y)
        return field, Field("y", Shape.batch(*labels.shape[1:], dtype="int64"), classes), *more


@functools.lru_cache(maxsize=16)
def _fields_of(source: NpzFile, path: str, changed: int, size: int) -> tuple[Field, ...]:  # noqa: ARG001 - the key
    return source._described(Path(path))


def _dtype(array: np.ndarray) -> Literal["float32", "int64"]:
    return "int64" if array.dtype.kind == "i" else "float32"


def _more_field(name: str, found: Head) -> Field:
    return Field(name, Shape.batch(*found.shape[1:], dtype="float32" if found.dtype.kind == "f" else "int64"))


def _more(raw: np.ndarray, path: Path, name: str) -> np.ndarray:
    """A further array: numbers, or whole numbers as they are."""
    import numpy as np

    if raw.dtype.kind in "US":
        raise DataError("The array holds texts; save them as numbers.", file=str(path), column=name)
    return _numbers(raw, path, name) if raw.dtype.kind == "f" else np.ascontiguousarray(raw, np.int64)


def _targets(raw: np.ndarray, path: Path, name: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Labels (N) or (N, …) and class names, or numbers (N, …) and none."""
    import numpy as np

    if raw.dtype.kind == "f":
        return _numbers(raw[:, None] if raw.ndim == 1 else raw, path, name), ()
    if raw.dtype.kind in "US":
        if raw.ndim > 1:
            raise DataError("Targets of texts need one axis.", file=str(path), column=name)
        texts, places = np.unique(raw, return_inverse=True)
        _check_count(len(texts), path, name)
        return places.astype(np.int64), tuple(_text(value) for value in texts)
    labels = raw[:, 0] if raw.ndim == 2 and raw.shape[1] == 1 else raw
    low, high = int(labels.min()), int(labels.max())
    if low < 0:
        row = int(np.argwhere(labels.reshape(len(labels), -1).min(axis=1) < 0)[0, 0]) + 1
        raise DataError(f"Labels count from 0. Received: {low}.", file=str(path), row=row, column=name)
    _check_count(high + 1, path, name)
    return np.ascontiguousarray(labels, np.int64), tuple(map(str, range(high + 1)))


def _check_count(count: int, path: Path, name: str) -> None:
    if count > MAX_CLASSES:
        raise DataError(
            f"The target would have {count:,} classes; at most {MAX_CLASSES:,} are told apart. "
            "Save it as float32 if it is a number to predict.",
            file=str(path),
            column=name,
        )


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _numbers(raw: np.ndarray, path: Path, name: str) -> np.ndarray:
    """The array as float32, every number finite."""
    import numpy as np

    with np.errstate(over="ignore"):
        found = np.ascontiguousarray(raw, np.float32)
    bad = int(np.count_nonzero(~np.isfinite(found)))
    if bad:
        place = [int(index) for index in np.argwhere(~np.isfinite(found))[0]]
        at = ", ".join(map(str, itertools.islice(place, 1, None)))
        raise DataError(
            f"{bad:,} numbers are not finite, the first at [{place[0]}{', ' + at if at else ''}].",
            file=str(path),
            row=place[0] + 1,
            column=name,
        )
    return found
