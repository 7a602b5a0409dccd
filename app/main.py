"""The editor's start: `python -m app [FILE…] [--train]`."""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

OLD_PYTHON: Final = (3, 12)
BROKEN_QT: Final = (6, 12)


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the editor; returns the exit status once its window is closed."""
    given = _parser().parse_args(arguments)
    trouble = qt_trouble(sys.version_info[:2], importlib.metadata.version("PySide6-Essentials"))
    if trouble:
        print(trouble, file=sys.stderr)  # noqa: T201 - there is no window yet to say it in
        return 2
    gc.disable()  # nothing that is made while starting is thrown away; `run` lets it go on
    from app.window.start import run

    return run([Path(name) for name in given.files], train=given.train)


def qt_trouble(python: tuple[int, int], qt: str) -> str:
    """Why this PySide6 cannot be used with this Python, empty where it can.

    PySide6 6.12 loses a reference to None with each call that returns nothing on Python below 3.12; after
    some thousands of calls the process is killed.
    """
    found = tuple(int(part) for part in qt.split(".")[:2])
    if python >= OLD_PYTHON or found < BROKEN_QT:
        return ""
    return (
        f"PySide6 {qt} ends any program on Python {python[0]}.{python[1]}. "
        'Install an older one with: pip install "PySide6-Essentials<6.12", or take Python 3.12 or newer.'
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app", description="Draw a neural network, train it and watch it think."
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="documents to open")
    parser.add_argument("--train", action="store_true", help="train the document in front at once")
    parser.add_argument("--version", action="version", version=f"Neuroloom {version()}")
    return parser


def version() -> str:
    """Neuroloom's version; that of a checkout that is not installed is 0."""
    try:
        return importlib.metadata.version("neuroloom")
    except importlib.metadata.PackageNotFoundError:
        return "0"


if __name__ == "__main__":
    sys.exit(main())
