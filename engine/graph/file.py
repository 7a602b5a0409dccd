"""Files on disk: atomic saves, so that whatever happens there is the old file or the new one."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from engine.errors import FileError
from engine.graph import text
from engine.graph.document import Document

SUFFIX: Final = ".loom"
BACKUP: Final = ".loom~"


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
    content = text.dumps(document).encode()
    if path.exists():
        with contextlib.suppress(OSError):
            shutil.copy2(path, path.with_suffix(BACKUP))
    write(path, content)


def read(path: Path) -> bytes:
    """The bytes of a file, no more than a document may have.

    Raises:
        FileError: the file cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            content = file.read(text.MAX_BYTES + 1)
    except OSError as error:
        raise FileError(f"The file cannot be read: {error.strerror}.", path=str(path)) from None
    if len(content) > text.MAX_BYTES:
        raise FileError(f"The file has more than {text.MAX_BYTES:,} bytes.", path=str(path))
    return content


def write(path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the old content or the new, never neither.

    Written aside, checked, flushed to disk and put in place (`QSaveFile` loses the good file on a full
    disk: it commits a short write).

    Raises:
        FileError: nothing was changed.
    """
    path = path.resolve()
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if os.path.getsize(temporary) != len(content):
            raise OSError(28, "No space left on device")
        _keep_mode(path, temporary)
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise FileError(
            f"The file cannot be saved: {error.strerror}. {len(content):,} bytes are needed; save elsewhere.",
            path=str(path),
        ) from None


def _keep_mode(path: Path, temporary: str) -> None:
    if path.exists():
        shutil.copymode(path, temporary)
        return
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(temporary, 0o666 & ~mask)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
