"""Run every benchmark, print a table and write `benchmarks/results.md`: `python -m benchmarks [NAME…]`."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

FOLDER = Path(__file__).parent
HEAD = """# Figures

Written by `make bench`; the programs beside this file say what is measured and how. Times of other machines, and
of a busy one, differ; the ratios should not.
"""


def programs(wanted: list[str]) -> list[str]:
    """The benchmark modules, all or those named."""
    names = [info.name for info in pkgutil.iter_modules([str(FOLDER)]) if not info.name.startswith("_")]
    return [name for name in names if name != "measure" and (not wanted or name in wanted)]


def measure(name: str) -> list[dict[str, Any]]:
    """The figures that one program prints, each in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}"], stdout=subprocess.PIPE, text=True, check=False
    )
    figures = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode:
        figures.append({"id": name, "figure": None, "unit": f"failed with {done.returncode}", "against": ""})
    return figures


def summary(figures: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """One row a figure: id, figure, unit, what it is held against."""
    return [(f["id"], shown(f["figure"]), f["unit"], str(f["against"])) for f in figures]


def cases(figure: dict[str, Any]) -> list[str]:
    """One line a case."""
    found = []
    for case, value in (figure.get("cases") or {}).items():
        parts = value.items() if isinstance(value, dict) else [("", value)]
        found.append(f"{case}: " + ", ".join(f"{name} {shown(number)}".strip() for name, number in parts))
    return found


def shown(number: object) -> str:
    """Four digits are enough."""
    return f"{number:.4g}" if isinstance(number, (int, float)) else str(number)


def written(figures: list[dict[str, Any]]) -> str:
    """All figures as Markdown."""
    lines = [HEAD]
    first = next((figure for figure in figures if "machine" in figure), None)
    if first is not None:
        versions = ", ".join(f"{name} {version}" for name, version in first["versions"].items())
        lines += [f"{first['machine']}; {versions}.", ""]
    lines += ["| id | figure | unit | against |", "|---|---|---|---|"]
    lines += ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in summary(figures)]
    for figure in figures:
        lines += ["", f"## {figure['id']}: {figure['unit']}", ""]
        lines += [f"* {case}" for case in cases(figure)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure, print, write."""
    console = Console()
    figures: list[dict[str, Any]] = []
    for name in programs(sys.argv[1:]):
        console.print(f"[dim]{name}[/dim]")
        figures += measure(name)
    table = Table("id", "figure", "unit", "against")
    for row in summary(figures):
        table.add_row(*row)
    console.print(table)
    if not sys.argv[1:]:
        (FOLDER / "results.md").write_text(written(figures), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
