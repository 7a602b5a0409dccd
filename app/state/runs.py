"""The runs that the editor knows, and the one whose plots are shown."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.state.engine_client import EngineClient
from app.state.run_data import RunData
from app.state.session import Session
from engine.graph import text
from engine.messages import protocol

LIVE = ("starting", "running", "paused")


class Runs(QObject):
    """Starts, steers and watches runs through the engine.

    Signals:
        list_changed(): other runs, or another status of one.
        shown_changed(): another run is shown (or none); its data is `data`.
        frames_arrived(list[Frame]): new frames of the shown run; `data` holds them already.
        failed(str, str): a request about runs was refused: the sentence, and the node it names or "".
    """

    list_changed = Signal()
    shown_changed = Signal()
    frames_arrived = Signal(object)
    failed = Signal(str, str)

    def __init__(self, engine: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._infos: dict[str, protocol.RunInfo] = {}
        self._of_session: dict[Session, str] = {}
        self._starting: set[Session] = set()
        self.data: RunData | None = None
        engine.event_arrived.connect(self._take)
        engine.state_changed.connect(self._engine_changed)

    @property
    def infos(self) -> list[protocol.RunInfo]:
        """All runs, newest first."""
        return sorted(self._infos.values(), key=lambda info: info.created, reverse=True)

    def info(self, run: str) -> protocol.RunInfo | None:
        """What is known of a run."""
        return self._infos.get(run)

    @property
    def shown(self) -> protocol.RunInfo | None:
        """The run whose plots are shown."""
        return self._infos.get(self.data.run) if self.data else None

    def of(self, session: Session) -> str:
        """The run that a session started last or shows, empty where there is none."""
        return self._of_session.get(session, "")

    def starting(self, session: Session) -> bool:
        """Whether a run of this session was asked for and has not answered."""
        return session in self._starting

    def is_live(self, session: Session) -> bool:
        """Whether the run of a session is under way."""
        info = self._infos.get(self.of(session))
        return self.starting(session) or (info is not None and info.status in LIVE)

    def live(self) -> list[protocol.RunInfo]:
        """All runs that are under way."""
        return [info for info in self.infos if info.status in LIVE]

    def start(self, session: Session, *, overrides: dict[str, Any] | None = None, resume: str = "") -> None:
        """Train a session's document as it is now."""
        if self.is_live(session):
            return
        self._starting.add(session)
        self.list_changed.emit()

        def answered(reply: protocol.Reply) -> None:
            self._starting.discard(session)
            if isinstance(reply, protocol.Started):
                self._of_session[session] = reply.run
                fresh = protocol.RunInfo(reply.run, session.title, "starting", time.time())
                self._infos.setdefault(reply.run, fresh)
                self.show(reply.run)
                self.refresh()
            else:
                self._refused(reply)
            self.list_changed.emit()

        self._engine.ask(
            protocol.StartRun,
            answered,
            design=text.dumps(session.document),
            name=session.title,
            overrides=overrides or {},
            resume=resume,
        )

    def control(self, run: str, action: str, **values: Any) -> None:
        """Say something to a run: see `engine.messages.control`."""
        self._engine.ask(protocol.ControlRun, self._refused, run=run, action=action, values=values)

    def watch(self, run: str, node: str, sample: int) -> None:
        """Have the large maps of a node recorded; a run that ended meanwhile is no news, nobody asked for it."""
        values = {"node": node, "sample": sample}
        self._engine.ask(protocol.ControlRun, lambda _: None, run=run, action="watch", values=values)

    def show(self, run: str) -> None:
        """Show a run's plots, its history first; empty for none."""
        if self.data is not None and self.data.run == run:
            return
        if self.data is not None:
            self._engine.ask(protocol.UnwatchRun, lambda _: None, run=self.data.run)
        self.data = RunData(run) if run else None
        self.shown_changed.emit()
        if run:
            self._engine.ask(protocol.WatchRun, self._refused, run=run)

    def show_for(self, session: Session, run: str) -> None:
        """Show a run and keep it as the session's own."""
        self._of_session[session] = run
        self.show(run)

    def forget(self, session: Session) -> None:
        """A session was closed."""
        self._of_session.pop(session, None)
        self._starting.discard(session)

    def delete(self, run: str) -> None:
        """Delete a run that is not under way."""

        def answered(reply: protocol.Reply) -> None:
            self._refused(reply)
            self.refresh()

        self._engine.ask(protocol.DeleteRun, answered, run=run)

    def refresh(self) -> None:
        """Ask the engine for its runs."""
        self._engine.ask(protocol.ListRuns, self._listed)

    def _refused(self, reply: protocol.Reply) -> None:
        if isinstance(reply, protocol.Failed):
            self.failed.emit(reply.message, reply.node)

    def _listed(self, reply: protocol.Reply) -> None:
        if isinstance(reply, protocol.Runs):
            self._infos = {info.run: info for info in reply.runs}
            self.list_changed.emit()

    def _engine_changed(self, state: str) -> None:
        if state == "connected":
            self.refresh()
            if self.data is not None:
                self._engine.ask(protocol.WatchRun, self._refused, run=self.data.run)

    def _take(self, event: protocol.Event) -> None:
        if isinstance(event, protocol.RunChanged):
            self._infos[event.info.run] = event.info
            self.list_changed.emit()
        elif isinstance(event, protocol.FrameEvents) and self.data is not None and event.run == self.data.run:
            if event.reset:
                self.data.clear()
                self.shown_changed.emit()
            for frame in event.frames:
                self.data.add(frame)
            self.frames_arrived.emit(event.frames)
