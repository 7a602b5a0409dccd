"""Tables as text: bytes to rows of cells, with every fault named by row."""

from __future__ import annotations

import codecs
import collections
import csv
import io
from collections.abc import Iterator
from typing import Final

import msgspec

from engine.errors import DataError

MAX_COLUMNS: Final = 100_000
DELIMITERS: Final = ",;\t|"
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Rows(msgspec.Struct, frozen=True):
    """Rows of cells under named columns. `first` is the number of the first of them in the file."""

    columns: tuple[str, ...]
    rows: list[list[str]]
    first: int
    delimiter: str
    notes: tuple[str, ...] = ()


def decode(content: bytes, file: str, *, whole: bool = True) -> tuple[str, tuple[str, ...]]:
    """The text of a file and what is worth noting about it; `whole` False where the end is cut off.

    Raises:
        DataError: the bytes are no text, naming the row.
    """
    mark, encoding = next(((m, name) for m, name in _MARKS if content.startswith(m)), (b"", "utf-8"))
    body = content[len(mark) :]
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        text = decoder.decode(body, final=whole)
    except UnicodeDecodeError as error:
        row = body.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"Byte {error.start + len(mark) + 1} is no {encoding.upper()} text "
            f"(0x{body[error.start]:02x}). Save the file as UTF-8.",
            file=file,
            row=row,
        ) from None
    nul = text.find("\0")
    if nul >= 0:
        count = text.count("\0")
        raise DataError(
            f"{count:,} NUL character{'s' * (count > 1)} found, the first here: this is UTF-16 without its mark, "
            "or no text at all. Save the file as UTF-8.",
            file=file,
            row=text.count("\n", 0, nul) + 1,
        )
    return text, () if encoding == "utf-8" else (f"Read as {encoding.upper()}.",)


def read(text: str, file: str, *, delimiter: str = "", header: str = "auto", whole: bool = True) -> Rows:
    """The rows of a text; `header` is auto, yes or no; without `whole` the last, perhaps cut, row is left out.

    Raises:
        DataError: quotes that do not close, columns of one name, or nothing to read.
    """
    delimiter = delimiter or _guess(text)
    records = list(_records(text, delimiter, file, whole))
    if not records:
        raise DataError("The file is empty.", file=file)
    first = records[0]
    if len(first) > MAX_COLUMNS:
        raise DataError(f"The first row has {len(first):,} columns; at most {MAX_COLUMNS:,} are read.", file=file)
    named = header == "yes" or (header == "auto" and not any(_is_number(cell) for cell in first))
    columns = tuple(cell.strip() for cell in first) if named else _numbered(len(first))
    _check_names(columns, file)
    return Rows(columns, records[1:] if named else records, 2 if named else 1, delimiter)


def number(cell: str, delimiter: str) -> float | None:
    """The number in a cell, or None; where `;` parts the cells, `1,5` is a number too."""
    try:
        return float(cell) if "_" not in cell else None
    except ValueError:
        if delimiter != ";" or cell.count(",") != 1 or "." in cell:
            return None
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None


def _records(text: str, delimiter: str, file: str, whole: bool) -> Iterator[list[str]]:
    """Records without blank ones at the end; a blank one between others stays, an empty list."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    blank = 0
    held: list[str] | None = None
    place = 0
    try:
        for place, record in enumerate(reader, 1):  # noqa: B007 - errors name the record
            if not record or record == [""]:
                blank += 1
                continue
            if held is not None:
                yield held
            yield from ([] for _ in range(blank))
            held, blank = record, 0
    except csv.Error as error:
        if not whole and "unexpected end" in str(error):
            return
        raise DataError(f"The row cannot be read: {error}.", file=file, row=place + 1) from None
    if held is not None and (whole or text.endswith("\n")):
        yield held


def _guess(text: str) -> str:
    """The delimiter that cuts the first lines into most columns, as many in each."""
    lines = text[:100_000].splitlines()[:20]

    def score(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            return 0.0, 0
        width, times = collections.Counter(widths).most_common(1)[0] if widths else (1, 0)
        return (times / len(widths), width) if width > 1 else (0.0, 0)

    return max(DELIMITERS, key=score)


def _is_number(cell: str) -> bool:
    return number(cell, ";") is not None


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"column_{place}" for place in range(1, count + 1))


def _check_names(columns: tuple[str, ...], file: str) -> None:
    double = [name for name, count in collections.Counter(columns).items() if count > 1]
    if not double:
        return
    name = double[0]
    places = ", ".join(str(place) for place, column in enumerate(columns, 1) if column == name)
    more = f" ({len(double) - 1} more names stand twice.)" if len(double) > 1 else ""
    raise DataError(
        f"Columns {places} have the same name. Give each its own, or set header to no.{more}",
        file=file,
        row=1,
        column=name,
    )
