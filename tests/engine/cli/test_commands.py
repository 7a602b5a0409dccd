"""Commands as a shell runs them: exit codes, one JSON object, sentences on standard error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from engine.graph import file as files
from engine.graph import text
from engine.runs import RunFolder, RunWriter, default_folder
from tests.support.broken import drawn
from tests.support.commands import ROOT, answer, neuroloom, shell
from tests.support.designs import tiny
from tests.support.drawing import Drawing

LENET = ROOT / "examples" / "lenet_digits.loom"


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.loom"
    files.save(tiny(), path)
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    drawing = Drawing("Broken", data={"id": "iris"})
    drawing.add("x", "input", shape=[4])
    drawing.add("wrong", "conv2d", "x")
    path = tmp_path / "broken.loom"
    path.write_text(text.dumps(drawing.classify("wrong")))
    return path


def made_run(name: str, loss: float) -> RunFolder:
    run = RunFolder.create(default_folder(), tiny(epochs=2), name=name)
    with RunWriter(run) as writer:
        writer.point(1, 0.5, {"train/loss": loss})
        writer.tell(status="finished", step=1, epoch=2, last={"train/loss": loss}, message="All epochs are done.")
    return run


@pytest.mark.parametrize(
    "command",
    [[], ["check"], ["train"], ["export"], ["runs"], ["runs", "list"], ["runs", "show"], ["doctor"], ["engine"]],
)
def test_every_command_has_help(command: list[str]) -> None:
    text = neuroloom(*command, "--help").stdout
    assert "Usage: neuroloom" in text
    assert "standby" not in text


def test_the_version_is_that_of_the_package() -> None:
    assert shell("--version").stdout.startswith("neuroloom ")


@pytest.mark.parametrize(
    "wrong", [["--nonsense"], ["check"], ["train"], ["check", "a", "b"], ["runs", "compare", "a"]]
)
def test_wrong_usage_is_2(wrong: list[str]) -> None:
    assert neuroloom(*wrong, code=2).stdout == ""


def test_a_word_that_is_neither_file_nor_command_names_the_nearest() -> None:
    assert 'no such command. Did you mean "check"?' in shell("chek", code=2).stderr


def test_check_tells_what_is_published_of_lenet() -> None:
    found = answer("check", LENET)
    assert found["ok"] is True
    assert found["format"] == 2
    assert found["parameters"] == 61_706
    assert found["nodes"]["conv1"]["parameters"] == 156
    assert found["nodes"]["conv1"]["outputs"] == {"out": ["N", 6, 28, 28]}
    # 6 filters of 5×5 at 28×28 places, each multiply-add two.
    assert found["nodes"]["conv1"]["flops"] == 2 * 6 * 25 * 28 * 28
    assert found["flops"] == sum(node["flops"] for node in found["nodes"].values())
    assert [each for each in found["diagnostics"] if each["severity"] == "error"] == []


def test_check_in_words() -> None:
    text = shell("check", LENET).stdout
    assert "conv1" in text
    assert "61,706 parameters" in text


def test_a_broken_design_is_1_with_its_cause(broken: Path) -> None:
    found = answer("check", broken, code=1)
    errors = [each for each in found["diagnostics"] if each["severity"] == "error"]
    assert [each["node"] for each in errors] == ["wrong"]
    assert found["nodes"]["wrong"]["state"] == "error"
    assert "error: wrong" in neuroloom("check", broken, code=1).stdout


def test_check_fix_applies_what_is_safe_and_keeps_the_file_before(tmp_path: Path) -> None:
    path = tmp_path / "flat.loom"
    files.save(drawn("x input shape=[1,8,8]; b batch_norm1d; d dense units=3", "x>b b>d"), path)
    before = path.read_bytes()
    found = answer("check", path, "--fix")
    assert [(each["node"], each["fix"]) for each in found["fixed"]] == [
        ("b", "Insert Flatten into x.out → b.in"),
        ("d", "Remove this parameter"),
    ]
    assert found["ok"] is True
    assert answer("check", path)["ok"] is True
    assert path.with_suffix(".loom~").read_bytes() == before
    assert "fixed: nothing" in shell("check", path, "--fix").stdout


def test_check_fix_can_save_elsewhere_and_leaves_what_is_not_safe(tmp_path: Path, broken: Path) -> None:
    before, out = broken.read_bytes(), tmp_path / "out.loom"
    found = answer("check", broken, "--fix", "-o", out, code=1)
    assert found["fixed"] == []
    assert (broken.read_bytes(), text.dumps(files.load(out)).encode()) == (before, before)
    assert answer("check", broken, code=1).keys() == found.keys() - {"fixed"}
    neuroloom("check", broken, "-o", out, code=2)
    run = made_run("kept", 0.5)
    assert "Name a file" in answer("check", run.path, "--fix", code=1)["error"]


def test_check_shows_the_way_to_what_is_wrong_in_a_block(tmp_path: Path) -> None:
    drawing = Drawing("Nested", data={"id": "digits"})
    drawing.add("image", "input", shape=[10, 30])
    cell = drawing.block("cell")
    cell.add("entry", "block_input")
    cell.add("heads", "multihead_attention", to={"query": "entry"}, num_heads=8)
    cell.add("exit", "block_output", "heads")
    drawing.add("stage", "block:cell", "image")
    path = tmp_path / "nested.loom"
    files.save(drawing.document, path)
    assert "error: stage/heads.num_heads: " in shell("check", path, code=1).stdout
    (error,) = (each for each in answer("check", path, code=1)["diagnostics"] if each["severity"] == "error")
    assert (error["graph"], error["within"], error["node"]) == ("cell", ["stage"], "heads")


@pytest.mark.parametrize(
    ("content", "words"), [("{", "line 1"), ('{"format": 99}', "format 99"), ("[]", "JSON object")]
)
def test_files_that_are_no_design(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "bad.loom"
    path.write_text(content)
    found = answer("check", path, code=1)
    assert found["ok"] is False
    assert words in found["error"]
    assert words in neuroloom("check", path, code=1).stderr


def test_a_file_that_is_not_there_names_the_nearest(design: Path) -> None:
    assert 'Did you mean "tiny.loom"?' in answer("check", design.with_name("tyni.loom"), code=1)["error"]


def test_export_writes_source_that_runs(design: Path, tmp_path: Path) -> None:
    out = tmp_path / "net.py"
    found = answer("export", design, "--to", "python", "-o", out)
    assert found == {"ok": True, "to": "python", "out": str(out), "text": None}
    space: dict[str, Any] = {}
    exec(compile(out.read_text(), str(out), "exec"), space)  # noqa: S102 - the export of a design made here
    assert space["Net"]()(torch.zeros(3, 2)).shape == (3, 2)
    assert neuroloom("export", design).stdout == out.read_text()


def test_export_refuses_what_cannot_be_computed(broken: Path, tmp_path: Path) -> None:
    out = tmp_path / "net.py"
    assert "wrong" in answer("export", broken, "-o", out, code=1)["error"]
    assert not out.exists()
    assert '"onnxx"' in neuroloom("export", broken, "--to", "onnxx", code=2).stderr


def test_runs_are_listed_shown_compared_and_deleted() -> None:
    first, second = made_run("first", 0.5), made_run("second", 0.25)
    listed = answer("runs", "list")
    assert [run["name"] for run in listed["runs"]] == ["second", "first"]
    assert answer("runs") == listed
    assert "first" in neuroloom("runs").stdout
    shown = answer("runs", "show", "last")
    assert shown["run"] == str(second.path)
    assert shown["series"] == ["train/loss"]
    assert "0.25" in neuroloom("runs", "show", second.path.name).stdout
    compared = answer("runs", "compare", first.path, second.path)
    assert compared["last"] == {"train/loss": [0.5, 0.25]}
    assert answer("runs", "delete", first.path.name)["deleted"] == [str(first.path)]
    assert not first.path.exists()
    assert "There is no run" in answer("runs", "show", "first", code=1)["error"]


def test_check_imports_neither_torch_nor_the_window() -> None:
    code = (
        "import sys; sys.argv = ['neuroloom', 'check', 'examples/lenet_digits.loom', '--json']\n"
        "from engine.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = [name for name in ('torch', 'numpy', 'sklearn', 'PIL', 'PySide6') if name in sys.modules]\n"
        "sys.stderr.write(' '.join(heavy))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert json.loads(found.stdout)["ok"]
    assert found.stderr == ""


def test_the_weights_of_a_run_are_exported_by_its_name(tmp_path: Path, design: Path) -> None:
    answer("train", design, "--epochs", "1", "--device", "cpu")
    out = tmp_path / "weights.safetensors"
    answer("export", "last", "--to", "safetensors", "-o", out)
    assert {key.partition(".")[2] for key in load_file(out)} == {"weight", "bias"}
    assert "train first" in answer("export", design, "--to", "safetensors", code=1)["error"]
