"""The lock on a run's folder: held by the trainer, freed by the system when its process ends, however it ends."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Final

from engine.errors import RunError

# A look at the lock holds it shared for some microseconds; a trainer that starts just then tries again.
_PATIENCE: Final = 1.0


class RunLock:
    """An exclusive hold on a folder, kept until `release`.

    Raises:
        RunError: another process trains in this folder.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        deadline = time.monotonic() + _PATIENCE
        while not _take(self._handle, shared=False):
            if time.monotonic() > deadline:
                os.close(self._handle)
                raise RunError(f"{path.parent}: another process trains in this folder. Two runs need two folders.")
            time.sleep(0.01)

    def release(self) -> None:
        """Give the folder back; again is harmless."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def is_locked(path: Path) -> bool:
    """Whether a living process holds the lock."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _take(handle, shared=True)
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int, *, shared: bool) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        if shared:
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
        return True

else:
    import fcntl

    def _take(handle: int, *, shared: bool) -> bool:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
