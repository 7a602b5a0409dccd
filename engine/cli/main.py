"""The command `neuroloom`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["engine"]:
        # The editor waits for this one: nothing that it does not need is loaded.
        from engine.service.main import serve

        raise SystemExit(serve())
    from engine.cli.commands import app

    app(prog_name="neuroloom")
