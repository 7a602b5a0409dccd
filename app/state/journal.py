"""The journal: every edit as it is made, so that a crash loses at most the last gesture."""

from __future__ import annotations

import contextlib
import logging
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from engine.errors import DocumentError
from engine.graph import Document, Edit, text

log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode
_decode_edit = msgspec.json.Decoder(Edit).decode


class Head(msgspec.Struct, frozen=True):
    """First line of a journal: the document as it was then, its file if it has one, and whose it is.

    `unsaved` says that the document itself is nowhere on disk. `started` is when the process began: its
    id alone may have passed to another.
    """

    base: str
    path: str = ""
    pid: int = 0
    started: float = 0.0
    unsaved: bool = False


_decode_head = msgspec.json.Decoder(Head).decode


class Journal:
    """The journal of one open document. It is removed when the document is closed in good order.

    A journal that cannot be written must not keep anybody from working: it logs and falls silent.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{uuid.uuid4().hex}.journal"
        self._file: IO[bytes] | None = None
        self._head = Head("")

    def restart(self, document: Document, path: Path | None, *, unsaved: bool = False) -> None:
        """Start anew from a document as it is now; where it is on disk, nothing is written before an edit."""
        self.close()
        self._head = Head(text.dumps(document), str(path or ""), unsaved=unsaved)
        if unsaved:
            self._write(b"")

    def append(self, edit: Edit) -> None:
        """Add an edit that was made."""
        self._write(_encode(edit) + b"\n")

    def _write(self, line: bytes) -> None:
        try:
            if self._file is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._path.open("wb")
                pid = os.getpid()
                head = msgspec.structs.replace(self._head, pid=pid, started=_started(pid))
                self._file.write(_encode(head) + b"\n")
            self._file.write(line)
            self._file.flush()
        except OSError:
            log.info("the journal %s cannot be written", self._path, exc_info=True)

    def close(self) -> None:
        """Remove the journal: there is nothing left to recover."""
        if self._file is not None:
            self._file.close()
            self._file = None
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


class Recovered(msgspec.Struct, frozen=True):
    """Work found in a journal that nobody closed."""

    journal: Path
    document: Document
    path: Path | None
    edits: int


def recoverable(folder: Path) -> Iterator[Recovered]:
    """The work in journals whose editor is gone.

    A journal that ends in the middle of a line, or whose edits no longer apply, gives what came before.
    """
    for path in sorted(folder.glob("*.journal")):
        try:
            lines = path.read_bytes().split(b"\n")
            head = _decode_head(lines[0])
            if _started(head.pid) == head.started != 0.0:
                continue
            document, count = _replay(text.loads(head.base), lines[1:])
        except (OSError, msgspec.DecodeError, DocumentError):
            log.info("the journal %s holds nothing that can be recovered", path, exc_info=True)
            continue
        if count or head.unsaved:
            yield Recovered(path, document, Path(head.path) if head.path else None, count)


def _started(pid: int) -> float:
    """When a process began, 0 where there is none."""
    import psutil  # 20 ms that a start without journals need not wait for

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0


def _replay(document: Document, lines: list[bytes]) -> tuple[Document, int]:
    count = 0
    with contextlib.suppress(msgspec.DecodeError, DocumentError):
        for line in filter(None, lines):
            document.apply(_decode_edit(line))
            count += 1
    return document, count
