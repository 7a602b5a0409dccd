"""Every example: compiled network and executed source agree to the last bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.graph import file as files
from tests.support.executed import assert_source_agrees

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.loom"))


def test_there_are_examples() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_source_of_an_example_agrees(path: Path) -> None:
    assert_source_agrees(files.load(path))
