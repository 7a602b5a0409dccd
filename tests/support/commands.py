"""The command line, called as a shell calls it or, faster, in this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from typer.testing import CliRunner

ROOT = Path(__file__).parents[2]


class Said(NamedTuple):
    """What a command printed."""

    stdout: str
    stderr: str


def neuroloom(*arguments: str | Path, code: int = 0) -> Said:
    """Call a command in this process; its exit code must be `code`."""
    from engine.cli.commands import app

    found = CliRunner(env={"COLUMNS": "120"}).invoke(app, list(map(str, arguments)), prog_name="neuroloom")
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == code, found.stderr
    return Said(found.stdout, found.stderr)


def shell(*arguments: str | Path, code: int = 0) -> Said:
    """Call a command in a process of its own; its exit code must be `code`."""
    found = subprocess.run(
        [sys.executable, "-m", "engine", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "120"},
        check=False,
    )
    assert found.returncode == code, found.stderr
    assert "Traceback" not in found.stderr
    return Said(found.stdout, found.stderr)


def answer(*arguments: str | Path, code: int = 0) -> dict[str, Any]:
    """The JSON object that a command prints, and nothing else on standard output."""
    found: dict[str, Any] = json.loads(neuroloom(*arguments, "--json", code=code).stdout)
    return found
