"""The writing connection of a run: transactions, and keeping the folder small."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from engine.errors import RunError
from engine.messages import frames as frame_codec
from engine.messages.frames import Frame
from engine.runs import database, points
from engine.runs.folder import RunFolder
from engine.runs.points import Point
from engine.runs.state import RunState
from engine.runs.state import decode as decode_state
from engine.runs.state import encode as encode_state

MAX_BYTES: Final = 48 * 2**20
"""Bytes kept of each type of frame. Above, every second one goes, the newest of each key never."""

MERGE: Final = 256
"""Rows of one series that are joined into one, where training is so slow that a row holds few points."""


class Store:
    """One connection that writes. Used by one thread at a time.

    Raises:
        RunError: the folder holds no readable run.
    """

    def __init__(self, run: RunFolder, *, max_bytes: int = MAX_BYTES) -> None:
        self._run, self._max_bytes = run, max_bytes
        self._series: dict[str, int] = {}
        self._rows: dict[int, int] = {}
        self._bytes: dict[str, int] = {}
        self._seen = -1
        self._connection: sqlite3.Connection | None = None
        self._open()

    def state(self) -> RunState:
        """The state as last committed.

        Raises:
            RunError: there is none.
        """
        return read_state(self._open(), self._run)

    def commit(self, values: Mapping[str, list[Point]], frames: Iterable[Frame], state: RunState) -> None:
        """Write all in one transaction.

        Raises:
            sqlite3.Error, RunError: nothing was written.
        """
        connection = self._open()
        connection.execute("BEGIN IMMEDIATE")
        try:
            for name, found in values.items():
                self._add_points(connection, name, found)
            self._add_frames(connection, frames)
            connection.execute("UPDATE state SET body = ? WHERE id = 1", (encode_state(state),))
            connection.execute("COMMIT")
        except BaseException:
            self.close()  # rolls back; ids given within the transaction are void with it
            raise

    def take_controls(self) -> list[bytes]:
        """The controls not yet taken, in order; each is given once.

        Raises:
            sqlite3.Error, RunError: none was taken.
        """
        connection = self._open()
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version == self._seen:
            return []
        rows = connection.execute("SELECT id, body FROM control WHERE done = 0 ORDER BY id").fetchall()
        if rows:
            connection.execute("UPDATE control SET done = 1 WHERE id <= ?", (rows[-1][0],))
        self._seen = version
        return [bytes(body) for _, body in rows]

    def rewind(self, step: int) -> None:
        """Remove every point and frame after a step.

        Raises:
            sqlite3.Error, RunError: nothing was changed.
        """
        connection = self._open()
        connection.execute("BEGIN IMMEDIATE")
        try:
            rows = connection.execute("SELECT id, body FROM points WHERE last > ? AND first <= ?", (step, step))
            for row, body in rows.fetchall():
                _replace_row(connection, row, points.before(body, step))
            connection.execute("DELETE FROM points WHERE first > ?", (step,))
            connection.execute("DELETE FROM frames WHERE step > ?", (step,))
            connection.execute("COMMIT")
        except BaseException:
            self.close()  # rolls back; ids given within the transaction are void with it
            raise

    def close(self) -> None:
        """Close the connection; a later use makes a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = database.connect(self._run.database)
            self._series = {name: id for id, name in connection.execute("SELECT id, name FROM series")}
            self._rows = {}
            sizes = connection.execute("SELECT type, sum(length(body)) FROM frames GROUP BY type")
            self._bytes = dict(sizes.fetchall())
            self._seen = -1
            self._connection = connection
        return self._connection

    def _add_points(self, connection: sqlite3.Connection, name: str, found: list[Point]) -> None:
        series = self._series.get(name)
        if series is None:
            made = connection.execute("INSERT INTO series (name) VALUES (?)", (name,)).lastrowid
            series = self._series[name] = made or 0
        _insert_row(connection, series, points.pack(found), found[0].step, found[-1].step)
        self._rows[series] = self._rows.get(series, 0) + 1
        if self._rows[series] >= MERGE:
            self._rows[series] = 0
            _merge(connection, series)

    def _add_frames(self, connection: sqlite3.Connection, frames: Iterable[Frame]) -> None:
        for frame in frames:
            body, kind = frame_codec.encode(frame), type(frame).__name__
            connection.execute(
                "INSERT INTO frames (type, key, step, time, body) VALUES (?, ?, ?, ?, ?)",
                (kind, frame.key, frame.step, frame.time or time.time(), body),
            )
            self._bytes[kind] = self._bytes.get(kind, 0) + len(body)
            if self._bytes[kind] > self._max_bytes:
                self._bytes[kind] = _halve(connection, kind)


def read_state(connection: sqlite3.Connection, run: RunFolder) -> RunState:
    """The state as last committed.

    Raises:
        RunError: there is none, or it is not understood.
    """
    row = connection.execute("SELECT body FROM state WHERE id = 1").fetchone()
    try:
        return decode_state(row[0])
    except (TypeError, msgspec.MsgspecError) as error:
        raise RunError(f"{run.path}: the run's state cannot be read: {error}.") from None


def _insert_row(connection: sqlite3.Connection, series: int, body: bytes, first: int, last: int) -> None:
    connection.execute(
        "INSERT INTO points (series, first, last, count, body) VALUES (?, ?, ?, ?, ?)",
        (series, first, last, len(body) // points.WIDTH, body),
    )


def _replace_row(connection: sqlite3.Connection, row: int, body: bytes) -> None:
    kept = points.unpack(body)
    connection.execute(
        "UPDATE points SET body = ?, count = ?, first = ?, last = ? WHERE id = ?",
        (body, len(kept), kept[0].step, kept[-1].step, row),
    )


def _merge(connection: sqlite3.Connection, series: int) -> None:
    """Join the newest rows of a series where they are small.

    A tail that has seen some of them skips by step, so the joined row may carry any id.
    """
    rows = connection.execute(
        "SELECT id, body, count FROM points WHERE series = ? ORDER BY last DESC LIMIT ?", (series, MERGE)
    ).fetchall()
    if sum(count for _, _, count in rows) > MERGE * MERGE:
        return
    connection.executemany("DELETE FROM points WHERE id = ?", [(id,) for id, _, _ in rows])
    body = points.join(body for _, body, _ in reversed(rows))
    found = points.unpack(body)
    _insert_row(connection, series, body, found[0].step, found[-1].step)


def _halve(connection: sqlite3.Connection, kind: str) -> int:
    """Remove every second frame of a type; returns the bytes left. So the older the frames, the coarser."""
    connection.execute(
        "DELETE FROM frames WHERE id IN ("
        " SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY key ORDER BY id DESC) AS place"
        "  FROM frames WHERE type = ?) WHERE place % 2 = 0)",
        (kind,),
    )
    left = connection.execute("SELECT total(length(body)) FROM frames WHERE type = ?", (kind,)).fetchone()
    return int(left[0])
