"""Documents and runs leave for other tools."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from engine.build import compile
from engine.errors import BuildError, FileError
from engine.formats import Subject, all_formats
from engine.graph import Document
from engine.runs import RunFolder
from tests.support import networks
from tests.support.executed import execute


def save_checkpoint(run: RunFolder, step: int, document: Document, seed: int) -> dict[str, torch.Tensor]:
    """Weights as a trainer leaves them."""
    weights = dict(compile(document, seed=seed).network.state_dict())
    folder = run.checkpoints / str(step)
    folder.mkdir(parents=True)
    save_file(weights, folder / "weights.safetensors")
    return weights


def test_formats_are_found() -> None:
    formats = all_formats()
    assert formats.problems == []
    assert {"python", "safetensors"} <= set(formats.ids())
    assert all(format.suffix.startswith(".") and format.title and format.help() for format in formats)


def test_python_is_written_and_runs(tmp_path: Path) -> None:
    out = tmp_path / "net.py"
    all_formats()["python"]().write(Subject(networks.lenet()), out)
    names = execute(out.read_text("utf-8"))
    assert names["Net"]()(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    assert "train" in names
    all_formats()["python"].parse({"training": False}).write(Subject(networks.lenet()), out)
    assert "train" not in execute(out.read_text("utf-8"))


def test_weights_of_the_newest_checkpoint_fit_the_exported_source(tmp_path: Path) -> None:
    document = networks.mlp()
    run = RunFolder.create(tmp_path, document)
    save_checkpoint(run, 9, document, seed=1)
    newest = save_checkpoint(run, 10, document, seed=2)
    subject, out = Subject.of_run(RunFolder.open(run.path)), tmp_path / "mlp.safetensors"
    all_formats()["safetensors"]().write(subject, out)
    all_formats()["python"]().write(subject, tmp_path / "mlp.py")
    net = execute((tmp_path / "mlp.py").read_text("utf-8"))["Net"]()
    net.load_state_dict(load_file(out))
    assert all(torch.equal(weight, newest[name]) for name, weight in net.state_dict().items())
    with safe_open(out, "pt") as file:
        assert file.metadata() == {"format": "pt"}


def test_without_a_run_there_are_no_weights(tmp_path: Path) -> None:
    out = tmp_path / "x.safetensors"
    with pytest.raises(BuildError, match="train first"):
        all_formats()["safetensors"]().write(Subject(networks.mlp()), out)
    run = RunFolder.create(tmp_path, networks.mlp())
    assert Subject.of_run(run).weights is None
    assert not out.exists()


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, networks.mlp(width=64))
    save_checkpoint(run, 1, networks.mlp(width=32), seed=0)
    out = tmp_path / "x.safetensors"
    out.write_bytes(b"old")
    with pytest.raises(BuildError, match="not of this document"):
        all_formats()["safetensors"]().write(Subject.of_run(run), out)
    assert out.read_bytes() == b"old"


def test_what_is_no_safetensors_file_is_refused(tmp_path: Path) -> None:
    weights = tmp_path / "weights.safetensors"
    weights.write_bytes(b"\x80\x04pickle")
    with pytest.raises(FileError, match="cannot be read"):
        all_formats()["safetensors"]().write(Subject(networks.mlp(), weights), tmp_path / "x.safetensors")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be saved"):
        all_formats()["python"]().write(Subject(networks.mlp()), tmp_path / "absent" / "net.py")
