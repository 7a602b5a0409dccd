"""The offer to bring back what an editor that ended badly left behind."""

from __future__ import annotations

from app.state import EditorState
from app.state.journal import Recovered
from app.window.question import Answer, Question, QuestionBar


def offer_recovery(editor: EditorState, question: QuestionBar) -> bool:
    """Ask about recovered work; False where there is none."""
    found = editor.recoverable()
    if not found:
        return False

    def restore() -> None:
        for work in found:
            editor.recover(work)

    def discard() -> None:
        for work in found:
            editor.discard(work)

    what = ", ".join(_words(work) for work in found)
    question.ask(
        Question(
            f"Neuroloom ended before this was saved: {what}.",
            (
                Answer("Bring it back", restore, "Open it as it was at the last gesture."),
                Answer("Throw it away", discard, "The work is lost."),
            ),
            cancel="Ask next time",
        )
    )
    return True


def _words(work: Recovered) -> str:
    name = work.path.stem if work.path else work.document.title or "Untitled"
    nodes = len(work.document.graph())
    return f"“{name}” ({nodes} node{'' if nodes == 1 else 's'}, {work.edits} step{'' if work.edits == 1 else 's'})"
