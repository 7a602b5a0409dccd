"""Paths that users give to data sources."""

from __future__ import annotations

from pathlib import Path

from engine.errors import DataError


def given_file(path: str) -> Path:
    """The file at a path, `~` being the home folder.

    Raises:
        DataError: no path was given, or there is no such file.
    """
    found = _given(path, "file")
    if not found.is_file():
        raise DataError("There is a folder here, no file." if found.is_dir() else _missing(found), file=str(found))
    return found


def given_folder(path: str) -> Path:
    """The folder at a path, `~` being the home folder.

    Raises:
        DataError: no path was given, or there is no such folder.
    """
    found = _given(path, "folder")
    if not found.is_dir():
        raise DataError(
            "There is a file here, no folder." if found.is_file() else _missing(found), file=str(found)
        )
    return found


def _given(path: str, what: str) -> Path:
    if not path.strip():
        raise DataError(f"No {what} is chosen yet.")
    if "\0" in path:
        raise DataError(f"A path holds no NUL character. Received: {path[:80]!r}.")
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        raise DataError("The home folder of this path is not known.", file=path) from None


def _missing(path: Path) -> str:
    parent = path.parent
    return "There is nothing here." if parent.is_dir() else f"There is nothing here, not even the folder {parent}."
