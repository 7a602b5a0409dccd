"""The two ends of the talk: bytes in, bytes out, so that nothing else can get between."""

from __future__ import annotations

import collections
import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Final

from engine.messages import wire
from engine.messages.protocol import Event, FrameEvents, Reply

PIECE: Final = 2**16
_GONE = (BrokenPipeError, ConnectionError, OSError)


def claim() -> tuple[int, int]:
    """The real standard input and output, as file descriptors of our own.

    What anything prints from now on goes to standard error, and what reads standard input finds its end.
    """
    sys.stdout.flush()
    source, target = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    if sys.platform == "win32":
        import msvcrt

        for handle in (source, target):
            msvcrt.setmode(handle, os.O_BINARY)
    return source, target


def pieces(source: int) -> Iterator[bytes]:
    """Bytes as they arrive, until the other side closes."""
    while True:
        try:
            data = os.read(source, PIECE)
        except OSError:
            return
        if not data:
            return
        yield data


class Outbox:
    """Messages on their way out, written by a thread of its own: a slow reader keeps nobody waiting."""

    def __init__(self, target: int, broken: Callable[[], None]) -> None:
        self._target, self._broken = target, broken
        self._waiting: collections.deque[Reply | Event] = collections.deque()
        self._frames: collections.Counter[str] = collections.Counter()
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="outbox", daemon=True)
        self._thread.start()

    def send(self, message: Reply | Event) -> None:
        """Queue a message; never waits."""
        with self._changed:
            self._waiting.append(message)
            if isinstance(message, FrameEvents):
                self._frames[message.run] += 1
            self._changed.notify_all()

    def is_behind(self, run: str) -> bool:
        """Whether frames of a run still wait: then more are better read later, when stale ones are replaced."""
        with self._changed:
            return self._frames[run] > 0

    def close(self, seconds: float) -> None:
        """Write what waits, for so long at most."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(seconds)

    def _work(self) -> None:
        while (message := self._next()) is not None:
            try:
                _write(self._target, wire.pack(message))
            except _GONE:
                self._broken()
                return
            if isinstance(message, FrameEvents):
                with self._changed:
                    self._frames[message.run] -= 1
        with contextlib.suppress(OSError):
            os.close(self._target)

    def _next(self) -> Reply | Event | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            return self._waiting.popleft() if self._waiting else None


def _write(target: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(target, rest) :]
