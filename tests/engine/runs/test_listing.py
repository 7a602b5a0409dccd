"""Many runs, good and broken."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from engine.errors import RunError
from engine.graph import Document, Node
from engine.runs import RunFolder, RunReader, RunWriter, compare, delete, info, list_runs


def make(folder: Path, name: str, created: float, **recipe: object) -> RunFolder:
    """A finished run."""
    run = RunFolder.create(folder, Document(title=name), overrides=recipe)
    with RunWriter(run) as writer:
        writer.tell(status="finished", created=created, last={"val/loss": created})
    return run


def test_runs_are_listed_newest_first(tmp_path: Path) -> None:
    for created in (2.0, 3.0, 1.0):
        make(tmp_path, f"r{created:g}", created)
    assert [run.name for run in list_runs(tmp_path)] == ["r3", "r2", "r1"]
    assert list_runs(tmp_path / "nowhere") == []


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100, None])
def test_a_broken_folder_is_listed_with_what_is_wrong(tmp_path: Path, damage: bytes | None) -> None:
    make(tmp_path, "good", 1.0)
    broken = make(tmp_path, "broken", 2.0)
    if damage is None:
        broken.database.unlink()
    else:
        broken.database.write_bytes(damage)
    (tmp_path / "not a run").mkdir()
    (tmp_path / "file.txt").write_text("")
    runs = {run.run: run for run in list_runs(tmp_path)}
    assert len(runs) == 2
    assert runs[str(broken.path)].status == "failed"
    assert "run.sqlite" in runs[str(broken.path)].message


def test_every_truncation_of_a_database_is_a_run_error_or_readable(tmp_path: Path) -> None:
    run = make(tmp_path, "cut", 1.0)
    whole = run.database.read_bytes()
    for length in range(0, len(whole), 997):
        run.database.write_bytes(whole[:length])
        try:
            with RunReader(run) as reader:
                reader.info()
                reader.history()
        except RunError as error:
            assert str(run.path) in str(error)  # noqa: PT017 - either end is right


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TRIGGER evil AFTER INSERT ON control BEGIN DELETE FROM series; END",
        "CREATE VIEW evil AS SELECT 1",
        "CREATE TABLE evil (x)",
        "PRAGMA application_id = 1",
        "UPDATE state SET body = x'c1'",
        "DELETE FROM state",
        "PRAGMA user_version = 99",
    ],
)
def test_foreign_databases_are_refused(run: RunFolder, sql: str) -> None:
    connection = sqlite3.connect(run.database)
    connection.execute(sql)
    connection.commit()
    connection.close()
    with pytest.raises(RunError, match=r"cannot be read|newer"):
        info(run)


def test_frames_that_are_nonsense_are_left_out(run: RunFolder) -> None:
    with RunWriter(run) as writer, RunReader(run) as reader:
        writer.point(1, 0.1, {"train/loss": 1.0})
        writer.flush()
        reader.rows("INSERT INTO frames (type, key, step, time, body) VALUES ('New', '', 1, 0, x'81a0')")
        assert len(reader.history()) == 1


def test_compare_shows_what_differs(tmp_path: Path) -> None:
    first = make(tmp_path, "a", 1.0, epochs=5)
    second = RunFolder.create(tmp_path, Document.of([Node("fc1", "dense", {"units": 3})], title="b"))
    found = compare([first, second.path])
    assert [run.name for run in found.runs] == ["a", "b"]
    assert found.recipe == {"epochs": [5, 10]}
    assert found.nodes == {"fc1": [None, {"kind": "dense", "units": 3}]}
    assert found.last == {"val/loss": [1.0, None]}


def test_delete_removes_a_run_but_not_a_running_one(tmp_path: Path) -> None:
    run = make(tmp_path, "a", 1.0)
    with RunWriter(run):
        with pytest.raises(RunError, match="is running; stop it first"):
            delete(run)
        assert run.database.exists()
    delete(run.path)
    assert list(tmp_path.iterdir()) == []


def test_delete_leaves_what_is_no_run_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    with pytest.raises(RunError, match="no run folder"):
        delete(tmp_path / "precious")
    run = make(tmp_path / "real", "a", 1.0)
    (tmp_path / "link").symlink_to(run.path)
    with pytest.raises(RunError, match="link"):
        delete(tmp_path / "link")
    assert run.database.exists()
