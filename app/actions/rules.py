"""When actions can be run: the tests that several share."""

from __future__ import annotations

from collections.abc import Callable

from app.actions.action import Test
from app.actions.host import Canvas, Host
from app.state import TOP, Session
from engine.messages.protocol import RunInfo


def has_document(host: Host) -> bool:
    """A document is in front."""
    return host.editor.current is not None


def can_edit(host: Host) -> bool:
    """The document in front can be edited."""
    session = host.editor.current
    return session is not None and not session.read_only


def has_nodes(host: Host) -> bool:
    """The document in front is not empty."""
    session = host.editor.current
    return session is not None and len(session.graph) > 0


def has_selection(host: Host) -> bool:
    """Nodes are selected."""
    session = host.editor.current
    return session is not None and bool(session.selection)


def selected(count: int) -> Test:
    """At least so many nodes are selected and can be edited."""
    return lambda host: can_edit(host) and len(session_of(host).selection) >= count


def session_of(host: Host) -> Session:
    """The document in front, where the action's test has made sure of one."""
    session = host.editor.current
    assert session is not None, "asked only where a document is in front"
    return session


def in_block(host: Host) -> bool:
    """The graph of a block is shown."""
    session = host.editor.current
    return session is not None and session.level != TOP


def block_selected(host: Host) -> bool:
    """The node selected last stands for a block."""
    session = host.editor.current
    return session is not None and bool(session.selection) and session.leads_inside(session.selection[-1])


def run_of(host: Host) -> RunInfo | None:
    """The run of the document in front."""
    session = host.editor.current
    return host.editor.runs.info(host.editor.runs.of(session)) if session else None


def is_live(host: Host) -> bool:
    """The document in front is being trained."""
    session = host.editor.current
    return session is not None and host.editor.runs.is_live(session)


def on_canvas(do: Callable[[Canvas], None]) -> Callable[[Host], None]:
    """What an action does on the canvas in front."""

    def run(host: Host) -> None:
        canvas = host.canvas
        if canvas is not None:
            do(canvas)

    return run
