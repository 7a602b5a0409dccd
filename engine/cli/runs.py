"""`neuroloom runs`: what has been trained."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from engine import runs as store
from engine.cli.documents import open_run
from engine.cli.output import AsJson, command, emit, page, say
from engine.messages.protocol import RunInfo

app = typer.Typer(no_args_is_help=False, invoke_without_command=True, help="List, show, compare and delete runs.")
STYLES = {"finished": "green", "running": "cyan", "paused": "yellow", "failed": "red", "dead": "red"}

RunName = Annotated[str, typer.Argument(metavar="RUN", help="A folder, a name or its start, or: last")]
Folder = Annotated[Path | None, typer.Option("--run-dir", help="The folder that holds the runs.")]


@app.callback()
def top(ctx: typer.Context, folder: Folder = None, as_json: AsJson = False) -> None:
    """List, show, compare and delete runs; alone it lists them."""
    if ctx.invoked_subcommand is None:
        list_(folder=folder, as_json=as_json)


@app.command("list")
@command
def list_(folder: Folder = None, as_json: AsJson = False) -> None:
    """All runs, newest first."""
    found = store.list_runs(folder)
    if as_json:
        emit({"folder": str(folder or store.default_folder()), "runs": found})
        return
    if not found:
        say(f"There are no runs in {folder or store.default_folder()}.")
        return
    page().print(_table(found))


@app.command()
@command
def show(run: RunName, as_json: AsJson = False) -> None:
    """One run: how far it is, its recipe and its last values."""
    folder = open_run(run)
    with store.RunReader(folder) as reader:
        info, state, names = reader.info(), reader.state(), reader.names()
    recipe = folder.document().recipe
    if as_json:
        answer = {**msgspec.to_builtins(info), "seconds": state.seconds, "recipe": recipe, "series": names}
        emit(answer)
        return
    console = page()
    console.print(_table([info]))
    console.print(info.run, style="dim", markup=False, soft_wrap=True)
    if info.message:
        console.print(info.message, markup=False)
    for title, values in (("last", info.last), ("best", info.best), ("recipe", recipe)):
        console.print(f"\n{title}", style="bold")
        for name, value in values.items():
            console.print(f"  {name:<24} {_brief(value)}", markup=False)


@app.command()
@command
def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Two runs or more.")], as_json: AsJson = False
) -> None:
    """What differs between runs: recipe, nodes and values."""
    if len(runs) < 2:
        raise typer.BadParameter("Comparing takes two runs or more.", param_hint="RUN...")
    found = store.compare([open_run(run) for run in runs])
    if as_json:
        emit(found)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for info in found.runs:
        table.add_column(Text(Path(info.run).name), overflow="fold")
    for title, part in (
        ("recipe", found.recipe),
        ("node", found.nodes),
        ("last", found.last),
        ("best", found.best),
    ):
        for name, values in part.items():
            table.add_row(Text(f"{title} {name}"), *(Text(_brief(value)) for value in values))
    page().print(table)


@app.command()
@command
def delete(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="The runs to delete.")],
    as_json: AsJson = False,
) -> None:
    """Delete runs that are not running, with their checkpoints."""
    folders = [open_run(run) for run in runs]
    for folder in folders:
        store.delete(folder)
        say(f"Deleted: {folder.path}")
    if as_json:
        emit({"ok": True, "deleted": [str(folder.path) for folder in folders]})


def _table(found: list[RunInfo]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("run", "status", "epoch", "last"):
        table.add_column(title, justify="right" if title == "epoch" else "left", no_wrap=title != "last")
    for info in found:
        table.add_row(
            Text(Path(info.run).name),
            Text(info.status, style=STYLES.get(info.status, "")),
            f"{info.epoch}/{info.epochs}",
            Text(_last(info)),
        )
    return table


def _last(info: RunInfo) -> str:
    """The last validation values, or those of training where nothing is validated, or what went wrong."""
    for split in ("val/", "train/"):
        values = {name.removeprefix(split): value for name, value in info.last.items() if name.startswith(split)}
        if values and info.status != "failed":
            order = sorted(values, key=lambda name: (name != "loss", name))
            return ", ".join(f"{name} {values[name]:.4g}" for name in order)
    return info.message


def _brief(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.5g}"
    return "–" if value is None else str(value)
