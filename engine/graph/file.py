"""Files on disk: atomic saves, so that whatever happens there is the old file or the new one."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import Final

from engine.errors import FileError
from engine.graph import text
from engine.graph.bounded import MAX_BYTES
from engine.graph.document import Document

SUFFIX: Final = ".loom"
BACKUP: Final = ".loom~"
TEMPORARY: Final = ".tmp"
STRAY_SECONDS: Final = 60.0


def load(path: Path) -> Document:
    """Open a `.loom` file.

    Raises:
        NewerFormatError, FileError: as `text.loads`; or the file cannot be read.
    """
    return text.loads(read(path), path=str(path))


def save(document: Document, path: Path) -> None:
    """Write a document; the previous version stays beside it as `name.loom~`.

    Raises:
        FileError: nothing was written and the old file is untouched.
    """
    path = path.resolve()
    write(path, text.dumps(document).encode(), backup=path.with_suffix(BACKUP))


def read(path: Path) -> bytes:
    """The bytes of a file, no more than a document may have.

    Raises:
        FileError: the file cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileError(f"The file cannot be read: {error.strerror or error}.", path=str(path)) from None
    if len(content) > MAX_BYTES:
        raise FileError(f"The file has more than {MAX_BYTES:,} bytes.", path=str(path))
    return content


def write(path: Path, content: bytes, *, backup: Path | None = None) -> None:
    """Write a file so that a crash leaves the old content or the new, never neither.

    Written aside, checked, flushed to disk and put in place (`QSaveFile` loses the good file on a full
    disk: it commits a short write). The old file is kept as `backup` where one is named.

    Raises:
        FileError: the file is as it was.
    """
    path = path.resolve()
    aside = _aside(path)
    try:
        _write_aside(aside, content)
        if path.exists():
            shutil.copymode(path, aside)
        if backup is not None:
            with contextlib.suppress(OSError):  # better no backup than no save
                _keep(path, backup)
        os.replace(aside, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise FileError(
            f"The file cannot be saved: {error.strerror or error}. "
            f"{len(content):,} bytes are needed; save elsewhere.",
            path=str(path),
        ) from None
    with contextlib.suppress(OSError):  # the new file is in place; some file systems sync no folders
        _sync_folder(path.parent)
    sweep(path)


def sweep(path: Path, *, older: float = STRAY_SECONDS) -> int:
    """Remove what killed saves of this file left beside it more than `older` seconds ago; how many there were."""
    swept = 0
    with contextlib.suppress(OSError):
        for stray in path.parent.glob(f".{glob.escape(path.name[:100])}.*{TEMPORARY}"):
            with contextlib.suppress(OSError):
                if time.time() - stray.stat().st_mtime > older:
                    stray.unlink()
                    swept += 1
    return swept


def _aside(path: Path) -> Path:
    """A free name beside a file, hidden, for what is on its way."""
    return path.with_name(f".{path.name[:100]}.{os.getpid()}-{secrets.token_hex(4)}{TEMPORARY}")


def _write_aside(aside: Path, content: bytes) -> None:
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if os.path.getsize(aside) != len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _keep(path: Path, backup: Path) -> None:
    """Give the present file a second name, at one stroke."""
    if not path.is_file():
        return
    aside = _aside(path)
    try:
        os.link(path, aside)
    except OSError:  # a file system without links
        shutil.copy2(path, aside)
    os.replace(aside, backup)
    aside.unlink(missing_ok=True)  # where both were the same file, POSIX leaves both


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
