"""The SQLite file of a run: schema and connections."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from engine.errors import RunError

APPLICATION: Final = 0x4E4C4F4D  # "NLOM"
VERSION: Final = 1
MAX_BLOB: Final = 64 * 2**20

_SCHEMA = f"""
PRAGMA journal_mode = WAL;
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE points (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    series INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX points_by_series ON points (series, last);
CREATE TABLE frames (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL, key TEXT NOT NULL, step INTEGER NOT NULL, time REAL NOT NULL, body BLOB NOT NULL
);
CREATE INDEX frames_by_key ON frames (type, key, id);
CREATE TABLE control (
    id INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, body BLOB NOT NULL, done INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), body BLOB NOT NULL);
"""

_TABLES: Final = {"series", "points", "frames", "control", "state", "sqlite_sequence"}


def create(path: Path) -> None:
    """Make an empty database.

    Raises:
        RunError: it cannot be written.
    """
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.executescript(_SCHEMA)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise RunError(f"{path}: the run cannot be written: {error}.") from None


def connect(path: Path, *, patience: float = 5.0) -> sqlite3.Connection:
    """A connection that reads and writes; `patience` is seconds to wait for another writer.

    On a medium that cannot be written the connection only reads.

    Raises:
        RunError: the file is not there, or is no database of a run.
    """
    if not path.is_file():
        raise RunError(f"{path.parent}: this is no run folder: {path.name} is missing.")
    try:
        return _open(path, "mode=rw", patience)
    except sqlite3.OperationalError:
        pass
    except sqlite3.DatabaseError as error:
        raise _broken(path, str(error)) from None
    try:
        return _open(path, "mode=ro&immutable=1", patience)
    except sqlite3.DatabaseError as error:
        raise _broken(path, str(error)) from None


def _open(path: Path, mode: str, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?{mode}",
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        _check(connection, path)
        # In WAL, NORMAL loses nothing when the process is killed, and the disk is not waited for at each commit.
        connection.execute("PRAGMA synchronous = NORMAL")
    except (sqlite3.Error, RunError):
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    # A run folder may come from anyone: no triggers or views of theirs, no functions from their schema.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise _broken(path, "it is not a database of Neuroloom")
    if version > VERSION:
        raise RunError(
            f"{path}: the run was written by a newer Neuroloom (format {version}; read up to {VERSION})."
        )
    found = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
    if {name for kind, name in found if kind == "table"} != _TABLES:
        raise _broken(path, "its tables are not those of a run")
    if any(kind in ("trigger", "view") for kind, _ in found):
        raise _broken(path, "it holds triggers or views")


def _broken(path: Path, why: str) -> RunError:
    return RunError(f"{path}: the run cannot be read: {why}.")
