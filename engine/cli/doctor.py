"""`neuroloom doctor`: what is installed, what is missing, and the line that installs it."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import typer

from engine.cli import qt_libraries
from engine.cli.output import AsJson, command, emit, page
from engine.runs import default_folder

PACKAGES: Final = (
    "torch",
    "numpy",
    "networkx",
    "msgspec",
    "safetensors",
    "scikit-learn",
    "pillow",
    "PySide6-Essentials",
    "PySide6-QtAds",
    "pyqtgraph",
)
_WINDOW: Final = "from PySide6 import QtWidgets"
_DEVICES: Final = (
    "import json; from engine.torchside.devices import devices, pick; "
    "print(json.dumps({'devices': devices(), 'reason': pick()[1]}))"
)


@command
def doctor(as_json: AsJson = False) -> None:
    """What is installed, which devices there are, what is missing and the line that installs it."""
    found = examine()
    if as_json:
        emit(found)
    else:
        _show(found)
    if not found["ok"]:
        raise typer.Exit(1)


def examine() -> dict[str, Any]:
    """Everything that `doctor` tells; `problems` are sentences, `ok` says there are none."""
    packages = {name: _version(name) for name in PACKAGES}
    problems = [f"{name} is not installed: pip install {name}" for name, found in packages.items() if not found]
    packages = {"neuroloom": _version("neuroloom") or "run from a checkout", **packages}
    problems += clash(packages["PySide6-Essentials"], sys.version_info[:2])
    line = qt_libraries.install_line()
    if line:
        problems.append(f"The window needs system libraries. This line installs them: {line}")
    window = _child(_WINDOW)
    if window.returncode and not line:
        problems.append(f"The window's library does not load: {_last_line(window.stderr)}")
    devices = _devices(problems)
    return {
        "ok": not problems,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": os.cpu_count() or 1,
        "packages": packages,
        **devices,
        "display": display(),
        "missing_libraries": qt_libraries.missing(),
        "install": line,
        "runs": str(default_folder()),
        "problems": problems,
    }


def clash(pyside: str, python: tuple[int, int]) -> list[str]:
    """The sentence about a PySide6 that ends the process after some thousand calls, where that is installed."""
    numbers = tuple(int(part) for part in pyside.split(".")[:2] if part.isdigit())
    if numbers < (6, 12) or python >= (3, 12):
        return []
    return [
        f"PySide6 {pyside} loses references to None on Python {python[0]}.{python[1]} and ends the program "
        "after a while: pip install 'PySide6-Essentials==6.11.2', or use Python 3.12."
    ]


def display() -> str:
    """The display that windows would open on, empty where there is none."""
    if sys.platform in ("win32", "darwin"):
        return sys.platform
    return os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or ""


def _devices(problems: list[str]) -> dict[str, Any]:
    import json

    child = _child(_DEVICES)
    if child.returncode:
        problems.append(f"torch does not load: {_last_line(child.stderr)}")
        return {"devices": [], "reason": ""}
    found: dict[str, Any] = json.loads(child.stdout)
    return found


def _child(code: str) -> subprocess.CompletedProcess[str]:
    """Run code aside, so that a library that crashes is a finding and not the end."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2] or "it ended without a word."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _show(found: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    console = page()
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    table.add_column()
    rows = [
        ("Python", f"{found['python']}, {found['system']}, {found['cores']} cores"),
        *((name, text or "missing") for name, text in found["packages"].items()),
        *(("device", name) for name in found["devices"]),
        ("", found["reason"]),
        ("display", found["display"] or "none: use neuroloom train, or QT_QPA_PLATFORM=offscreen"),
        ("runs", found["runs"]),
    ]
    for name, text in rows:
        table.add_row(name, Text(text))
    console.print(table)
    for problem in found["problems"]:
        console.print(problem, style="red", markup=False)
    if found["ok"]:
        console.print("\nNothing is missing.", style="green")
