"""The folder of a run: where its parts lie, how it is made and opened."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import platformdirs

from engine.errors import FileError, RunError
from engine.graph import Document, SetRecipe
from engine.graph import file as files
from engine.graph import text as loom
from engine.recipe import Recipe
from engine.runs import database, environment, state
from engine.runs.lock import is_locked

HOME: Final = "NEUROLOOM_HOME"
_MAX_NAME: Final = 40


def default_folder() -> Path:
    """Where runs go unless the user says otherwise: `runs` below NEUROLOOM_HOME, or below the user's data."""
    home = os.environ.get(HOME)
    return (Path(home) if home else platformdirs.user_data_path("neuroloom", appauthor=False)) / "runs"


class RunFolder:
    """Where the parts of one run lie. Making one touches nothing; see `create` and `open`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.design = path / "design.loom"
        self.environment = path / "environment.json"
        self.database = path / "run.sqlite"
        self.checkpoints = path / "checkpoints"
        self.lock = path / "lock"
        self.log = path / "log.txt"

    def __repr__(self) -> str:
        return f"RunFolder({str(self.path)!r})"

    @classmethod
    def create(
        cls, folder: Path, document: Document, *, overrides: Mapping[str, Any] | None = None, name: str = ""
    ) -> RunFolder:
        """Make the folder of a new run inside `folder`, named so that runs sort by time.

        `overrides` are fields of the recipe for this run only; the run's own design has them applied.

        Raises:
            ParamError: an override breaks its field's rule.
            RunError: the folder cannot be written.
        """
        title = name or document.title or "run"
        design = with_recipe(document, overrides or {})
        now = time.time()
        run = cls(_free_folder(folder, datetime.fromtimestamp(now), title))
        try:
            files.write(run.design, loom.dumps(design).encode())
            write_json(run.environment, environment.describe())
            run.lock.touch()
        except (FileError, OSError) as error:
            raise RunError(str(error)) from None
        database.create(run.database)
        recipe = design.recipe.get("epochs", Recipe.params["epochs"].default)
        _put_state(run, state.RunState(name=title, created=now, epochs=int(recipe)))
        return run

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """The folder of a run that is there.

        Raises:
            RunError: this is no run folder.
        """
        run = cls(Path(path))
        if not run.path.is_dir():
            raise RunError(f"{path}: there is no such run folder.")
        if not run.database.is_file():
            raise RunError(f"{path}: this is no run folder: {run.database.name} is missing.")
        return run

    def document(self) -> Document:
        """The design that the run trains, overrides applied.

        Raises:
            RunError: it cannot be read.
        """
        try:
            return files.load(self.design)
        except FileError as error:
            raise RunError(f"The run's design cannot be read: {error}") from None

    def replace_document(self, document: Document) -> None:
        """Keep another design for the run, when it goes on with other overrides.

        Raises:
            RunError: it cannot be written.
        """
        try:
            files.write(self.design, loom.dumps(document).encode())
        except FileError as error:
            raise RunError(str(error)) from None

    def is_held(self) -> bool:
        """Whether a living process trains here."""
        return is_locked(self.lock)


def with_recipe(document: Document, overrides: Mapping[str, Any]) -> Document:
    """A copy of a document with fields of its recipe replaced.

    Raises:
        ParamError: an override breaks its field's rule.
    """
    plain = {name: msgspec.to_builtins(value) for name, value in overrides.items()}
    Recipe.parse(plain)
    copy = document.copy()
    if plain:
        copy.apply(SetRecipe(plain))
    return copy


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file atomically.

    Raises:
        FileError: nothing was changed.
    """
    files.write(path, msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def _put_state(run: RunFolder, first: state.RunState) -> None:
    connection = database.connect(run.database)
    try:
        connection.execute("INSERT INTO state (id, body) VALUES (1, ?)", (state.encode(first),))
    finally:
        connection.close()


def _free_folder(folder: Path, when: datetime, title: str) -> Path:
    stem = f"{when:%Y-%m-%d_%H-%M-%S}_{_slug(title)}"
    for number in range(1, 10_000):
        path = folder / (stem if number == 1 else f"{stem}_{number}")
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            if not folder.is_dir():
                raise RunError(f"{folder}: runs need a folder, and this is a file.") from None
            continue
        except OSError as error:
            raise RunError(f"{folder}: the run's folder cannot be made: {error.strerror}.") from None
        return path
    raise RunError(f"{folder}: ten thousand runs began in this second.")


def _slug(title: str) -> str:
    """A title as part of a file name."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:_MAX_NAME].strip("-") or "run"
