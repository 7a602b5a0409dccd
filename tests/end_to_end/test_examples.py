"""Every example trains and reaches what is written in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

from app.settings import examples
from engine.build import compile, tapped
from engine.graph import file
from engine.training import train_document

PROMISES = {
    "lenet_digits": ("accuracy", 0.97),
    "xor_gates": ("accuracy", 1.0),
    "decision_line": ("accuracy", 0.97),
    "playground_spiral": ("accuracy", 0.95),
    "diabetes_regression": ("mae", 48.0),
    "regularized_wine": ("accuracy", 0.95),
    "augmented_digits": ("accuracy", 0.96),
    "conv1d_digits": ("accuracy", 0.97),
    "inception_digits": ("accuracy", 0.97),
    "resnet_digits": ("accuracy", 0.97),
    "resnet_blocks_digits": ("accuracy", 0.96),
    "senet_digits": ("accuracy", 0.97),
    "gated_iris": ("accuracy", 0.95),
    "gru_digits": ("accuracy", 0.97),
    "lstm_gates_digits": ("accuracy", 0.95),
    "attention_digits": ("accuracy", 0.95),
    "vit_digits": ("accuracy", 0.96),
    "gan_digits": ("accuracy", 0.97),
}
README = Path(__file__).parents[2] / "README.md"
REACHES = re.compile(r"Reaches .*?([\d.]+)")


def test_every_example_has_a_promise() -> None:
    assert {path.stem for path in examples()} == set(PROMISES)


def test_the_readme_says_of_each_example_what_its_notes_say_in_the_same_order() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| \D*([\d.]+)[^|]*\|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    reached = [(path.stem, REACHES.findall(file.load(path).notes)[0]) for path in examples()]
    assert rows == reached


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_an_example_reaches_what_is_written_in_it(path: Path, tmp_path: Path) -> None:
    document = file.load(path)
    metric, least = PROMISES[path.stem]
    written = float(REACHES.findall(document.notes)[0])
    summary = train_document(document, folder=tmp_path, overrides={"device": "cpu"}, thread_count=1)
    assert summary.status == "finished"
    reached = summary.best["val"][metric]
    if metric == "accuracy":
        assert reached >= max(least, written / 100 - 0.02)
    else:
        assert reached <= min(least, written + 2)


def test_digits_that_the_gan_paints_are_read_by_one_who_knows_real_ones_only(tmp_path: Path) -> None:
    document = file.load(next(path for path in examples() if path.stem == "gan_digits"))
    done = train_document(document, folder=tmp_path, overrides={"device": "cpu"}, thread_count=1)
    made = compile(document)
    made.network.load_state_dict(
        load_file(Path(done.run) / "checkpoints" / str(done.steps) / "weights.safetensors")
    )
    made.network.eval()
    asked = torch.arange(200) % 10
    painted = tapped(made, ["painter"])(torch.zeros(200, 1, 8, 8), asked)[1]["painter"].detach()
    real = load_digits()
    reader = KNeighborsClassifier(3).fit(real.data / 16, real.target)
    read = torch.from_numpy(reader.predict(painted.flatten(1).numpy()))
    assert (read == asked).float().mean() > 0.8
    assert painted.reshape(20, 10, 64).std(0).mean() > 0.05  # no digit is always painted alike
