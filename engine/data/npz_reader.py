"""Arrays in `.npz` files, read in bounded pieces and never unpickled."""

from __future__ import annotations

import contextlib
import math
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import msgspec

from engine.errors import DataError, nearest

if TYPE_CHECKING:
    import numpy as np

MAX_BYTES: Final = 8 * 2**30
MAX_AXES: Final = 16
LOOSE_BYTES: Final = 2**28  # below this any compression is believed
MAX_RATIO: Final = 100
PIECE: Final = 2**24
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)


class Head(msgspec.Struct, frozen=True):
    """What an array's header declares."""

    shape: tuple[int, ...]
    dtype: np.dtype
    fortran: bool


def head(path: Path, name: str) -> Head:
    """The header of one array, without its content.

    Raises:
        DataError: the file is no `.npz`, has no such array, or the array cannot be used.
    """
    with _member(path, name) as file:
        return _head(file, path, name)


def array(path: Path, name: str) -> np.ndarray:
    """One array.

    Raises:
        DataError: as `head`; or its content is not as long as its header says.
    """
    import numpy as np

    with _member(path, name) as file:
        found = _head(file, path, name)
        flat = np.empty(math.prod(found.shape), found.dtype)
        if flat.size:
            _fill(file, flat.view(np.uint8).data, path, name)
    return flat.reshape(found.shape, order="F" if found.fortran else "C")


def names(path: Path) -> list[str]:
    """The names of all arrays of a file.

    Raises:
        DataError: the file is no `.npz`.
    """
    with _archive(path) as archive:
        return _names(archive)


def _names(archive: zipfile.ZipFile) -> list[str]:
    return [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]


@contextlib.contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise DataError(f"The file is no .npz archive: {error}.", file=str(path)) from None
    with archive:
        yield archive


@contextlib.contextmanager
def _member(path: Path, name: str) -> Iterator[IO[bytes]]:
    with _archive(path) as archive:
        known = _names(archive)
        if name not in known:
            hint = nearest(name, known) or f" There are: {', '.join(known[:20]) or 'none'}."
            raise DataError(f'There is no array "{name}".{hint}', file=str(path))
        _check_ratio(archive.getinfo(f"{name}.npy"), path, name)
        try:
            with archive.open(f"{name}.npy") as file:
                yield file
        except _BROKEN as error:
            raise DataError(f"The array is damaged: {error}.", file=str(path), column=name) from None


def _check_ratio(member: zipfile.ZipInfo, path: Path, name: str) -> None:
    if member.file_size > LOOSE_BYTES and member.file_size > MAX_RATIO * member.compress_size:
        raise DataError(
            f"{member.compress_size:,} bytes claim to unpack to {member.file_size:,}, as a zip bomb would. "
            "Save the file with numpy.savez, uncompressed.",
            file=str(path),
            column=name,
        )


def _head(file: IO[bytes], path: Path, name: str) -> Head:
    from numpy.lib import format as npy

    version = npy.read_magic(file)
    if version == (1, 0):
        shape, fortran, dtype = npy.read_array_header_1_0(file)
    elif version == (2, 0):
        shape, fortran, dtype = npy.read_array_header_2_0(file)
    else:
        raise ValueError(f"its version {version} is not read")
    if dtype.hasobject:
        raise DataError(
            "The array holds Python objects, which only unpickling can read, and a pickle can run anything. "
            "Save it as numbers: numpy.savez(file, x=x.astype(numpy.float32)).",
            file=str(path),
            column=name,
        )
    if dtype.kind not in "biufUS":
        raise DataError(f"Arrays of {dtype} are not read; save it as numbers.", file=str(path), column=name)
    if len(shape) > MAX_AXES or any(size < 0 for size in shape):
        raise DataError(f"The shape {shape} makes no sense.", file=str(path), column=name)
    needed = math.prod(shape) * dtype.itemsize
    if needed > MAX_BYTES:
        raise DataError(
            f"The array declares {needed:,} bytes; at most {MAX_BYTES:,} are read.", file=str(path), column=name
        )
    return Head(shape, dtype, fortran)


def _fill(file: IO[bytes], target: memoryview, path: Path, name: str) -> None:
    """Read exactly as many bytes as the array has."""
    done = 0
    while done < len(target):
        piece = file.read(min(PIECE, len(target) - done))
        if not piece:
            raise DataError(
                f"The array ends after {done:,} of {len(target):,} bytes.", file=str(path), column=name
            )
        target[done : done + len(piece)] = piece
        done += len(piece)
    if file.read(1):
        raise DataError("The array goes on after its declared end.", file=str(path), column=name)
