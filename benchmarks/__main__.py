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
COLUMNS = ("id", "case", "figure", "unit", "against")


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


def rows(figures: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """One row a case; a figure without cases is one row."""
    found = []
    for figure in figures:
        cases = figure.get("cases") or {"": figure["figure"]}
        for case, value in cases.items():
            values = value if isinstance(value, dict) else {"": value}
            for part, number in values.items():
                shown = f"{number:.4g}" if isinstance(number, (int, float)) else str(number)
                name = " · ".join(filter(None, (str(case), str(part))))
                found.append((figure["id"], name, shown, figure["unit"], str(figure["against"])))
    return found


def main() -> int:
    """Measure, print, write."""
    console = Console()
    table = Table(*COLUMNS)
    lines = [
        "# Figures",
        "",
        "Written by `make bench`; see the programs beside this file for what is measured and how.",
        "",
    ]
    machine = ""
    all_rows: list[tuple[str, ...]] = []
    for name in programs(sys.argv[1:]):
        console.print(f"[dim]{name}[/dim]")
        figures = measure(name)
        machine = next((f"{f['machine']}, {f['versions']}" for f in figures if "machine" in f), machine)
        for row in rows(figures):
            table.add_row(*row)
            all_rows.append(row)
    console.print(table)
    lines += [machine, "", "| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    lines += ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in all_rows]
    if not sys.argv[1:]:
        (FOLDER / "results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
