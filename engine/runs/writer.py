"""Writing a run: values go into memory at once, and from there to disk on a thread of their own."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections import deque
from datetime import datetime
from typing import Any, Final, Self, TypeVar

import msgspec

from engine.errors import FileError, RunError
from engine.messages import control as controls
from engine.messages.control import Control, Stop, Watch
from engine.messages.frames import Frame, Scalars
from engine.runs.folder import RunFolder, write_json
from engine.runs.lock import RunLock
from engine.runs.points import Point
from engine.runs.state import RunState
from engine.runs.store import Store

log = logging.getLogger(__name__)
T = TypeVar("T")

PERIOD: Final = 0.05
"""Seconds between two looks at controls and two commits."""

RETRY: Final = 1.0
"""Seconds before a failed commit is tried again."""

MAX_POINTS: Final = 2_000_000
MAX_FRAMES: Final = 2_000
"""Steps and frames kept in memory while the disk refuses them; above, the oldest go."""

MAX_LOG: Final = 8 * 2**20


class RunWriter:
    """The trainer's side of a run folder; holds the folder's lock until `close`.

    Nothing here waits for the disk or for a reader except `flush` and `close`. When the disk fails,
    `trouble` is a sentence about it, everything stays in memory and is tried again.

    Raises:
        RunError: another process trains in this folder, or it cannot be read.
    """

    def __init__(self, run: RunFolder) -> None:
        self.run = run
        self.trouble = ""
        self._lock = RunLock(run.lock)
        try:
            self._store = Store(run)
            self._state = self._store.state()
        except BaseException:
            self._lock.release()
            raise
        self._points: deque[tuple[int, float, dict[str, float]]] = deque()
        self._frames: deque[Frame] = deque()
        self._controls: deque[Control] = deque()
        self._arrived = threading.Event()
        self._wake, self._flushed, self._closing = threading.Event(), threading.Event(), False
        self._written: RunState = self._state
        self._gone = False
        self._using, self._flushing = threading.Lock(), threading.Lock()
        if self._state.status != "starting":
            self._void_controls()
        self._thread = threading.Thread(target=self._work, name="run writer", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def state(self) -> RunState:
        """What the run says of itself now."""
        return self._state

    def tell(self, **changes: Any) -> None:
        """Change fields of the run's state."""
        self._state = msgspec.structs.replace(self._state, **changes)

    def point(self, step: int, epoch: float, values: dict[str, float]) -> None:
        """Record values of series at a step. Steps of a series must rise."""
        self._points.append((step, epoch, values))

    def frame(self, frame: Frame) -> None:
        """Record a frame."""
        if isinstance(frame, Scalars):
            self.point(frame.step, frame.epoch, frame.values)
        else:
            self._frames.append(frame)

    @property
    def has_controls(self) -> bool:
        """Whether `controls` would give any; costs nothing."""
        return bool(self._controls)

    def controls(self) -> list[Control]:
        """The controls that arrived since the last call, in order."""
        self._arrived.clear()
        found = []
        while self._controls:
            found.append(self._controls.popleft())
        return found

    def wait(self, seconds: float) -> bool:
        """Wait until a control arrives; False when none did in time."""
        return self._arrived.wait(seconds)

    def log(self, text: str) -> None:
        """Add a line to the run's log; a disk that refuses it is no reason to stop."""
        line = f"{datetime.now():%Y-%m-%d %H:%M:%S} {text}\n"
        try:
            with self.run.log.open("a", encoding="utf-8") as file:
                if file.tell() < MAX_LOG:
                    file.write(line)
        except OSError as error:
            log.info("The log line was lost: %s", error)

    def describe(self, **facts: Any) -> None:
        """Add facts to `environment.json`, such as the device."""
        try:
            known = msgspec.json.decode(self.run.environment.read_bytes(), type=dict[str, Any])
            write_json(self.run.environment, {**known, **facts})
        except (OSError, FileError, msgspec.MsgspecError) as error:
            self.log(f"The environment could not be noted: {error}")

    def rewind(self, step: int) -> None:
        """Take back everything recorded after a step, before going on from a checkpoint.

        Raises:
            RunError: the disk refuses.
        """
        self.flush()
        try:
            with self._using:
                self._store.rewind(step)
        except sqlite3.Error as error:
            raise RunError(f"{self.run.path}: the run cannot be set back: {error}.") from None
        self.tell(step=step, generation=self._state.generation + 1)

    def flush(self, seconds: float = 10.0) -> bool:
        """Wait until all that was recorded is on disk; False when the disk refuses."""
        with self._flushing:
            self._flushed.clear()
            self._wake.set()
            return self._flushed.wait(seconds) and not self.trouble

    def close(self) -> None:
        """Write what is left, end the thread and free the folder; again is harmless."""
        if self._closing:
            return
        self._closing = True
        self._wake.set()
        self._thread.join()
        self._store.close()
        self._lock.release()

    def _void_controls(self) -> None:
        """What was said to a process that ended is not meant for this one, but for what to watch."""
        with contextlib.suppress(sqlite3.Error, RunError):  # the thread tries again, and tells of the trouble
            self._take_controls()
        watched = [control for control in self.controls() if isinstance(control, Watch)]
        self._controls.extend(watched)

    def _work(self) -> None:
        next_try = 0.0
        while True:
            closing = self._closing
            asked = self._wake.is_set()
            self._wake.clear()
            if asked or closing or time.monotonic() >= next_try:
                next_try = 0.0 if self._commit() else time.monotonic() + RETRY
            if asked:
                self._flushed.set()
            if closing:
                return
            self._wake.wait(PERIOD)

    def _commit(self) -> bool:
        """One transaction with all that waits; on failure all of it waits on."""
        state = self._state
        points = [self._points.popleft() for _ in range(len(self._points))]
        frames = [self._frames.popleft() for _ in range(len(self._frames))]
        try:
            with self._using:
                if points or frames or state is not self._written:
                    self._store.commit(_by_series(points), frames, state)
                    self._written = state
                self._take_controls()
        except (sqlite3.Error, OSError, RunError) as error:
            _put_back(self._points, points, MAX_POINTS)
            _put_back(self._frames, frames, MAX_FRAMES)
            self._fail(error)
            return False
        if self.trouble:
            self.log("The run's folder can be written again.")
            self.trouble = ""
        return True

    def _take_controls(self) -> None:
        if not self._gone and not self.run.database.exists():
            self._gone = True
            self._hear(Stop())  # whoever removed the folder wants no more of this run
        for body in self._store.take_controls():
            try:
                self._hear(controls.decode(body))
            except msgspec.MsgspecError as error:
                self.log(f"A control could not be understood: {error}")

    def _hear(self, control: Control) -> None:
        self._controls.append(control)
        self._arrived.set()

    def _fail(self, error: Exception) -> None:
        if not self.trouble:
            self.log(f"The run's folder cannot be written: {error}")
        self.trouble = f"The run's folder cannot be written ({error}). Training goes on; it is tried again."
        self._store.close()


def _put_back(queue: deque[T], items: list[T], limit: int) -> None:
    room = max(0, limit - len(queue))
    queue.extendleft(reversed(items[len(items) - min(room, len(items)) :]))


def _by_series(points: list[tuple[int, float, dict[str, float]]]) -> dict[str, list[Point]]:
    found: dict[str, list[Point]] = {}
    for step, epoch, values in points:
        for name, value in values.items():
            found.setdefault(name, []).append(Point(step, epoch, value))
    return found
