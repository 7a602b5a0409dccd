"""The editor's side of an engine: a process that speaks frames on its standard input and output."""

from __future__ import annotations

import itertools
import logging
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from engine.errors import ProtocolError
from engine.messages import protocol, wire

log = logging.getLogger(__name__)
Then = Callable[[protocol.Reply], None]

LOCAL: Final = (sys.executable, "-m", "engine", "engine")
RESTARTS: Final = 3
WITHIN_S: Final = 60.0
CLOSING_MS: Final = 2000


class EngineClient(QObject):
    """An engine and its connection. A dead engine is started again, at most three times a minute.

    Signals:
        state_changed(str): "stopped", "starting", "connected" (requests are answered), "ready" (torch is loaded).
        event_arrived(Event): the engine tells something.
        trouble(str): a sentence for the user.
    """

    state_changed = Signal(str)
    event_arrived = Signal(object)
    trouble = Signal(str)

    def __init__(self, command: Sequence[str] = LOCAL, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = list(command)
        self._ids = itertools.count(1)
        self._waiting: dict[int, Then] = {}
        self._deaths: list[float] = []
        self._stderr = b""
        self._closing = False
        self._process: QProcess | None = None
        self._unpacker = wire.answers()
        self.state = "stopped"
        self.ready: protocol.EngineReady | None = None

    def start(self) -> None:
        """Start the engine; does nothing where one runs."""
        if self._process is not None:
            return
        self._closing = False
        self._unpacker = wire.answers()
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_errors)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._failed)
        self._process = process
        self._set_state("starting")
        process.start(self._command[0], self._command[1:])
        self.ask(protocol.Hello, self._welcomed)

    def ask(self, request: Callable[..., protocol.Request], then: Then | None = None, **fields: object) -> None:
        """Send a request made of a class and its fields; `then` gets the reply, or `Failed`."""
        id = next(self._ids)
        if then is not None:
            self._waiting[id] = then
        if self._process is None:
            self._answer(protocol.Failed(id, "The engine is not running."))
            return
        self._process.write(wire.pack(request(id=id, **fields)))

    def close(self) -> None:
        """End the engine; runs go on without it."""
        self._closing = True
        process = self._process
        if process is None:
            return
        self.ask(protocol.Shutdown)
        process.closeWriteChannel()
        if not process.waitForFinished(CLOSING_MS):
            process.kill()
            process.waitForFinished(CLOSING_MS)

    @property
    def pid(self) -> int:
        """The process id of the engine, 0 where none runs."""
        return int(self._process.processId()) if self._process is not None else 0

    def _welcomed(self, reply: protocol.Reply) -> None:
        if isinstance(reply, protocol.Welcome):
            self._set_state("connected")

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _read(self) -> None:
        if self._process is None:
            return
        try:
            for message in self._unpacker.feed(bytes(self._process.readAllStandardOutput().data())):
                self._take(message)
        except ProtocolError as error:
            self.trouble.emit(
                f"The engine said something that cannot be understood, and is started again. {error}"
            )
            self._process.kill()

    def _take(self, message: protocol.Reply | protocol.Event) -> None:
        if isinstance(message, protocol.Reply):
            self._answer(message)
            return
        if isinstance(message, protocol.EngineReady):
            self.ready = message
            self._set_state("ready")
        elif isinstance(message, protocol.EngineTrouble):
            self.trouble.emit(message.message)
        self.event_arrived.emit(message)

    def _answer(self, reply: protocol.Reply) -> None:
        then = self._waiting.pop(reply.id, None)
        if then is not None:
            then(reply)
        elif isinstance(reply, protocol.Failed):
            self.trouble.emit(reply.message)

    def _read_errors(self) -> None:
        if self._process is not None:
            self._stderr = (self._stderr + bytes(self._process.readAllStandardError().data()))[-8192:]

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self.trouble.emit(f"The engine could not be started: {self._command[0]} did not run.")
            self._ended()

    def _ended(self, *_: object) -> None:
        process, self._process = self._process, None
        self.ready = None
        if process is not None:
            process.deleteLater()
        waiting, self._waiting = self._waiting, {}
        for id, then in waiting.items():
            then(protocol.Failed(id, "The engine ended before it answered."))
        self._set_state("stopped")
        if not self._closing:
            self._start_again()

    def _start_again(self) -> None:
        now = time.monotonic()
        self._deaths = [death for death in self._deaths if now - death < WITHIN_S] + [now]
        tail = self._stderr.decode(errors="replace").strip().rpartition("\n")[2]
        log.info("the engine ended: %s", tail)
        if len(self._deaths) > RESTARTS:
            self.trouble.emit(f"The engine ended {len(self._deaths)} times within a minute and stays off. {tail}")
            return
        self.trouble.emit("The engine ended unexpectedly and is started again. Runs go on.")
        QTimer.singleShot(0, self, self.start)
