"""Going on with a run that ended, and watching one that an earlier editor began."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.state import EditorState, Session
from engine.errors import FileError
from engine.graph import Document, file, text
from engine.messages.protocol import RunInfo

DESIGN: Final = "design.loom"
ENDED: Final = ("stopped", "failed", "dead")


def can_resume(info: RunInfo | None) -> bool:
    """Whether a run ended before its time and its folder is there."""
    return info is not None and info.status in ENDED and Path(info.run, DESIGN).is_file()


def resume(editor: EditorState, info: RunInfo) -> None:
    """Go on from the last checkpoint: in the document in front where it is the run's own, else in a new one."""
    session = _session_of(editor, info)
    if session is not None:
        editor.runs.start(session, resume=info.run)


def watch(editor: EditorState, info: RunInfo) -> None:
    """Show what a run does: in the document in front where it is the run's own, else in a new one."""
    session = _session_of(editor, info)
    if session is not None:
        editor.runs.show_for(session, info.run)


def _session_of(editor: EditorState, info: RunInfo) -> Session | None:
    document = design_of(editor, info)
    if document is None:
        return None
    if editor.current is None or text.dumps(editor.current.document) != text.dumps(document):
        editor.new(document)
        return editor.sessions[-1]
    return editor.current


def design_of(editor: EditorState, info: RunInfo) -> Document | None:
    """The document that a run trains; None, and said so, where it cannot be read."""
    try:
        return file.load(Path(info.run, DESIGN))
    except FileError as error:
        editor.notify("error", str(error))
        return None
