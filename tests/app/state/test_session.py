"""An open document: what its edits tell, what its selection follows, what saving does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.state import Session
from engine.errors import EditError, FileError
from engine.graph import AddNode, Batch, MoveNodes, Node, RemoveNode, RenameNode, SetParams, file
from engine.nodes import standard_catalog
from tests.support.editing import digits_net


@pytest.fixture
def session(qapp: Any) -> Session:
    return Session(digits_net(), standard_catalog())


def heard(session: Session) -> list[str]:
    """The names of signals in the order they come."""
    told: list[str] = []
    for name in ("changed", "analysed", "selection_changed", "history_changed", "file_changed"):
        getattr(session, name).connect(lambda *_, name=name: told.append(name))
    return told


def test_an_edit_tells_changes_then_analysis_then_history(session: Session) -> None:
    told = heard(session)
    session.apply(SetParams("hidden", {"out_features": 30}), "Set")
    assert told == ["changed", "analysed", "history_changed"]
    assert session.analysis.nodes["hidden"].outputs["out"].sizes == ("N", 30)


def test_a_move_needs_no_analysis(session: Session) -> None:
    before = session.analysis
    told = heard(session)
    session.apply(MoveNodes({"hidden": (5, 6)}), "Move")
    assert told == ["changed", "history_changed"]
    assert session.analysis is before


def test_undo_and_redo_give_back_what_was(session: Session) -> None:
    start = session.document.copy()
    session.apply(SetParams("hidden", {"out_features": 30}), "Widen")
    session.apply(RemoveNode("relu"), "Delete")
    end = session.document.copy()
    assert [session.undo(), session.undo(), session.undo()] == ["Delete", "Widen", ""]
    assert session.document == start
    assert [session.redo(), session.redo(), session.redo()] == ["Widen", "Delete", ""]
    assert session.document == end


def test_a_refused_edit_changes_nothing_and_is_no_step(session: Session) -> None:
    start = session.document.copy()
    with pytest.raises(EditError):
        session.apply(Batch((RemoveNode("relu"), RemoveNode("nobody"))), "Delete")
    assert session.document == start
    assert not session.history.done


def test_the_selection_leaves_removed_nodes_and_follows_renames(session: Session) -> None:
    session.select(["conv", "relu", "nobody"])
    assert session.selection == ("conv", "relu")
    session.apply(Batch((RemoveNode("relu"), RenameNode("conv", "a"), RenameNode("a", "b"))), "Both")
    assert session.selection == ("b",)


def test_the_selection_is_told_after_the_change_that_it_follows(session: Session) -> None:
    session.select(["relu"])
    told = heard(session)
    session.apply(RemoveNode("relu"), "Delete")
    assert told.index("changed") < told.index("selection_changed")


def test_selecting_the_same_again_tells_nothing(session: Session) -> None:
    session.select(["conv"])
    told = heard(session)
    session.select(["conv"])
    assert told == []


def test_saving_makes_the_path_its_own_and_ends_the_drag(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    session.apply(SetParams("hidden", {"out_features": 30}), "Widen", merge="widen")
    with qtbot.waitSignals([session.file_changed, session.history_changed]):
        session.save(tmp_path / "net.loom")
    assert (session.path, session.title, session.history.modified) == (tmp_path / "net.loom", "net", False)
    assert file.load(tmp_path / "net.loom") == session.document
    session.apply(SetParams("hidden", {"out_features": 31}), "Widen", merge="widen")
    assert session.history.modified


def test_a_failed_save_leaves_the_document_modified(session: Session, tmp_path: Path) -> None:
    session.apply(MoveNodes({"hidden": (5, 6)}), "Move")
    with pytest.raises(FileError):
        session.save(tmp_path / "no such folder" / "net.loom")
    assert session.history.modified
    assert session.path is None


def test_a_newer_format_opens_to_look_at_and_is_saved_as_it_is(tmp_path: Path, session: Session) -> None:
    path = tmp_path / "new.loom"
    content = (
        '{"format": 99, "graphs": {"main": {"nodes": [{"id": "a", "kind": "relu", "glow": 1}], "edges": []}}}'
    )
    path.write_text(content)
    newer = Session.open(path, session.catalog)
    assert newer.read_only
    assert "a" in newer.graph
    newer.apply(AddNode(Node("b", "relu")), "Add")
    assert "b" not in newer.graph
    newer.save(tmp_path / "copy.loom")
    assert (tmp_path / "copy.loom").read_text() == content
