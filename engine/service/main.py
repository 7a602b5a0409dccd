"""`neuroloom engine`: the service's loop."""

from __future__ import annotations

import contextlib
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from os import getpid
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from engine.errors import NeuroloomError, ProtocolError
from engine.messages import wire
from engine.messages.protocol import (
    VERSION,
    Done,
    EngineReady,
    EngineTrouble,
    Failed,
    Hello,
    Reply,
    Request,
    Shutdown,
    Welcome,
)
from engine.service.launcher import Launcher, Ready
from engine.service.streams import Outbox, claim, pieces

if TYPE_CHECKING:
    from engine.service.desk import Desk

log = logging.getLogger(__name__)

TICK: Final = 0.05
QUIET_TICK: Final = 1.0
WARM_AFTER: Final = 8.0
CLOSING: Final = 2.0

Task: TypeAlias = Callable[[], None]


def serve() -> int:
    """Answer requests until the other side closes or says Shutdown; the exit code."""
    if sys.stdin is not None and sys.stdin.isatty():
        sys.stderr.write("This is the editor's engine: it expects messages, not words. Ctrl+D ends it.\n")
    source, target = claim()
    service = Service(target)
    threading.Thread(target=service.listen, args=(source,), name="inbox", daemon=True).start()
    try:
        return service.run()
    except KeyboardInterrupt:
        return 130
    finally:
        service.close()


class Service:
    """One thread that does everything in turn; the others only wait for bytes or for a process to end."""

    def __init__(self, target: int) -> None:
        self._tasks: queue.Queue[Task] = queue.Queue()
        self._code: int | None = None
        self._warm_at: float | None = None
        self._ready_said = False
        self._made_desk: Desk | None = None
        self.outbox = Outbox(target, broken=partial(self.end, 0))
        self.launcher = Launcher(self._when(self._ready), self._when(self._run_ended))
        # The longest wait of all is for torch, so it begins first.
        self.launcher.warm()

    def listen(self, source: int) -> None:
        """Turn bytes into tasks, on a thread of its own."""
        unpack = wire.requests()
        try:
            for data in pieces(source):
                for request in unpack.feed(data):
                    self._tasks.put(partial(self._answer, request))
        except ProtocolError as error:
            sys.stderr.write(f"neuroloom engine: {error}\n")
            self.outbox.send(EngineTrouble(str(error)))
            self.end(1)
            return
        self.end(0)

    def end(self, code: int) -> None:
        """Leave the loop after what is queued; from any thread."""
        self._tasks.put(partial(self._leave, code))

    def run(self) -> int:
        """Do tasks as they come, and look at runs in between; the exit code."""
        next_look = time.monotonic()
        while self._code is None:
            with contextlib.suppress(queue.Empty):
                self._tasks.get(timeout=self._patience(next_look))()
            now = time.monotonic()
            if self._warm_at is not None and now >= self._warm_at:
                self._warm_at = None
                self.launcher.warm()
            if now >= next_look:
                self._look()
                next_look = now + (TICK if self._busy else QUIET_TICK)
        return self._code

    def close(self) -> None:
        """End the spare process and say what is left to say; runs go on."""
        self.launcher.close()
        if self._made_desk is not None:
            self._made_desk.close()
        self.outbox.close(CLOSING)

    def warm_later(self) -> None:
        """Start another spare when the run that took the last has had the machine to itself for a while."""
        self._warm_at = time.monotonic() + WARM_AFTER

    @property
    def _desk(self) -> Desk:
        """What answers; made when first needed, so that Hello does not wait for its imports."""
        if self._made_desk is None:
            from engine.service.desk import Desk

            self._made_desk = Desk(self.outbox, self.launcher, self.warm_later)
        return self._made_desk

    @property
    def _busy(self) -> bool:
        return self._made_desk is not None and self._made_desk.runs.any_alive

    def _patience(self, next_look: float) -> float | None:
        """Seconds to wait for a task; None where nothing else can happen."""
        times = [] if self._warm_at is None else [self._warm_at]
        if self._made_desk is not None and len(self._made_desk.runs):
            times.append(next_look)
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _look(self) -> None:
        if self._made_desk is not None:
            self._made_desk.runs.poll()

    def _leave(self, code: int) -> None:
        self._code = code if self._code is None else self._code

    def _when(self, then: Callable[..., None]) -> Callable[..., None]:
        """A function that has `then` called on the service's thread."""
        return lambda *values: self._tasks.put(partial(then, *values))

    def _answer(self, request: Request) -> None:
        try:
            reply = self._reply(request)
        except NeuroloomError as error:
            reply = Failed(request.id, str(error), getattr(error, "node", ""))
        except Exception as error:
            log.exception("%s failed", type(request).__name__)
            reply = Failed(request.id, f"The engine could not do this: {type(error).__name__}: {error}.")
        if reply is not None:
            self.outbox.send(reply)

    def _reply(self, request: Request) -> Reply | None:
        if isinstance(request, Hello):
            self._tasks.put(self._prepare)
            return _welcome(request)
        if isinstance(request, Shutdown):
            self.end(0)
            return Done(request.id)
        return self._desk.reply(request)

    def _prepare(self) -> None:
        """Import what the next request will need, while nobody waits."""
        self._desk  # noqa: B018 - making it imports it

    def _ready(self, ready: Ready) -> None:
        if ready.error:
            self.outbox.send(EngineTrouble(f"Nothing can be trained here: {ready.error}"))
        elif not self._ready_said:
            self._ready_said = True
            self.outbox.send(EngineReady(ready.torch, ready.devices, ready.reason))

    def _run_ended(self, run: Path, code: int) -> None:
        self._desk.run_ended(run, code)
        self.launcher.warm()


def _welcome(request: Hello) -> Reply:
    if request.version != VERSION:
        return Failed(
            request.id,
            f"The editor speaks version {request.version} of the protocol and this engine version {VERSION}. "
            "Install the same Neuroloom on both sides.",
        )
    try:
        own = version("neuroloom")
    except PackageNotFoundError:
        own = "0"
    return Welcome(request.id, own, getpid())
