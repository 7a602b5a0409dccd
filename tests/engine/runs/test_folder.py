"""Making run folders."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from engine.errors import ParamError, RunError
from engine.graph import Document
from engine.recipe import Chosen
from engine.runs import RunFolder, default_folder, info


def test_a_new_run_has_a_sortable_name_and_its_own_design(run: RunFolder) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_a-small-net", run.path.name)
    assert run.document().recipe == {"epochs": 3}
    assert info(run).epochs == 3
    assert info(run).status == "starting"


def test_runs_of_the_same_second_get_their_own_folders(tmp_path: Path) -> None:
    runs = [RunFolder.create(tmp_path, Document(), name="../../Ärger <b>") for _ in range(3)]
    assert len({run.path for run in runs}) == 3
    assert all(run.path.parent == tmp_path for run in runs)
    assert info(runs[0]).name == "../../Ärger <b>"


def test_the_given_document_stays_as_it_was(tmp_path: Path) -> None:
    document = Document(recipe={"epochs": 9})
    run = RunFolder.create(tmp_path, document, overrides={"data": Chosen("iris")})
    assert document.recipe == {"epochs": 9}
    assert run.document().recipe == {"epochs": 9, "data": {"id": "iris"}}


def test_a_wrong_override_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ParamError, match=r"epochs must be at least 1\. Received: 0"):
        RunFolder.create(tmp_path / "runs", Document(), overrides={"epochs": 0})
    with pytest.raises(ParamError, match='Did you mean "epochs"'):
        RunFolder.create(tmp_path / "runs", Document(), overrides={"epoch": 1})
    assert not (tmp_path / "runs").exists()


def test_the_environment_names_versions_but_nobody(run: RunFolder) -> None:
    found = json.loads(run.environment.read_text())
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert found["packages"]["torch"].startswith("2.")
    assert set(found) == {"neuroloom", "python", "packages", "system", "machine", "cores"}
    assert str(Path.home()) not in run.environment.read_text()


def test_neuroloom_home_moves_the_default_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEUROLOOM_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "runs"
    monkeypatch.delenv("NEUROLOOM_HOME")
    assert default_folder().parts[-2:] == ("neuroloom", "runs")


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(RunError, match=r"runs need a folder|cannot be made"):
        RunFolder.create(tmp_path / "runs", Document())


def test_opening_what_is_no_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no such run folder"):
        RunFolder.open(tmp_path / "gone")
    with pytest.raises(RunError, match=r"no run folder: run\.sqlite is missing"):
        RunFolder.open(tmp_path)


def test_a_damaged_design_is_a_run_error(run: RunFolder) -> None:
    run.design.write_text("{")
    with pytest.raises(RunError, match="design cannot be read"):
        run.document()
