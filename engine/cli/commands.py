"""All commands, and what happens when the first word is none: it is a file to open in the editor."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from engine.cli.check import check
from engine.cli.doctor import doctor
from engine.cli.export import export
from engine.cli.output import say
from engine.cli.runs import app as runs
from engine.cli.train import train
from engine.errors import nearest

OPEN: Final = "open"
HELP: Final = "Draw a neural network, train it and watch it think. With a FILE, or with nothing, opens the editor."


class Commands(TyperGroup):
    """The group of all commands; a first word that is no command is a file to open."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or not (args[0] in self.commands or args[0].startswith("-")):
            args = [OPEN, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=Commands,
    help=HELP,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar="[FILE | COMMAND [ARGS]...]",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"neuroloom {own_version()}\n")
        raise typer.Exit


@app.callback()
def top(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command(OPEN)
def open_editor(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A .loom file.")] = None,
    train: Annotated[bool, typer.Option("--train", help="Start training at once.")] = False,
) -> None:
    """Open the editor; `neuroloom FILE` does the same."""
    if file is not None and not file.exists():
        # A single word may be a command with a slip in it.
        hint = nearest(str(file), (name for name in ALL if name != OPEN)) if len(file.parts) == 1 else ""
        say(f"{file}: there is no such file, and no such command.{hint}", style="red")
        raise typer.Exit(2)
    line = [sys.executable, "-m", "app", *([str(file)] if file else []), *(["--train"] if train else [])]
    if os.name == "posix":
        os.execv(sys.executable, line)
    raise typer.Exit(subprocess.run(line, check=False).returncode)


@app.command()
def engine() -> None:
    """Be the service that the editor talks to, on standard input and output."""
    from engine.service.main import serve

    raise typer.Exit(serve())


for function in (check, train, export, doctor):
    app.command()(function)
app.add_typer(runs, name="runs")

ALL: Final = (OPEN, "engine", "check", "train", "export", "doctor", "runs")


def own_version() -> str:
    """The version of Neuroloom that is installed."""
    try:
        return version("neuroloom")
    except PackageNotFoundError:
        return "0"
