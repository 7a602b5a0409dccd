"""Actions that train."""

from __future__ import annotations

from app.actions.action import Action
from app.actions.host import Host
from app.actions.rules import has_nodes, is_live, run_of, session_of


def _status(host: Host) -> str:
    info = run_of(host)
    return info.status if info else ""


def _can_train(host: Host) -> bool:
    return has_nodes(host) and not is_live(host) and session_of(host).analysis.ok


def _train(host: Host) -> None:
    host.editor.runs.start(session_of(host))


def _pause(host: Host) -> None:
    _control(host, "resume" if _status(host) == "paused" else "pause")


def _control(host: Host, action: str) -> None:
    run = host.editor.runs.of(session_of(host))
    if run:
        host.editor.runs.control(run, action)


def _stop(host: Host) -> None:
    _control(host, "stop")


def _step(host: Host) -> None:
    _control(host, "step")


def _can_resume_from(host: Host) -> bool:
    return _status(host) in ("stopped", "failed", "dead") and _can_train(host)


def _resume_from(host: Host) -> None:
    session = session_of(host)
    host.editor.runs.start(session, resume=host.editor.runs.of(session))


def _restart_engine(host: Host) -> None:
    host.editor.engine.close()
    host.editor.engine.start()


TRAIN = Action(
    id="run.train",
    title="Train",
    help="Train the document in front.",
    menu="Train",
    icon="play",
    keys=("Ctrl+Return", "Ctrl+Enter"),
    enabled=_can_train,
    run=_train,
)
PAUSE = Action(
    id="run.pause",
    title="Pause",
    help="Pause the training after the step in hand, or go on.",
    menu="Train",
    icon="pause",
    keys=("Ctrl+Space",),
    enabled=lambda host: _status(host) in ("running", "paused"),
    checked=lambda host: _status(host) == "paused",
    run=_pause,
)
STEP = Action(
    id="run.step",
    title="Step",
    help="Train one batch, then wait.",
    menu="Train",
    icon="skip-next",
    keys=("Ctrl+.",),
    enabled=lambda host: _status(host) in ("running", "paused"),
    run=_step,
)
STOP = Action(
    id="run.stop",
    title="Stop",
    help="Write a checkpoint and end the training.",
    menu="Train",
    icon="stop",
    keys=("Ctrl+Return", "Ctrl+Enter"),
    enabled=is_live,
    run=_stop,
)
RESUME = Action(
    id="run.resume",
    title="Go on from the last checkpoint",
    help="Train on where the document's last run was stopped.",
    menu="Train",
    group=1,
    icon="play-protected-content",
    enabled=_can_resume_from,
    run=_resume_from,
)
RESTART_ENGINE = Action(
    id="run.restart_engine",
    title="Restart the engine",
    help="End the engine and start it anew; runs go on.",
    menu="Train",
    group=2,
    icon="restart",
    run=_restart_engine,
)
