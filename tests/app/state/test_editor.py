"""The open documents and which is in front."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.state import EditorState
from engine.errors import FileError
from engine.graph import AddNode, Document, Node, file
from tests.support.editing import SilentEngine


@pytest.fixture
def editor(qapp: Any) -> EditorState:
    return EditorState(engine=SilentEngine())


def test_a_new_document_is_in_front_and_has_nothing_to_lose(editor: EditorState) -> None:
    session = editor.new()
    assert editor.current is session
    assert editor.sessions == [session]
    assert not session.history.modified


def test_documents_without_a_title_are_told_apart(editor: EditorState) -> None:
    first, second = editor.new(), editor.new()
    assert [first.title, second.title] == ["Untitled", "Untitled 2"]
    editor.new(Document(title="Mine"))
    editor.close(first)
    assert editor.new().title == "Untitled"
    assert second.title == "Untitled 2"


def test_a_file_open_already_comes_to_the_front(editor: EditorState, tmp_path: Path) -> None:
    file.save(Document(), tmp_path / "a.loom")
    first = editor.open(tmp_path / "a.loom")
    editor.new()
    assert editor.open(tmp_path / "." / "a.loom") is first
    assert editor.current is first


def test_an_example_opens_as_a_copy_that_does_not_know_its_file(editor: EditorState, tmp_path: Path) -> None:
    file.save(Document(title="Shown"), tmp_path / "a.loom")
    session = editor.open_example(tmp_path / "a.loom")
    assert (session.path, session.title, session.history.modified) == (None, "Shown", False)


def test_what_cannot_be_read_is_refused_and_opens_nothing(editor: EditorState, tmp_path: Path) -> None:
    (tmp_path / "a.loom").write_text("[]")
    with pytest.raises(FileError):
        editor.open(tmp_path / "a.loom")
    assert editor.sessions == []


def test_closing_brings_the_neighbour_to_the_front(editor: EditorState) -> None:
    first, second, third = editor.new(), editor.new(), editor.new()
    editor.set_current(second)
    order: list[Any] = []
    editor.current_changed.connect(order.append)
    editor.session_removed.connect(lambda session: order.append(("removed", session)))
    editor.close(second)
    assert order == [first, ("removed", second)]
    editor.close(first)
    assert editor.current is third
    editor.close(third)
    assert editor.current is None


def test_each_document_brings_its_run_to_the_front(editor: EditorState) -> None:
    first, second = editor.new(), editor.new()
    editor.runs.show_for(second, "r2")
    editor.set_current(first)
    assert editor.runs.data is None
    editor.set_current(second)
    assert editor.runs.data is not None
    assert editor.runs.data.run == "r2"


def test_trouble_of_the_engine_becomes_a_notice(editor: EditorState) -> None:
    notices: list[Any] = []
    editor.noticed.connect(notices.append)
    editor.engine.trouble.emit("It ended.")
    assert [(notice.level, notice.message) for notice in notices] == [("warning", "It ended.")]


def test_a_newer_file_is_announced(editor: EditorState, tmp_path: Path) -> None:
    (tmp_path / "new.loom").write_text('{"format": 9, "graphs": {"main": {"nodes": [], "edges": []}}}')
    notices: list[Any] = []
    editor.noticed.connect(notices.append)
    session = editor.open(tmp_path / "new.loom")
    session.apply(AddNode(Node("a", "relu")), "Add")
    assert len(session.graph) == 0
    assert "to look at only" in notices[0].message
