"""Every example trains and reaches what is written in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.settings import examples
from engine.graph import file
from engine.training import train_document

PROMISES = {
    "lenet_digits": ("accuracy", 0.97),
    "playground_spiral": ("accuracy", 0.95),
    "resnet_digits": ("accuracy", 0.97),
    "inception_digits": ("accuracy", 0.97),
    "gated_iris": ("accuracy", 0.95),
    "attention_digits": ("accuracy", 0.95),
    "diabetes_regression": ("mae", 48.0),
}


def test_every_example_has_a_promise() -> None:
    assert {path.stem for path in examples()} == set(PROMISES)


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_an_example_reaches_what_is_written_in_it(path: Path, tmp_path: Path) -> None:
    document = file.load(path)
    metric, least = PROMISES[path.stem]
    written = float(re.findall(r"Reaches .*?([\d.]+)", document.notes)[0])
    summary = train_document(document, folder=tmp_path, overrides={"device": "cpu"}, thread_count=1)
    assert summary.status == "finished"
    reached = summary.best["val"][metric]
    if metric == "accuracy":
        assert reached >= max(least, written / 100 - 0.02)
    else:
        assert reached <= min(least, written + 2)
