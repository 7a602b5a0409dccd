"""What a crash leaves, and what of it comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.state import EditorState
from app.state.journal import Journal
from engine.graph import AddNode, Document, MoveNodes, Node
from tests.support.editing import SilentEngine, current

ROOT = Path(__file__).parents[3]

# Edits node after node and says so after each; it is killed in the midst of it.
EDITING = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from app.state import EditorState
from engine.graph import AddNode, Node
app = QCoreApplication([])
editor = EditorState(journals=Path(sys.argv[1]))
session = editor.new()
for number in range(10**6):
    session.apply(AddNode(Node(f"n{number}", "relu")), "Add")
    print(number, flush=True)
"""


@pytest.fixture
def editor(qapp: Any, tmp_path: Path) -> EditorState:
    return EditorState(engine=SilentEngine(), journals=tmp_path)


def killed(folder: Path, after: int) -> int:
    """Run an editor on journals in a folder and kill it after some edits; returns the last it told of."""
    child = subprocess.Popen([sys.executable, "-c", EDITING, str(folder)], stdout=subprocess.PIPE, cwd=ROOT)
    assert child.stdout is not None
    last = -1
    while last < after:
        last = int(child.stdout.readline())
    os.kill(child.pid, signal.SIGKILL)
    told = child.stdout.read().split(b"\n")
    child.wait()
    child.stdout.close()
    whole = [int(line) for line in told[:-1]]
    return whole[-1] if whole else last


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_a_killed_editor_loses_at_most_the_gesture_in_hand(editor: EditorState, tmp_path: Path) -> None:
    last = killed(tmp_path, after=50)
    (found,) = editor.recoverable()
    assert found.edits - (last + 1) in (0, 1), "what was told was written before"
    assert len(found.document.graph()) == found.edits
    session = editor.recover(found)
    assert session.history.modified
    assert editor.recoverable() == [], "it is this editor's now"


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_work_recovered_survives_a_second_crash(tmp_path: Path, qapp: Any) -> None:
    killed(tmp_path, after=3)
    code = (
        "import os, sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication;"
        "from app.state import EditorState; app = QCoreApplication([]);"
        "editor = EditorState(journals=Path(sys.argv[1]));"
        "editor.recover(editor.recoverable()[0]); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False)
    (found,) = EditorState(engine=SilentEngine(), journals=tmp_path).recoverable()
    assert "n3" in found.document.graph()


def test_an_editor_that_lives_keeps_its_work(editor: EditorState) -> None:
    editor.new().apply(AddNode(Node("a", "relu")), "Add")
    assert editor.recoverable() == []


def journal_of_the_dead(folder: Path, *edits: Any, unsaved: bool = False) -> Path:
    """A journal whose process is gone."""
    journal = Journal(folder)
    journal.restart(Document(title="lost"), folder / "lost.loom", unsaved=unsaved)
    for edit in edits:
        journal.append(edit)
    assert journal._file is not None
    journal._file.close()
    (path,) = folder.glob("*.journal")
    path.write_bytes(path.read_bytes().replace(b'"started":', b'"started":1', 1))
    return path


def test_a_recycled_process_id_hides_no_work(editor: EditorState, tmp_path: Path) -> None:
    journal_of_the_dead(tmp_path, AddNode(Node("a", "relu")))
    (found,) = editor.recoverable()
    assert found.path == tmp_path / "lost.loom"


def test_a_torn_last_line_gives_what_came_before(editor: EditorState, tmp_path: Path) -> None:
    path = journal_of_the_dead(tmp_path, AddNode(Node("a", "relu")), AddNode(Node("b", "relu")))
    path.write_bytes(path.read_bytes()[:-7])
    (found,) = editor.recoverable()
    assert list(found.document.graph()) == ["a"]


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"{}\n", b'{"base": "no document"}\n'])
def test_a_journal_that_is_none_is_passed_over(editor: EditorState, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.journal").write_bytes(content)
    assert editor.recoverable() == []


def test_closing_saving_and_discarding_leave_nothing(editor: EditorState, tmp_path: Path) -> None:
    session = editor.new()
    session.apply(AddNode(Node("a", "relu")), "Add")
    assert len(list(tmp_path.glob("*.journal"))) == 1
    session.save(tmp_path / "a.loom")
    assert not list(tmp_path.glob("*.journal"))
    session.apply(MoveNodes({"a": (1, 1)}), "Move")
    editor.close(session)
    assert not list(tmp_path.glob("*.journal"))
    journal_of_the_dead(tmp_path, AddNode(Node("a", "relu")))
    editor.discard(editor.recoverable()[0])
    assert editor.recoverable() == []


def test_shutting_down_keeps_what_is_not_saved(editor: EditorState, tmp_path: Path) -> None:
    saved, unsaved = editor.new(), editor.new()
    for session in (saved, unsaved):
        session.apply(AddNode(Node("a", "relu")), "Add")
    saved.save(tmp_path / "a.loom")
    editor.shut_down()
    assert len(list(tmp_path.glob("*.journal"))) == 1


def test_a_journal_that_cannot_be_written_keeps_nobody_from_working(tmp_path: Path, qapp: Any) -> None:
    (tmp_path / "file").write_text("in the way")
    editor = EditorState(engine=SilentEngine(), journals=tmp_path / "file")
    editor.new().apply(AddNode(Node("a", "relu")), "Add")
    assert "a" in current(editor).graph
