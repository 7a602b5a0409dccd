"""Who imports whom: the contracts of pyproject.toml, and what a bare import really loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOWER_HALF = (
    "errors", "spec", "messages", "graph", "catalog", "recipe", "nodes", "data", "analysis", "source", "runs",
)  # fmt: skip
EDITOR = ("app.state", "app.window", "app.main")


def loaded_by(statement: str, *names: str) -> list[str]:
    """Which of the named modules a fresh interpreter has loaded after a statement."""
    code = f"import sys\n{statement}\nsys.stdout.write(' '.join(n for n in {names!r} if n in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout.split()


def test_all_import_contracts_are_kept() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert " 0 broken" in found.stdout


def test_the_engines_lower_half_loads_neither_torch_nor_qt() -> None:
    statement = "import " + ", ".join(f"engine.{name}" for name in LOWER_HALF)
    assert loaded_by(statement, "torch", "sklearn", "numpy", "PySide6", "pyqtgraph") == []


def test_kinds_and_sources_are_found_without_torch() -> None:
    statement = (
        "from engine.nodes import standard_catalog; from engine.data import all_sources;"
        "from engine.recipe import all_optimizers;"
        "assert len(standard_catalog()) > 30 and len(all_sources()) > 5 and len(all_optimizers()) > 2"
    )
    assert loaded_by(statement, "torch", "sklearn", "numpy") == []


@pytest.mark.parametrize("module", EDITOR)
def test_the_editor_loads_neither_torch_nor_what_needs_it(module: str) -> None:
    assert loaded_by(f"import {module}", "torch", "sklearn", "pandas", "engine.torchside", "engine.training") == []


def test_plots_are_not_loaded_before_one_shows() -> None:
    assert loaded_by("import app.main, app.window", "pyqtgraph") == []


def test_the_service_itself_loads_no_torch() -> None:
    assert loaded_by("import engine.service.main, engine.service.desk", "torch", "sklearn", "PySide6") == []
