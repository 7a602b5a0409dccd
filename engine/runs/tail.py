"""Following a run while it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Self

from engine.messages.frames import Frame
from engine.messages.protocol import RunInfo
from engine.runs import points
from engine.runs.folder import RunFolder
from engine.runs.points import Curve
from engine.runs.reader import LATEST, RunReader, decoded, scalars

MAX_POINTS: Final = 2_000
"""Points of a series given in one poll; a viewer that was away gets a thinned curve."""


class Tail:
    """Follows a run: each `poll` gives what was recorded since the one before.

    The first poll gives the history (unless `history` is False). `reset` says that the frames just given
    start the run's record anew: the first time, and after a run went back to a checkpoint.

    Raises:
        RunError: this is no run folder, or it is damaged.
    """

    def __init__(self, run: RunFolder | Path, *, history: bool = True) -> None:
        self.reader = RunReader(run)
        self.reset = False
        self._started = False
        self._history = history
        self._version = -1
        self._generation = -1
        self._frame = self._row = 0
        self._steps: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Follow no more."""
        self.reader.close()

    def info(self) -> RunInfo:
        """The run in short, with the status that is true now."""
        return self.reader.info()

    def poll(self) -> list[Frame]:
        """The frames since the last poll; costs microseconds when there are none.

        Raises:
            RunError: the folder is gone or damaged.
        """
        self.reset = False
        version = self.reader.version()
        if version == self._version and self._started:
            return []
        self._version = version
        generation = self.reader.state().generation
        if not self._started or generation != self._generation:
            return self._restart(generation)
        return [*self._points(), *self._frames()]

    def _restart(self, generation: int) -> list[Frame]:
        wanted = self._history or self._started
        self._started, self.reset, self._generation = True, True, generation
        with self.reader.snapshot():
            self._row, self._frame = self._last("points"), self._last("frames")
            steps = "SELECT s.name, max(p.last) FROM points p JOIN series s ON s.id = p.series GROUP BY s.id"
            self._steps = {str(name): int(last) for name, last in self.reader.rows(steps)}
            return self.reader.history() if wanted else []

    def _last(self, table: str) -> int:
        return self.reader.number(f"SELECT coalesce(max(id), 0) FROM {table}")

    def _points(self) -> list[Frame]:
        rows = self.reader.rows(
            "SELECT p.id, s.name, p.body FROM points p JOIN series s ON s.id = p.series WHERE p.id > ?"
            " ORDER BY p.id",
            self._row,
        )
        if not rows:
            return []
        self._row = rows[-1][0]
        bodies: dict[str, list[bytes]] = {}
        for _, name, body in rows:
            bodies.setdefault(name, []).append(body)
        curves = {name: self._unseen(name, points.curve(points.join(found))) for name, found in bodies.items()}
        self._steps.update({name: int(curve.steps[-1]) for name, curve in curves.items() if len(curve.steps)})
        return scalars({name: points.thin(curve, MAX_POINTS) for name, curve in curves.items()})

    def _unseen(self, name: str, curve: Curve) -> Curve:
        start = int(curve.steps.searchsorted(self._steps.get(name, -1), side="right"))
        return Curve(*(part[start:] for part in curve))

    def _frames(self) -> list[Frame]:
        after = self._frame
        self._frame = max(after, self._last("frames"))
        marks = ", ".join("?" * len(LATEST))
        rows: list[tuple[Any, ...]] = self.reader.rows(
            f"SELECT body FROM frames WHERE id > ? AND id <= ? AND type NOT IN ({marks}) ORDER BY id",
            *(after, self._frame, *LATEST),
        )
        return [*decoded(body for (body,) in rows), *self.reader.newest(after)]
