"""Reading a run: what it says of itself, its curves and its frames."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

import msgspec

from engine.errors import RunError
from engine.messages import control as control_codec
from engine.messages import frames as frame_codec
from engine.messages.control import Control
from engine.messages.frames import Frame, Scalars
from engine.messages.protocol import RunInfo
from engine.runs import database, points
from engine.runs.folder import RunFolder
from engine.runs.points import Curve
from engine.runs.state import ALIVE, RunState, Status
from engine.runs.store import read_state

PATIENCE: Final = 60.0
"""Seconds a run may take from its folder to its process (torch is loaded meanwhile) before it counts as dead."""

LATEST: Final = tuple(kind.__name__ for kind in Frame.__args__ if kind.latest_only)
"""Types of frames of which a viewer that comes late needs the newest of each key only."""


class RunReader:
    """A viewer's side of a run folder. It never keeps the trainer waiting.

    Raises:
        RunError: this is no run folder, or it is damaged.
    """

    def __init__(self, run: RunFolder | Path) -> None:
        self.run = run if isinstance(run, RunFolder) else RunFolder.open(run)
        self._connection = database.connect(self.run.database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def version(self) -> int:
        """A number that differs when something was written since; costs microseconds."""
        return int(self.number("PRAGMA data_version"))

    def state(self) -> RunState:
        """What the run said of itself at its last commit.

        Raises:
            RunError: the folder is damaged.
        """
        with self._reading():
            return read_state(self._connection, self.run)

    def info(self) -> RunInfo:
        """The run in short, with the status that is true now: a run whose process is gone is `dead`.

        Raises:
            RunError: the folder is damaged.
        """
        state = self.state()
        status = self._status(state)
        message = state.message
        if status == "dead":
            message = f"Its process is gone; it came to step {state.step:,}. It can be resumed."
        return state.info(str(self.run.path), status, message)

    def names(self) -> list[str]:
        """The names of all series.

        Raises:
            RunError: the folder is damaged.
        """
        return [str(name) for (name,) in self.rows("SELECT name FROM series ORDER BY id")]

    def series(
        self, names: Iterable[str] | None = None, *, since: int = 0, limit: int | None = 2_000
    ) -> dict[str, Curve]:
        """Curves by name, from step `since` on; thinned to about `limit` points each, None for every point.

        Raises:
            RunError: there is no such series, or the folder is damaged.
        """
        known = self.names()
        wanted = known if names is None else list(names)
        for name in wanted:
            if name not in known:
                raise RunError(
                    f'{self.run.path.name} recorded no series "{name}". It has {", ".join(known) or "none"}.'
                )
        return {name: self._curve(name, since, limit) for name in wanted}

    def history(self, *, limit: int = 2_000) -> list[Frame]:
        """What a viewer that comes now must get to show the whole run: curves thinned, pictures newest only.

        Raises:
            RunError: the folder is damaged.
        """
        return [*scalars(self.series(limit=limit)), *self._kept(limit), *self.newest()]

    def newest(self, after: int = 0) -> list[Frame]:
        """The newest frame of each key among those of which only the newest matters, with ids above `after`."""
        rows = self.rows(
            "SELECT max(id), body FROM frames WHERE id > ? AND type IN (SELECT value FROM json_each(?))"
            " GROUP BY type, key ORDER BY 1",
            after,
            msgspec.json.encode(LATEST).decode(),
        )
        return list(decoded(body for _, body in rows))

    def frames(self, kind: type[Frame] | str, *, key: str | None = None, since: int = 0) -> list[Frame]:
        """Every kept frame of a type, from a step on.

        Raises:
            RunError: the folder is damaged.
        """
        name = kind if isinstance(kind, str) else kind.__name__
        rows = self.rows(
            "SELECT body FROM frames WHERE type = ? AND (? IS NULL OR key = ?) AND step >= ? ORDER BY id",
            *(name, key, key, since),
        )
        return list(decoded(body for (body,) in rows))

    def send(self, control: Control) -> None:
        """Tell the run something; it listens between two steps.

        Raises:
            RunError: the run has ended, or the folder cannot be written.
        """
        status = self.info().status
        if status not in ALIVE:
            raise RunError(f"{self.run.path.name} is {status}; only a run that goes on can be steered.")
        try:
            self._connection.execute(
                "INSERT INTO control (time, body) VALUES (?, ?)", (time.time(), control_codec.encode(control))
            )
        except sqlite3.Error as error:
            raise RunError(f"{self.run.path}: the run could not be told: {error}.") from None

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query.

        Raises:
            RunError: the folder is damaged.
        """
        with self._reading():
            return self._connection.execute(sql, values).fetchall()

    def number(self, sql: str, *values: Any) -> int:
        """The only number that a query gives."""
        return int(self.rows(sql, *values)[0][0])

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Inside, all reads see the run as it was at one moment."""
        self.rows("BEGIN")
        try:
            yield
        finally:
            self.rows("COMMIT")

    def _status(self, state: RunState) -> Status:
        if state.status not in ALIVE or self.run.is_held():
            return state.status
        if state.status == "starting" and time.time() - state.created < PATIENCE:
            return "starting"
        # The process may have ended between the read and the look at the lock.
        now = self.state()
        return now.status if now.status not in ALIVE else "dead"

    def _curve(self, name: str, since: int, limit: int | None) -> Curve:
        rows = self.rows(
            "SELECT body FROM points WHERE series = (SELECT id FROM series WHERE name = ?) AND last >= ?"
            " ORDER BY last",
            *(name, since),
        )
        full = points.curve(points.join(body for (body,) in rows))
        start = int(full.steps.searchsorted(since)) if since else 0
        full = Curve(*(part[start:] for part in full))
        return full if limit is None else points.thin(full, limit)

    def _kept(self, limit: int) -> list[Frame]:
        """About `limit` frames of each type of which all matter."""
        kept: list[Frame] = []
        others = "SELECT DISTINCT type FROM frames WHERE type NOT IN (SELECT value FROM json_each(?))"
        for (kind,) in self.rows(others, msgspec.json.encode(LATEST).decode()):
            count = self.number("SELECT count(*) FROM frames WHERE type = ?", kind)
            rows = self.rows(
                "SELECT body FROM (SELECT body, row_number() OVER (ORDER BY id DESC) AS place FROM frames"
                " WHERE type = ? ORDER BY id) WHERE (place - 1) % ? = 0",
                *(kind, -(-count // limit)),
            )
            kept.extend(decoded(body for (body,) in rows))
        return kept

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise RunError(f"{self.run.path}: the run cannot be read: {error}.") from None


def scalars(curves: dict[str, Curve], after: dict[str, int] | None = None) -> list[Frame]:
    """Curves as frames, one a step; `after` names the last step of each series that is left out."""
    epochs: dict[int, float] = {}
    values: dict[int, dict[str, float]] = {}
    for name, curve in curves.items():
        seen = (after or {}).get(name, 0)
        for step, epoch, value in zip(
            curve.steps.tolist(), curve.epochs.tolist(), curve.values.tolist(), strict=True
        ):
            if step > seen:
                epochs[step] = epoch
                values.setdefault(step, {})[name] = value
    return [Scalars(step=step, epoch=epochs[step], values=values[step]) for step in sorted(values)]


def decoded(bodies: Iterable[bytes]) -> Iterator[Frame]:
    """Frames from their bytes; those that are none (of a newer version, or damaged) are left out."""
    for body in bodies:
        try:
            yield frame_codec.decode(body)
        except (msgspec.MsgspecError, TypeError):
            continue
