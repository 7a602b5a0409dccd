"""What the tree looks like: readmes, names, sizes, docstrings, reasons."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = sorted(path for top in ("app", "engine") for path in (ROOT / top).rglob("*.py"))
PACKAGES = sorted(
    folder for top in ("app", "engine") for folder in (ROOT / top).iterdir() if (folder / "__init__.py").is_file()
)
NO_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
MAX_LINES = 500


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("package", PACKAGES, ids=name)
def test_every_package_has_a_readme_of_at_most_60_lines(package: Path) -> None:
    readme = package / "README.md"
    assert readme.is_file()
    lines = readme.read_text(encoding="utf-8").splitlines()
    assert 5 <= len(lines) <= 60


def test_no_file_is_a_drawer_for_odds_and_ends() -> None:
    assert [name(path) for path in CODE if NO_NAMES & {*path.relative_to(ROOT).with_suffix("").parts}] == []


def test_no_file_grows_into_a_god() -> None:
    long = {name(path): lines for path in CODE if (lines := len(path.read_bytes().splitlines())) > MAX_LINES}
    assert long == {}


def test_every_module_has_a_docstring_of_one_line_first() -> None:
    without = [
        name(path)
        for path in CODE
        if not ((ast.get_docstring(ast.parse(path.read_bytes())) or "").partition("\n")[0].rstrip())
    ]
    assert without == []


def test_every_lint_exception_in_code_names_its_rule() -> None:
    bare = re.compile(r"#\s*(noqa(?!:)|type:\s*ignore(?!\[))")
    found = [name(path) for path in CODE if bare.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|coming soon|not implemented yet", re.IGNORECASE)
    found = [name(path) for path in CODE if marks.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_nothing_unpickles() -> None:
    marks = re.compile(r"\b(import pickle|from pickle|torch\.load\(|allow_pickle=True|cloudpickle|joblib\.load)")
    found = [name(path) for path in CODE if marks.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_the_conftest_stays_small() -> None:
    assert len((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8").splitlines()) < 80


def test_the_dependencies_are_pinned_where_they_must_be() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"PySide6-Essentials==6.11.2"' in text
    assert '"torch>=2.11,<2.14"' in text
