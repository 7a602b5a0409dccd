"""Settings of the C library's allocator that suit training."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

_TRIM, _TOP_PAD, _MMAP = -1, -2, -3
_KEEP: Final = 512 * 2**20
_MMAP_LIMIT: Final = 32 * 2**20


def tune() -> bool:
    """Let this process keep the memory it frees; False where the C library is not glibc.

    By default glibc gives each large block back to the system and asks for it again at the next step, which
    costs a LeNet a quarter of its time.
    """
    if sys.platform != "linux":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return all([mallopt(_TRIM, _KEEP), mallopt(_TOP_PAD, 2**20), mallopt(_MMAP, _MMAP_LIMIT)])
