"""Run processes: one spare waits with torch loaded, so that a run starts at once."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

log = logging.getLogger(__name__)

COMMAND: Final = (sys.executable, "-m", "engine", "train", "--standby")


class Job(msgspec.Struct, frozen=True):
    """What a waiting process is told on its standard input: one line of JSON."""

    run: str
    resume: bool = False
    overrides: dict[str, Any] = {}


class Ready(msgspec.Struct, frozen=True):
    """What it says on its standard output when torch is loaded: one line of JSON."""

    torch: str = ""
    devices: list[str] = []
    reason: str = ""
    error: str = ""


class Launcher:
    """Starts run processes, each in a session of its own: they outlive whoever started them.

    `ready` is called with what a spare says once torch is loaded, `ended` with a run and the exit code of
    its process; both on threads of the launcher.
    """

    def __init__(self, ready: Callable[[Ready], None], ended: Callable[[Path, int], None]) -> None:
        self._ready, self._ended = ready, ended
        self._lock = threading.Lock()
        self._spare: subprocess.Popen[bytes] | None = None
        self._runs: dict[int, Path] = {}
        self._closed = False

    @property
    def has_spare(self) -> bool:
        """Whether a process waits for a run."""
        return self._spare is not None

    def warm(self) -> None:
        """Start a spare where there is none."""
        with self._lock:
            if self._spare is None and not self._closed:
                self._spare = self._spawn()

    def start(self, job: Job) -> None:
        """Give a run to the spare, or to a new process.

        Raises:
            OSError: no process can be started.
        """
        line = msgspec.json.encode(job) + b"\n"
        with self._lock:
            process, self._spare = self._spare, None
            if process is None or not self._tell(process, line):
                process = self._spawn()
                if not self._tell(process, line):
                    raise OSError("the run's process ended at once")
            self._runs[process.pid] = Path(job.run)
            code = process.poll()
        if code is not None:
            self._report(process.pid, code)

    def trains(self, run: Path) -> bool:
        """Whether a process was given this run and has not ended."""
        with self._lock:
            return run in self._runs.values()

    def close(self) -> None:
        """End the spare; runs go on."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare, None
        if spare is not None:
            spare.kill()

    def _spawn(self) -> subprocess.Popen[bytes]:
        detached: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            detached = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
        process = subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **detached
        )
        threading.Thread(target=self._follow, args=(process,), name="run process", daemon=True).start()
        return process

    def _tell(self, process: subprocess.Popen[bytes], line: bytes) -> bool:
        assert process.stdin is not None
        try:
            process.stdin.write(line)
            process.stdin.close()
        except OSError:
            return False
        return True

    def _follow(self, process: subprocess.Popen[bytes]) -> None:
        """Hear what the process says, then wait for its end."""
        assert process.stdout is not None
        with process.stdout as said, contextlib.suppress(msgspec.MsgspecError, OSError):
            self._ready(msgspec.json.decode(said.readline(), type=Ready))
        code = process.wait()
        with self._lock:
            if self._spare is process:
                self._spare = None
        self._report(process.pid, code)

    def _report(self, pid: int, code: int) -> None:
        with self._lock:
            run = self._runs.pop(pid, None)
        if run is not None:
            self._ended(run, code)
