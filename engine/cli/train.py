"""`neuroloom train`: a training without the editor."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from engine.cli.documents import analysed, change, open_document, open_run, place
from engine.cli.output import GOOD, AsJson, Refused, command, emit, say, screen
from engine.errors import NeuroloomError, RunError
from engine.graph import Document
from engine.runs import RunFolder, default_folder, is_training, with_recipe

if TYPE_CHECKING:
    from engine.training import Summary


class Device(enum.StrEnum):
    """Where to train."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


@command
def train(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A .loom file; not needed with --resume.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="How often each sample is seen.")] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="node.param=VALUE", help="Change a parameter; recipe.…, optimizer.… and data.… too."
        ),
    ] = None,
    device: Annotated[Device | None, typer.Option(help="Where to train.")] = None,
    run_dir: Annotated[Path | None, typer.Option(help="The folder that the run's folder is made in.")] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with a run from its checkpoint.")
    ] = None,
    as_json: AsJson = False,
    standby: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Train a document, and show how it goes."""
    if standby:
        from engine.cli.standby import stand_by

        raise typer.Exit(stand_by())
    overrides = {"epochs": epochs, "device": device.value if device else None}
    given = {name: value for name, value in overrides.items() if value is not None}
    if resume:
        run = _resumed(resume, file, given, bool(assignments))
    elif file is None:
        raise typer.BadParameter("A file is needed, or --resume RUN.", param_hint="FILE")
    else:
        run = _created(file, given, assignments or [], run_dir)
    _tell(run, _train(run, resume=bool(resume)), as_json)


def _created(file: Path, overrides: dict[str, Any], assignments: list[str], folder: Path | None) -> RunFolder:
    document = with_recipe(open_document(file), overrides)
    change(document, assignments)
    _refuse_broken(document)
    return RunFolder.create((folder or default_folder()).absolute(), document, name=document.title or file.stem)


def _resumed(name: str, file: Path | None, overrides: dict[str, Any], assignments: bool) -> RunFolder:
    if file is not None:
        raise typer.BadParameter(
            "A run goes on with its own design: give no FILE with --resume.", param_hint="FILE"
        )
    run = open_run(name)
    if is_training(run):
        raise RunError(f"{run.path.name} is running already.")
    if assignments:
        raise typer.BadParameter("A run goes on with its own design; only --epochs and --device may change.")
    from engine.training import reopen

    reopen(run, overrides)
    return run


def _refuse_broken(document: Document) -> None:
    from engine.analysis import training_problems
    from engine.cli.check import described, show_diagnostics

    problems = training_problems(document, analysed(document))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        show_diagnostics(errors, screen())
        first = errors[0]
        where = f"{place(first)}: " if place(first) else ""
        raise Refused(
            {"ok": False, "error": f"{where}{first.message}", "diagnostics": [described(each) for each in errors]}
        )


def _train(run: RunFolder, *, resume: bool) -> Summary:
    from engine.cli.progress import shown

    say(f"Run: {run.path}", style="dim")
    with shown(run):
        from engine.training import train_run

        return train_run(run, resume=resume)


def _tell(run: RunFolder, summary: Summary, as_json: bool) -> None:
    from engine.cli.picture import draw

    after = f"{summary.epochs} epochs, {summary.seconds:.1f} s on {summary.device}"
    say(f"{summary.status.capitalize()} after {after}. {summary.message}")
    try:
        picture = draw(run, run.document().title or run.path.name)
    except (NeuroloomError, OSError) as error:
        picture = None
        say(f"The picture of the curves could not be drawn: {error}", style="yellow")
    say(f"Run:    {run.path}")
    if picture is not None:
        say(f"Curves: {picture}")
    ok = summary.status in GOOD
    if as_json:
        emit({"ok": ok, **msgspec.to_builtins(summary), "curves": str(picture) if picture else None})
    if not ok:
        raise typer.Exit(1)
