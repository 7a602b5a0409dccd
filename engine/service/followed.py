"""The runs that an engine follows: their frames for whoever watches, their status for all."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from engine.errors import RunError
from engine.messages.protocol import EngineTrouble, FrameEvents, RunChanged, RunInfo
from engine.runs import ALIVE, RunFolder, Tail
from engine.service.streams import Outbox

log = logging.getLogger(__name__)

BEGUN: Final = ("running", "paused")


class _Followed:
    """One run: its tail, what was last said of it, and whether someone watches its frames."""

    def __init__(self, run: Path, *, watched: bool, history: bool) -> None:
        self.tail = Tail(RunFolder.open(run), history=history)
        self.watched = watched
        self.said: RunInfo | None = None
        self.expected = False

    @property
    def alive(self) -> bool:
        return self.said is None or self.said.status in ALIVE


class FollowedRuns:
    """Reads run folders and sends what is new."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._runs: dict[Path, _Followed] = {}

    @property
    def any_alive(self) -> bool:
        """Whether one goes on, so that reading often is worth it."""
        return any(run.alive for run in self._runs.values())

    def __len__(self) -> int:
        return len(self._runs)

    def watch(self, run: Path, *, history: bool = True) -> None:
        """Send a run's frames from now on.

        Raises:
            RunError: this is no run folder.
        """
        fresh = _Followed(run, watched=True, history=history)
        known = self._runs.get(run)
        if known is not None:
            fresh.said, fresh.expected = known.said, known.expected
            self.forget(run)
        self._runs[run] = fresh

    def unwatch(self, run: Path) -> None:
        """Send its frames no more; its status still is, while it goes on."""
        known = self._runs.get(run)
        if known is not None:
            known.watched = False

    def expect(self, run: Path) -> RunInfo:
        """A process was told to train here: until it says so in the folder, or ends, the run counts as starting.

        Raises:
            RunError: this is no run folder.
        """
        known = self._runs.setdefault(run, _Followed(run, watched=False, history=False))
        known.said = msgspec.structs.replace(known.tail.info(), status="starting", message="")
        known.expected = True
        return known.said

    def is_expected(self, run: Path) -> bool:
        """Whether a process was told to train here and has not begun."""
        known = self._runs.get(run)
        return known is not None and known.expected

    def ended(self, run: Path) -> None:
        """The process that was told to train here is gone."""
        known = self._runs.get(run)
        if known is not None:
            known.expected = False

    def follow(self, runs: Iterable[RunInfo]) -> None:
        """Send the status of these runs whenever it changes."""
        for info in runs:
            path = Path(info.run)
            if path not in self._runs and info.status in ALIVE:
                self._runs[path] = _Followed(path, watched=False, history=False)
                self._runs[path].said = info

    def forget(self, run: Path) -> None:
        """Follow a run no more."""
        known = self._runs.pop(run, None)
        if known is not None:
            known.tail.close()

    def close(self) -> None:
        """Follow none."""
        for run in list(self._runs):
            self.forget(run)

    def poll(self) -> None:
        """Send what is new of each run."""
        for path, run in list(self._runs.items()):
            try:
                self._poll(path, run)
            except RunError as error:
                self.forget(path)
                self._outbox.send(EngineTrouble(f"The run is followed no more. {error}"))

    def _poll(self, path: Path, run: _Followed) -> None:
        if self._outbox.is_behind(str(path)):
            return
        # The status first: when it says that a run has ended, all its frames are there to be read.
        info = run.tail.info()
        if run.watched:
            frames = run.tail.poll()
            if frames or run.tail.reset:
                self._outbox.send(FrameEvents(str(path), frames, run.tail.reset))
        run.expected = run.expected and info.status not in BEGUN
        if not run.expected and _news(info) != _news(run.said):
            run.said = info
            self._outbox.send(RunChanged(info))
        if not run.alive and not run.watched:
            self.forget(path)


def _news(info: RunInfo | None) -> RunInfo | None:
    """What of a run is worth an event: not each step, which frames tell."""
    return info and msgspec.structs.replace(info, step=0, last={})
