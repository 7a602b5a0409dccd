"""A real engine, spoken to as the editor speaks to it: through its pipes."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from engine.messages import protocol, wire
from engine.messages.protocol import Failed, FrameEvents, Hello, Reply, RunChanged, Welcome

M = TypeVar("M")
PATIENCE = 60.0


class ServiceProcess:
    """`neuroloom engine` as a child; everything it says is kept in `said`, in order."""

    def __init__(self, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engine", "engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env={**os.environ, **environment},
        )
        self.said: list[Any] = []
        self.errors = b""
        self._ids = itertools.count(1)
        self._news = threading.Condition()
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._listen, self._listen_to_errors)
        ]
        for thread in self._threads:
            thread.start()

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def ask(self, request: Callable[..., Any], **fields: Any) -> Reply:
        """Send a request and wait for its reply."""
        id = next(self._ids)
        self.write(wire.pack(request(id=id, **fields)))
        return self.wait(lambda message: message if getattr(message, "id", None) == id else None)

    def hello(self) -> Welcome:
        """The first exchange."""
        reply = self.ask(Hello)
        assert isinstance(reply, Welcome)
        return reply

    def start(self, design: str, **fields: Any) -> str:
        """Start a run; returns its folder."""
        reply = self.ask(protocol.StartRun, design=design, **fields)
        assert isinstance(reply, protocol.Started), reply
        return reply.run

    def control(self, run: str, action: str, **values: Any) -> None:
        """Say something to a run."""
        reply = self.ask(protocol.ControlRun, run=run, action=action, values=values)
        assert isinstance(reply, protocol.Done), reply

    def refusal(self, request: Callable[..., Any], **fields: Any) -> Failed:
        """The refusal of a request."""
        reply = self.ask(request, **fields)
        assert isinstance(reply, Failed), reply
        return reply

    def wait(self, look: Callable[[Any], M | None], seconds: float = PATIENCE) -> M:
        """What `look` finds in a message, said already or still to come."""
        seen = 0
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                for message in self.said[seen:]:
                    found = look(message)
                    if found is not None:
                        return found
                seen = len(self.said)
                left = deadline - time.monotonic()
                if left <= 0 or not self._threads[0].is_alive():
                    raise AssertionError(f"Never said. Heard: {self.said[-5:]!r}\n{self.errors.decode()[-3000:]}")
                self._news.wait(min(left, 0.5))

    def wait_for_status(self, run: str, *statuses: str, after: int = 0) -> protocol.RunInfo:
        """The first news, after so many messages, that a run has one of these statuses."""

        def look(message: Any) -> protocol.RunInfo | None:
            found = isinstance(message, RunChanged) and message.info.run == run and message.info.status in statuses
            return message.info if found and self._place(message) >= after else None

        return self.wait(look)

    def frames(self, run: str, kind: type[M], count: int = 1) -> list[M]:
        """The first frames of a type that come for a run, at least so many."""

        def look(_: Any) -> list[M] | None:
            found = [
                frame
                for message in self.said
                if isinstance(message, FrameEvents) and message.run == run
                for frame in message.frames
                if isinstance(frame, kind)
            ]
            return found if len(found) >= count else None

        return self.wait(look)

    def close(self) -> int:
        """Close its input and wait for its end; the exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.ended()

    def kill(self) -> None:
        """End it as the system does when memory runs out."""
        self.process.kill()
        self.ended()

    def ended(self) -> int:
        """Wait for its end; the exit code."""
        code = self.process.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None and not stream.closed:
                stream.close()
        return code

    def _place(self, message: Any) -> int:
        return next(place for place, said in enumerate(self.said) if said is message)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        unpack = wire.answers()
        while data := os.read(self.process.stdout.fileno(), 65536):
            for message in unpack.feed(data):
                with self._news:
                    self.said.append(message)
                    self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def _listen_to_errors(self) -> None:
        assert self.process.stderr is not None
        while data := os.read(self.process.stderr.fileno(), 65536):
            self.errors += data


@contextmanager
def service(**environment: str) -> Iterator[ServiceProcess]:
    """An engine that is ended with the block; its runs go on."""
    engine = ServiceProcess(**environment)
    try:
        yield engine
    finally:
        if engine.process.poll() is None:
            engine.kill()


def run_processes(run: str) -> list[int]:
    """The processes that hold a run's folder open."""
    import psutil

    wanted = str(Path(run) / "lock")
    found = []
    for process in psutil.process_iter():
        try:
            if any(file.path == wanted for file in process.open_files()):
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


def end_runs(folder: Path) -> None:
    """Kill whatever still trains in a folder of runs."""
    for lock in folder.glob("*/lock"):
        for pid in run_processes(str(lock.parent)):
            os.kill(pid, signal.SIGKILL)
