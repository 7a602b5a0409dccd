"""The table of the course: every row has its proof, and whatever it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from app.settings import examples
from engine.errors import NeuroloomError
from engine.graph import file
from engine.training.setup import build

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ROWS = [f"A{number}" for number in (*range(1, 15), 17, 18, 20, 21, 30)]


class Row(NamedTuple):
    """What the table says of a row."""

    id: str
    examples: list[str]
    proofs: list[str]


def table() -> list[Row]:
    """The table of the README."""
    found = []
    for line in (HERE / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"A\d+", cells[0]):
            found.append(Row(cells[0], re.findall(r"`(\w+)`", cells[2]), re.findall(r"`([^`]+)`", cells[3])))
    return found


def test_every_row_has_an_example_and_a_file_of_its_own() -> None:
    assert [row.id for row in table()] == ROWS
    for row in table():
        assert row.examples
        assert re.fullmatch(rf"tests/mission/test_a{int(row.id[1:]):02}_\w+\.py", row.proofs[0])


def test_every_file_here_belongs_to_a_row() -> None:
    named = {Path(proof).name for row in table() for proof in row.proofs if proof.startswith("tests/mission/")}
    assert named == {path.name for path in HERE.glob("test_a*.py")}


@pytest.mark.parametrize("row", table(), ids=lambda row: row.id)
def test_whatever_a_row_names_is_there(row: Row) -> None:
    assert set(row.examples) <= {path.stem for path in examples()}
    for proof in row.proofs:
        path, _, name = proof.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        tests = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert [test for test in tests if test == name or (not name and test.startswith("test_"))]


@pytest.mark.parametrize("name", sorted({name for row in table() for name in row.examples}))
def test_its_examples_can_be_trained(name: str) -> None:
    document = file.load(next(path for path in examples() if path.stem == name))
    try:
        setup = build(document)
    except NeuroloomError as refused:
        pytest.fail(str(refused))
    assert any(weight.requires_grad for weight in setup.forward.compiled.network.parameters())
