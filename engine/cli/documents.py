"""Documents and runs as commands name them, and changes given on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from engine.analysis import Analysis, Diagnostic, analyse
from engine.errors import FileError, NeuroloomError, RunError, nearest
from engine.graph import MAIN, Document, SetParams, SetRecipe
from engine.graph import file as files
from engine.nodes import standard_catalog
from engine.recipe import Chosen, Recipe
from engine.runs import RunFolder, default_folder

CHOSEN: Final = tuple(name for name, param in Recipe.params.items() if param.type is Chosen)
"""Fields of the recipe that name one of a family."""


def open_document(path: Path) -> Document:
    """The document of a `.loom` file, or of a run's folder.

    Raises:
        FileError, RunError: it cannot be read.
    """
    if path.is_dir():
        return RunFolder.open(path).document()
    if not path.exists():
        folder = path.parent
        near = nearest(path.name, (item.name for item in folder.iterdir())) if folder.is_dir() else ""
        raise FileError(f"There is no such file.{near}", path=str(path))
    return files.load(path)


def open_run(name: str) -> RunFolder:
    """A run by its folder, by its name or the start of it in the usual folder, or `last`.

    Raises:
        RunError: there is none, or several begin so.
    """
    if Path(name).is_dir():
        return RunFolder.open(Path(name))
    folder = default_folder()
    known = sorted(path.name for path in folder.glob("*") if (path / "lock").exists()) if folder.is_dir() else []
    if name == "last" and known:
        return RunFolder.open(folder / known[-1])
    found = [run for run in known if run == name] or [run for run in known if run.startswith(name)]
    if len(found) > 1:
        raise RunError(f'{len(found)} runs begin with "{name}": {", ".join(found[:5])}.')
    if not found:
        raise RunError(f'There is no run "{name}" in {folder}.{nearest(name, known)}')
    return RunFolder.open(folder / found[0])


def analysed(document: Document) -> Analysis:
    """The analysis of a document against all installed kinds."""
    return analyse(document, standard_catalog())


def place(diagnostic: Diagnostic) -> str:
    """Where a diagnostic lies: `conv1.kernel_size`, `stage/conv1.dim` in a block, `recipe.epochs`, or nothing."""
    inner = diagnostic.param or diagnostic.port
    outer = diagnostic.node or ("recipe" if diagnostic.param else "")
    here = f"{outer}.{inner}" if outer and inner else outer
    return "/".join((*diagnostic.within, here) if here else diagnostic.within)


def change(document: Document, assignments: list[str]) -> None:
    """Apply `node.param=VALUE`; `block/node.param=VALUE` inside a block.

    `recipe.field` changes the recipe; `optimizer.param`, or `recipe.optimizer.param`, one of what it names:
    optimizer, schedule, data. `recipe.optimizer=sgd` chooses another.

    Raises:
        NeuroloomError: no such node, or no assignment.
    """
    for assignment in assignments:
        target, equals, text = assignment.partition("=")
        owner, dot, name = target.strip().partition(".")
        if not (equals and dot and owner and name):
            raise NeuroloomError(f"--set takes node.param=VALUE. Received: {assignment}")
        _assign(document, owner, name, _value(text.strip()))


def _assign(document: Document, owner: str, name: str, value: Any) -> None:
    inside, slash, id = owner.rpartition("/")
    graph = document.graph(inside if slash else MAIN)
    if id in graph:
        document.apply(SetParams(id, {name: value}, graph=inside if slash else MAIN))
    elif owner == "recipe":
        field, dot, param = name.partition(".")
        if dot and field in CHOSEN:
            _assign(document, field, param, value)
        else:
            named = field in CHOSEN and isinstance(value, str)
            document.apply(SetRecipe({name: {"id": value} if named else value}))
    elif owner in CHOSEN:
        default = Recipe.params[owner].default
        chosen = document.recipe.get(owner, {"id": default.id, "params": default.params})
        params = {**chosen.get("params", {}), name: value}
        document.apply(SetRecipe({owner: {**chosen, "params": params}}))
    else:
        known = [*(node.id for node in graph.nodes()), *(() if slash else ("recipe", *CHOSEN))]
        raise NeuroloomError(f'There is no node "{owner}".{nearest(id, known)}')


def _value(text: str) -> Any:
    """A value as JSON writes it (`3`, `true`, `[3, 5]`), else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text
