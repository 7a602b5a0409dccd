"""Tables in CSV files."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from engine.catalog import Shape
from engine.data import csv_text
from engine.data.csv_text import Rows
from engine.data.paths import given_file
from engine.data.source import Field, Samples, Source
from engine.errors import DataError, nearest
from engine.spec import param

if TYPE_CHECKING:
    import numpy as np

MAX_BYTES: Final = 2**28
HEAD_BYTES: Final = 2**21
HEAD_ROWS: Final = 1_000
MAX_CLASSES: Final = 1_000
FEW_NUMBERS: Final = 20
LARGEST: Final = 3.4e38  # of float32
MISSING: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})


class Columns(msgspec.Struct, frozen=True):
    """What a table's columns are used for, by place."""

    inputs: tuple[int, ...]
    target: int
    classes: tuple[str, ...] | None
    notes: tuple[str, ...]


class Fault(msgspec.Struct, frozen=True):
    """A row that cannot be used, and why; `row` counts from the first row of data."""

    row: int
    column: str
    message: str


class CsvFile(Source):
    """A table: columns of numbers are inputs, one column is the target.

    A target of texts, or of at most 20 different whole numbers, gives classes; any other is a number to
    predict. Columns of texts are left out.

    Shapes:
        x: (N, columns)
        y: (N) int64 for classes, else (N, 1)
    """

    id, title, icon = "csv", "CSV file", "mdi6.file-delimited-outline"

    path: str = param("", "The file: comma, semicolon, tab or | between cells.", editor="path")
    target: str = param("", "Name of the target's column; empty takes the last.", editor="column")
    task: Literal["auto", "classes", "number"] = param("auto", "What the target is: classes, or a number.")
    header: Literal["auto", "yes", "no"] = param("auto", "Whether the first row holds the columns' names.")
    bad_rows: Literal["refuse", "leave out"] = param(
        "refuse", "What to do with rows that lack a value, hold a wrong one, or are too long or short."
    )

    def fields(self) -> tuple[Field, ...]:
        path = given_file(self.path)
        status = path.stat()
        return _fields_of(self, str(path), status.st_mtime_ns, status.st_size)

    def load(self) -> Samples:
        path = given_file(self.path)
        table, notes = self._table(path, MAX_BYTES)
        columns = self._columns(table, str(path))
        good, faults = _parse(table, columns)
        if faults and (self.bad_rows == "refuse" or not good):
            raise _refusal(faults, table, str(path))
        classes = _classes_of(good, table, columns, str(path))
        if faults:
            notes += (f"{len(faults):,} of {len(table.rows):,} rows were left out.",)
        arrays = _arrays(good, classes)
        return Samples(_fields(len(columns.inputs), classes), arrays, notes + columns.notes)

    def _table(self, path: Path, limit: int) -> tuple[Rows, tuple[str, ...]]:
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                content = file.read(limit)
        except OSError as error:
            raise DataError(f"The file cannot be read: {error.strerror}.", file=str(path)) from None
        if size > MAX_BYTES:
            raise DataError(f"The file has {size:,} bytes; at most {MAX_BYTES:,} are read.", file=str(path))
        whole = len(content) >= size
        text, notes = csv_text.decode(content, str(path), whole=whole)
        table = csv_text.read(text, str(path), header=self.header, whole=whole)
        if not table.rows:
            raise DataError("The file has a header, but no rows.", file=str(path))
        return table, notes

    def _columns(self, table: Rows, file: str) -> Columns:
        target = self._target(table, file)
        head = [row for row in table.rows[:HEAD_ROWS] if len(row) == len(table.columns)]
        numeric = [_numeric([row[place] for row in head], table.delimiter) for place in range(len(table.columns))]
        inputs = tuple(place for place, yes in enumerate(numeric) if yes and place != target)
        if not inputs:
            raise DataError("No column but the target holds numbers, so there is no input.", file=file)
        left_out = [name for place, name in enumerate(table.columns) if not numeric[place] and place != target]
        notes = (f"Left out, because they hold texts: {', '.join(left_out)}.",) if left_out else ()
        cells = [row[target].strip() for row in head]
        classes = self._classes(cells, numeric[target], table, target, file)
        return Columns(inputs, target, classes, notes)

    def _target(self, table: Rows, file: str) -> int:
        if not self.target:
            return len(table.columns) - 1
        if self.target not in table.columns:
            hint = nearest(self.target, table.columns) or f" There are: {', '.join(table.columns[:20])}."
            raise DataError(f'There is no column "{self.target}" to be the target.{hint}', file=file)
        return table.columns.index(self.target)

    def _classes(
        self, cells: list[str], numeric: bool, table: Rows, target: int, file: str
    ) -> tuple[str, ...] | None:
        """The classes seen in the head, or None where the target is a number."""
        if self.task == "number":
            if not numeric:
                raise DataError(
                    "The target holds texts, so it cannot be a number to predict. Set task to classes.",
                    file=file,
                    column=table.columns[target],
                )
            return None
        seen = {cell for cell in cells if not _missing(cell)}
        if self.task == "auto" and numeric and not _few_whole(seen, table.delimiter):
            return None
        return _ordered(seen, table.delimiter)


