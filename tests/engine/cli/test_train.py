"""`neuroloom train` as a shell runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from engine.cli.documents import change, open_document
from engine.graph import file as files
from engine.runs import RunFolder
from tests.support.commands import answer, neuroloom, shell
from tests.support.designs import tiny


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.loom"
    files.save(tiny(), path)
    return path


def test_a_training_tells_ends_with_a_picture_and_goes_on(design: Path, tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    said = shell(
        "train", design, "--epochs", "4", "--set", "hidden.out_features=16", "--set", "optimizer.lr=0.02",
        "--run-dir", folder, "--device", "cpu", "--json",
    )  # fmt: skip
    found = json.loads(said.stdout)
    assert (found["ok"], found["status"], found["epochs"], found["steps"]) == (True, "finished", 4, 32)
    assert found["device"] == "cpu"
    assert found["train"].keys() == found["val"].keys() == {"loss", "accuracy"}
    assert found["best"]["epoch"] in range(1, 5)
    run = RunFolder.open(Path(found["run"]))
    assert run.path.parent == folder
    document = run.document()
    assert document.graph()["hidden"].params == {"out_features": 16}
    assert document.recipe["optimizer"] == {"id": "adam", "params": {"lr": 0.02}}
    with Image.open(found["curves"]) as picture:
        assert picture.format == "PNG"
        assert picture.width > 1_000
    for epoch in range(1, 5):
        assert f"epoch {epoch}/4: train/loss " in said.stderr
    assert f"Run:    {run.path}" in said.stderr

    more = answer("train", "--resume", run.path, "--epochs", "5")
    assert (more["run"], more["epochs"], more["steps"]) == (str(run.path), 5, 40)


def test_what_a_recipe_names_is_chosen_and_set(design: Path) -> None:
    document = open_document(design)
    change(document, ["recipe.optimizer=sgd", "recipe.optimizer.lr=0.5", "schedule.gamma=0.5", "recipe.warmup=3"])
    assert document.recipe["optimizer"] == {"id": "sgd", "params": {"lr": 0.5}}
    assert document.recipe["schedule"] == {"id": "constant", "params": {"gamma": 0.5}}
    assert document.recipe["warmup"] == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "hiden.out_features=3"], 'There is no node "hiden". Did you mean "hidden"?'),
        (["--set", "hidden.out_features=-3"], "out_features must be at least 1"),
        (["--set", "hidden"], "--set takes node.param=VALUE"),
        (["--set", "hidden.out_featurs=3"], 'Did you mean "out_features"?'),
        (["--set", "recipe.epochs=many"], "epochs must be a whole number"),
        (["--set", "recipe.epocs=3"], "epocs is no parameter of Recipe"),
        (["--set", "data.pattern=square"], "pattern must be one of"),
        (["--set", "recipe.schedule=cosin"], 'There is no schedule "cosin"'),
    ],
)
def test_what_cannot_be_trained_is_1_and_leaves_no_run(
    design: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    folder = tmp_path / "runs"
    found = answer("train", design, "--run-dir", folder, *arguments, code=1)
    assert found["ok"] is False
    assert words in found["error"]
    assert not folder.exists()


def test_bad_data_is_1_with_file_row_and_column(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b,kind\n1,2,x\n3,oops,y\n5,6,x\n")
    design = tmp_path / "csv.loom"
    files.save(tiny(data={"id": "csv", "params": {"path": str(table)}}), design)
    found = answer("train", design, "--run-dir", tmp_path / "runs", code=1)
    assert found["error"].startswith(f'{table}, row 3, column "b": ')
    (run,) = answer("runs", "list", "--run-dir", tmp_path / "runs")["runs"]
    assert run["status"] == "failed"


def test_usage_that_makes_no_sense(design: Path) -> None:
    assert "FILE" in neuroloom("train", code=2).stderr
    assert "--resume" in neuroloom("train", design, "--resume", "last", code=2).stderr
    assert "--epochs" in neuroloom("train", design, "--epochs", "0", code=2).stderr
    assert "There is no run" in answer("train", "--resume", "nothing", code=1)["error"]
