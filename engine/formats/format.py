"""What a format is, and what it writes."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import ClassVar, Final

import msgspec

from engine.graph import Document
from engine.runs import RunFolder, RunReader
from engine.spec import Declaration, Registry

WEIGHTS: Final = "weights.safetensors"
PLUG_INS: Final = "neuroloom.formats"


class Subject(msgspec.Struct, frozen=True):
    """What is exported: a document, and the file of its trained weights where there are any."""

    document: Document
    weights: Path | None = None

    @classmethod
    def of_run(cls, run: RunFolder) -> Subject:
        """A run's design with the weights of its newest checkpoint; of its best where the recipe ends with those.

        Raises:
            RunError: the design cannot be read.
        """
        steps = [folder for folder in run.checkpoints.glob("*") if folder.name.isdecimal()]
        saved = [folder / WEIGHTS for folder in sorted(steps, key=lambda folder: int(folder.name))]
        document = run.document()
        if document.recipe.get("restore_best") is True:
            with RunReader(run) as reader:
                saved.append(run.checkpoints / str(reader.state().best_step) / WEIGHTS)
        return cls(document, next((path for path in reversed(saved) if path.is_file()), None))


class Format(Declaration):
    """A form in which a subject can be written to one file.

    `suffix` is that of its files; `needs_weights`: only something trained can be written.
    """

    suffix: ClassVar[str] = ""
    needs_weights: ClassVar[bool] = False

    def write(self, subject: Subject, out: Path) -> None:
        """Write the file, whole or not at all.

        Raises:
            BuildError: the subject cannot be written in this format.
            FileError: the file cannot be written.
        """
        raise NotImplementedError(f"{type(self).__name__} must define write")


@functools.cache
def all_formats() -> Registry[Format]:
    """Every format of this package and of installed plug-ins (entry-point group `neuroloom.formats`), by id."""
    from engine import formats as folder

    return Registry(Format, "format").discover(folder).plug_ins(PLUG_INS)
