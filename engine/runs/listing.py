"""Many runs: listing, comparing and deleting them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import RunError
from engine.graph import MAIN, Document
from engine.messages.protocol import RunInfo
from engine.recipe import Recipe
from engine.runs.folder import RunFolder, default_folder
from engine.runs.lock import RunLock
from engine.runs.reader import RunReader
from engine.runs.state import ALIVE


class Comparison(msgspec.Struct, frozen=True):
    """What differs between runs; each list has one entry a run, in their order, None where a run has none.

    `recipe`: fields by name. `nodes`: kind and parameters by node. `last` and `best`: all values.
    """

    runs: list[RunInfo]
    recipe: dict[str, list[Any]]
    nodes: dict[str, list[Any]]
    last: dict[str, list[float | None]]
    best: dict[str, list[float | None]]


def info(run: RunFolder | Path) -> RunInfo:
    """One run in short.

    Raises:
        RunError: this is no run folder, or it is damaged.
    """
    with RunReader(run) as reader:
        return reader.info()


def is_training(run: RunFolder) -> bool:
    """Whether a process trains here; one that has told its end and only tidies up does not.

    Raises:
        RunError: the run is damaged.
    """
    return run.is_held() and info(run).status in ALIVE


def list_runs(folder: Path | None = None) -> list[RunInfo]:
    """The runs in a folder (the usual one unless given), newest first; a damaged one says so in its message."""
    folder = folder or default_folder()
    try:
        found = [path for path in folder.iterdir() if not path.name.startswith(".") and (path / "lock").exists()]
    except OSError:
        return []
    return sorted(map(_info, found), key=lambda run: (run.created, run.run), reverse=True)


def compare(runs: Iterable[RunFolder | Path]) -> Comparison:
    """What differs between runs.

    Raises:
        RunError: one cannot be read.
    """
    folders = [run if isinstance(run, RunFolder) else RunFolder.open(run) for run in runs]
    infos, documents = [info(run) for run in folders], [run.document() for run in folders]
    return Comparison(
        runs=infos,
        recipe=_different([_recipe(document) for document in documents]),
        nodes=_different([_nodes(document) for document in documents]),
        last=_table([run.last for run in infos]),
        best=_table([run.best for run in infos]),
    )


def delete(run: RunFolder | Path) -> None:
    """Delete a run that is not running.

    Raises:
        RunError: it is running, is no run folder, or cannot be removed.
    """
    found = run if isinstance(run, RunFolder) else RunFolder.open(run)
    if found.path.is_symlink():
        raise RunError(f"{found.path}: this is a link; delete the folder that it points to.")
    try:
        hold = RunLock(found.lock)
    except RunError:
        raise RunError(f"{found.path.name} is running; stop it first.") from None
    except OSError as error:
        raise RunError(f"{found.path}: the run cannot be deleted: {error.strerror}.") from None
    # Renamed first: what is half deleted must not look like a run.
    doomed = found.path.with_name(f".deleted-{found.path.name}")
    try:
        found.path.rename(doomed)
        hold.release()
        shutil.rmtree(doomed)
    except OSError as error:
        raise RunError(f"{found.path}: the run cannot be deleted: {error.strerror}.") from None
    finally:
        hold.release()


def _info(path: Path) -> RunInfo:
    try:
        return info(path)
    except RunError as error:
        try:
            created = path.stat().st_mtime
        except OSError:
            created = 0.0
        return RunInfo(run=str(path), name=path.name, status="failed", created=created, message=str(error))


def _recipe(document: Document) -> dict[str, Any]:
    defaults = {name: msgspec.to_builtins(param.default) for name, param in Recipe.params.items()}
    return {**defaults, **document.recipe}


def _nodes(document: Document) -> dict[str, Any]:
    return {
        node.id if graph == MAIN else f"{graph}/{node.id}": {"kind": node.kind, **node.params}
        for graph, drawn in document.graphs().items()
        for node in drawn.nodes()
    }


def _different(tables: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: row for name, row in _table(tables).items() if any(value != row[0] for value in row)}


def _table(tables: list[dict[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for table in tables for name in table)
    return {name: [table.get(name) for table in tables] for name in names}