@functools.lru_cache(maxsize=16)
def _fields_of(source: CsvFile, path: str, changed: int, size: int) -> tuple[Field, ...]:  # noqa: ARG001 - the key
    table, _ = source._table(Path(path), HEAD_BYTES)
    columns = source._columns(table, path)
    good, _ = _parse(table, columns)
    return _fields(len(columns.inputs), _classes_of(good, table, columns, path))


def _fields(inputs: int, classes: tuple[str, ...] | None) -> tuple[Field, ...]:
    x = Field("x", Shape.batch(inputs))
    if classes is None:
        return x, Field("y", Shape.batch(1))
    return x, Field("y", Shape.batch(dtype="int64"), classes)


def _missing(cell: str) -> bool:
    return cell.strip().lower() in MISSING


def _numeric(cells: list[str], delimiter: str) -> bool:
    """Whether a column is meant to hold numbers: at least half of what it holds are."""
    held = [cell for cell in cells if not _missing(cell)]
    numbers = sum(csv_text.number(cell, delimiter) is not None for cell in held)
    return bool(held) and 2 * numbers >= len(held)


def _few_whole(cells: set[str], delimiter: str) -> bool:
    numbers = {csv_text.number(cell, delimiter) for cell in cells}
    return len(numbers) <= FEW_NUMBERS and all(n is not None and n.is_integer() for n in numbers)


def _ordered(cells: set[str], delimiter: str) -> tuple[str, ...]:
    """Class names in order: of their numbers where all are numbers, else of the alphabet."""
    numbers = {cell: csv_text.number(cell, delimiter) for cell in cells}
    if all(value is not None for value in numbers.values()):
        return tuple(sorted(cells, key=lambda cell: (numbers[cell], cell)))
    return tuple(sorted(cells))


Good = list[tuple[list[float], str]]


def _parse(table: Rows, columns: Columns) -> tuple[Good, list[Fault]]:
    """The rows that can be used, inputs and target, and the faults of the others."""
    good: Good = []
    faults: list[Fault] = []
    for place, row in enumerate(table.rows):
        parsed = _parse_row(row, place, table, columns)
        if isinstance(parsed, Fault):
            faults.append(parsed)
        else:
            good.append(parsed)
    return good, faults


def _parse_row(row: list[str], place: int, table: Rows, columns: Columns) -> tuple[list[float], str] | Fault:
    width = len(table.columns)
    if len(row) != width:
        return Fault(place, "", f"the row has {len(row)} cells where the first row has {width}")
    numbers = []
    wanted = columns.inputs if columns.classes is not None else (*columns.inputs, columns.target)
    for column in wanted:
        value = csv_text.number(row[column], table.delimiter)
        if value is None or not abs(value) <= LARGEST:
            return Fault(place, table.columns[column], _cell_fault(row[column]))
        numbers.append(value)
    target = row[columns.target].strip()
    if _missing(target):
        return Fault(place, table.columns[columns.target], "the target is missing")
    return numbers, target


def _cell_fault(cell: str) -> str:
    return "a value is missing" if _missing(cell) else f"{cell[:40]!r} is no finite number"


def _refusal(faults: list[Fault], table: Rows, file: str) -> DataError:
    first = faults[0]
    others = (
        f", and {len(faults) - 1:,} more row{'s' * (len(faults) > 2)} cannot be used" if len(faults) > 1 else ""
    )
    message = f"{first.message}{others}. Mend the file, or set bad_rows to leave out."
    return DataError(message[0].upper() + message[1:], file=file, row=first.row + table.first, column=first.column)


def _classes_of(good: Good, table: Rows, columns: Columns, file: str) -> tuple[str, ...] | None:
    if columns.classes is None:
        return None
    seen = {target for _, target in good}
    if len(seen) > MAX_CLASSES:
        raise DataError(
            f"The target has {len(seen):,} different values; at most {MAX_CLASSES:,} classes are told apart. "
            "Choose another column, or set task to number.",
            file=file,
            column=table.columns[columns.target],
        )
    return _ordered(seen, table.delimiter)


def _arrays(good: Good, classes: tuple[str, ...] | None) -> dict[str, np.ndarray]:
    import numpy as np

    numbers = np.array([row for row, _ in good], np.float32)
    if classes is None:
        return {"x": np.ascontiguousarray(numbers[:, :-1]), "y": np.ascontiguousarray(numbers[:, -1:])}
    place = {name: index for index, name in enumerate(classes)}
    return {"x": numbers, "y": np.array([place[target] for _, target in good], np.int64)}
